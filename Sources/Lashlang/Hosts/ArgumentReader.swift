internal import LashVM

/// Hands the arguments of a call to the parameters of a closure, one after the other.
struct ArgumentReader {
    private let arguments: [Value]
    private let names: [String]
    private var position = 0

    /// Reads the arguments of an operation. One argument is what is called `arguments` in errors; several are numbered.
    init(_ arguments: [Value], parameters: Int) throws {
        self.arguments = arguments
        names = []
        // `op()` and `op({})` both give nothing.
        if parameters == 0, arguments == [.record(Record())] { return }
        if parameters == 1, arguments.isEmpty { return }
        try Self.check(arguments, parameters)
    }

    /// Reads the arguments of a function, which are called by the names of their parameters.
    init(_ arguments: [Value], names: [String]) throws {
        self.arguments = arguments
        self.names = names
        try Self.check(arguments, names.count)
    }

    private static func check(_ arguments: [Value], _ parameters: Int) throws {
        if arguments.count == parameters { return }
        let expected = parameters == 1 ? "1 argument" : "\(parameters == 0 ? "no" : "\(parameters)") arguments"
        throw CallFailure.arguments("expected \(expected), got \(arguments.count)")
    }

    mutating func next<T: Decodable>(_ type: T.Type) throws -> T {
        // An operation that takes one argument gets null where a program gives none.
        let value = position < arguments.count ? arguments[position] : .null
        position += 1
        do { return try DecodingLevel(userInfo: [:]).make(type, from: value, key: nil) } catch {
            guard let problem = ValueCodingError(error, below: name(position)) else { throw error }
            throw CallFailure.arguments(problem.description)
        }
    }

    private func name(_ number: Int) -> String {
        if number <= names.count { return names[number - 1] }
        return arguments.count > 1 ? "argument \(number)" : "arguments"
    }
}

extension CallFailure {
    /// Arguments that a call cannot be made with.
    static func arguments(_ message: String) -> CallFailure {
        CallFailure(class: "invalid_request", code: "invalid_tool_args", message: message)
    }

    /// What an operation gave cannot be handed to a program.
    static func result(_ message: String) -> CallFailure {
        CallFailure(class: "internal", code: "invalid_tool_result", message: message)
    }
}

/// The value of a result.
func encodedResult<R: Encodable>(_ result: R) throws -> Value {
    do { return try EncodingLevel(userInfo: [:]).make(result, key: nil) } catch {
        guard let problem = ValueCodingError(error, below: "result") else { throw error }
        throw CallFailure.result(problem.description)
    }
}
