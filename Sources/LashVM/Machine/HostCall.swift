/// What a program asks of its host and waits for; several may be asked at once.
public enum HostCall: Equatable, Sendable {
    /// `module.operation(arguments)`
    case operation(OperationCall)
    /// A host function.
    case function(name: String, arguments: [Value])
    /// The result of what a handle stands for.
    case result(of: Value)
}

/// A call of a module's operation.
public struct OperationCall: Equatable, Sendable {
    /// The authority that the operation is asked of.
    public var receiver: Resource
    /// The operation's name.
    public var name: String
    /// The arguments in order.
    public var arguments: [Value]

    /// A call.
    public init(receiver: Resource, name: String, arguments: [Value]) {
        self.receiver = receiver
        self.name = name
        self.arguments = arguments
    }

    /// Module path and name: `files.read`.
    public var path: String { "\(receiver.alias).\(name)" }
}

/// What a host answers to a call.
public enum CallResult: Equatable, Sendable {
    /// The value.
    case value(Value)
    /// Why there is none.
    case failure(CallFailure)
}

/// Why a host has no value for a call.
public struct CallFailure: Error, Equatable, Sendable {
    /// One sentence: what `?` shows, and the text of the error.
    public var message: String
    /// What the program finds in `.error`: a record with more than a message; `nil` for the message alone.
    public var details: Record?

    /// A failure that says no more than its message.
    public init(_ message: String) { self.message = message }

    /// A failure with its class, a code that programs can compare, and whether trying again makes sense.
    ///
    /// The program finds the record `{class, code, message, retry, …}` in `.error`, whose text is the message.
    public init(class name: String, code: String, message: String, retry: Bool = false, more: Record = Record()) {
        self.message = message
        var details = Record([
            ("class", .string(name)), ("code", .string(code)), ("message", .string(message)), ("retry", .bool(retry)),
        ])
        for (key, value) in more { details[key] = value }
        self.details = details
    }

    /// What stands in `.error`.
    public var value: Value {
        guard var details else { return .string(message) }
        details.role = .failure
        return .record(details)
    }
}

/// What a program asks of the surroundings that it runs in: processes, time, signals.
public enum HostRequest: Equatable, Sendable {
    /// Start a process; the answer is its handle.
    case start(ProcessStart)
    /// Cancel what a value stands for.
    case cancel(Value)
    /// Tell whoever watches the process.
    case event(ProcessEvent, Value)
    /// Go on after a while.
    case sleepFor(Value)
    /// Go on at a time.
    case sleepUntil(Value)
    /// Go on with the payload of the next signal of a name.
    case waitSignal(String)
    /// Send a signal to a run.
    case signalRun(run: Value, name: String, payload: Value)
}

/// A process that a program starts.
public struct ProcessStart: Equatable, Sendable {
    /// The name of the declaration.
    public var name: String
    /// Its position among the program's processes.
    public var number: Int
    /// The arguments by name.
    public var arguments: Record

    /// A start.
    public init(name: String, number: Int, arguments: Record) {
        self.name = name
        self.number = number
        self.arguments = arguments
    }
}

/// What a process tells whoever watches it.
public enum ProcessEvent: Sendable {
    /// `yield`: a result on the way.
    case yield
    /// `wake`: something that its owner should look at now.
    case wake
}
