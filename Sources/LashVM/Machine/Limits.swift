/// What a run may use. Nothing is limited unless it is said here.
public struct Limits: Sendable {
    /// Units of work: about one for an instruction inside a loop, and more for builtins that handle much data.
    public var fuel: Int?
    /// Bytes of live values, of text under construction, and of values while they are copied for the host.
    public var memory: Int?
    /// Time inside the machine, and for handing over what is printed where that happens on the spot; what a host takes for
    /// its answers does not count.
    public var time: Duration? {
        didSet { nanoseconds = time?.nanoseconds }
    }
    /// The same. To find it takes as long as a good part of beginning a run.
    private(set) var nanoseconds: Int?
    /// How often the program may ask its host for something; `print` does not count.
    public var hostCalls: Int?
    /// How many calls of one run may be under way at once; the others wait.
    public var concurrentCalls: Int?
    /// Bytes of text of everything printed and of the finished value: a value counts as its print text and one byte for
    /// the end of the line, a finished one as itself where it is text, else as compact JSON.
    public var outputBytes: Int?

    /// Limits; without arguments, none.
    public init(
        fuel: Int? = nil,
        memory: Int? = nil,
        time: Duration? = nil,
        hostCalls: Int? = nil,
        concurrentCalls: Int? = nil,
        outputBytes: Int? = nil
    ) {
        self.outputBytes = outputBytes
        self.hostCalls = hostCalls
        self.concurrentCalls = concurrentCalls
        self.fuel = fuel
        self.memory = memory
        self.time = time
        nanoseconds = time?.nanoseconds
    }
}

/// What a run used.
public struct RunStatistics: Equatable, Sendable {
    /// Units of work. The same program with the same input uses the same on every machine.
    public var fuel = 0
    /// The most bytes of live values seen.
    public var peakMemory = 0
    /// What was asked of the host; `print` does not count.
    public var hostCalls = 0
    /// Bytes of text that the host got, counted as for the limit.
    public var outputBytes = 0
    /// Heap objects that are alive although no variable refers to them. Zero; anything else is a defect of ours.
    public var strayObjects = 0
    /// Nanoseconds inside the machine.
    public var nanoseconds = 0

    /// Nothing used yet.
    public init() {}
}

extension Int {
    /// The number in groups of three digits, for messages.
    package var grouped: String {
        let digits = String(magnitude)
        var result = ""
        for (position, digit) in digits.enumerated() {
            if position > 0 && (digits.count - position).isMultiple(of: 3) { result.append(",") }
            result.append(digit)
        }
        return self < 0 ? "-" + result : result
    }
}
