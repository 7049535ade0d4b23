/// Runs a program, and the processes that it starts, against a mock host: one at a time, always in the same order.
///
/// Time is simulated: it stands still while anything can go on, and then jumps to the next thing that waits for it.
/// `onWait` may let real time pass for it.
public final class Simulation {
    /// What answers.
    public let host: MockHost
    /// Everything that was asked so far.
    public private(set) var log: [HostLogEntry] = []
    /// Simulated milliseconds since 1970.
    public private(set) var now: Double
    /// Called before time jumps, with the milliseconds that it jumps over; gives whether the run is to go on.
    public var onWait: (Double) -> Bool = { _ in true }
    /// Says what data answers that has to be waited for; without it, reading such data fails.
    public var onRead: (ProjectionRead) -> ProjectionAnswer = { _ in Session.noWaiting }

    /// Called where a strand begins, and wherever it stands still, with its number; what it gives goes on in its place.
    package var onStop: (Execution, Int) -> Execution = { execution, _ in execution }

    private let program: Program
    private let limits: Limits
    private let isCancelled: (@Sendable () -> Bool)?
    /// What the main program and all processes may use together.
    private let budget: SharedBudget
    var strands: [Strand] = []
    /// The strand that is going on right now.
    private var running: Int?
    private var ready: [Int] = []
    private var timers: [Timer] = []
    private var timerCount = 0
    private var callCounts: [String: Int] = [:]
    /// The most processes that one program may start.
    public static let maximumStarts = 10_000

    /// The main program or a process.
    struct Strand {
        var name: String
        var execution: Execution?
        var result: CallResult?
        /// Signals that nobody has waited for, by name, oldest first.
        var signals: [String: [Value]] = [:]
        /// The name of the signal that it waits for.
        var awaitedSignal: String?
        /// Who waits for its result: a strand and the position of its call.
        var waiters: [(strand: Int, call: Int)] = []
        /// What it asked last, by position in the log.
        var entry = 0
    }

    /// An answer that is there at some time.
    private struct Timer {
        var time: Double
        var number: Int
        var strand: Int
        var call: Int
        var result: CallResult
    }

    /// A simulation of runs of a program. `now` is the time at which it begins, in milliseconds since 1970.
    public init(
        _ host: MockHost,
        program: Program,
        now: Double = 1_700_000_000_000,
        limits: Limits = Limits(),
        isCancelled: (@Sendable () -> Bool)? = nil
    ) {
        self.host = host
        self.program = program
        self.now = now
        self.limits = limits
        self.isCancelled = isCancelled
        budget = SharedBudget(limits)
    }

    /// The number of the question, counted from 1, at which the main program is left waiting; without it, none.
    public var suspendsAt: Int?
    private var questions = 0

    /// Runs the main program to its end, or to the question at which it is left waiting. Processes that still run then
    /// are dropped.
    package func run(_ main: Execution, onPrint: (Value) -> Void) -> Effect {
        strands = [Strand(name: "main", execution: begin(main, 0))]
        ready = [0]
        while true {
            guard let strand = next() else {
                giveUp()
                continue
            }
            if let end = advance(strand, onPrint: onPrint) { return end }
        }
    }

    /// The strand that goes on: one that can, else the one whose time comes first.
    private func next() -> Int? {
        if !ready.isEmpty { return ready.removeFirst() }
        guard let first = timers.indices.min(by: { isEarlier(timers[$0], timers[$1]) }) else { return nil }
        let timer = timers.remove(at: first)
        if timer.time > now {
            // Somebody who does not want to wait wants the run to end; it notices that by itself.
            _ = onWait(timer.time - now)
            now = timer.time
        }
        answer(timer.result, strand: timer.strand, call: timer.call)
        return next()
    }

    private func isEarlier(_ a: Timer, _ b: Timer) -> Bool {
        a.time != b.time ? a.time < b.time : a.number < b.number
    }

    /// Lets a strand go on until it waits or ends; gives the end of the main program.
    private func advance(_ strand: Int, onPrint: (Value) -> Void) -> Effect? {
        running = strand
        defer { running = nil }
        while let execution = strands[strand].execution {
            let effect = execution.resume()
            switch effect {
            case .print(let value):
                execution.counting { onPrint(value) }
                strands[strand].execution = stopped(execution, strand)
                continue
            case .read(let read):
                execution.answer([onRead(read)])
                strands[strand].execution = onStop(execution, strand)
                continue
            case .pause:
                strands[strand].execution = stopped(execution, strand)
                continue
            case .calls(let calls):
                note(.calls(calls), strand, count: calls.count)
                if isLeftWaiting(strand) { return effect }
                // A run that was resumed may have some of its answers already.
                for (position, call) in execution.unansweredCalls { begin(call, strand, position) }
            case .request(let request):
                note(.request(request), strand, count: 1)
                if isLeftWaiting(strand) { return effect }
                begin(request, strand)
            default:
                if strand == 0 { return effect }
                end(strand, with: ProcessResult.result(effect))
                return nil
            }
            strands[strand].execution = stopped(execution, strand)
            if !execution.isAnswered { return nil }
        }
        return nil
    }

    private func isLeftWaiting(_ strand: Int) -> Bool {
        if strand != 0 { return false }
        questions += 1
        return questions == suspendsAt
    }

    private func note(_ asked: HostLogEntry.Asked, _ strand: Int, count: Int) {
        strands[strand].entry = log.count
        log.append(HostLogEntry(process: strand, asked: asked, answers: Array(repeating: nil, count: count)))
    }

    /// Gives an answer, and lets the strand go on once it has all of them.
    func answer(_ result: CallResult, strand: Int, call: Int = 0) {
        guard let execution = strands[strand].execution, !execution.isAnswered else { return }
        log[strands[strand].entry].answers[call] = result
        execution.answer(result, at: call)
        if strand == running { return }
        strands[strand].execution = stopped(execution, strand)
        if execution.isAnswered { ready.append(strand) }
    }

    /// Nothing can go on: what the main program waits for will never come.
    private func giveUp() {
        guard let execution = strands[0].execution else { return }
        let failure = CallFailure("nothing is left that could answer: everything else has ended or waits")
        if case .request = log[strands[0].entry].asked { return answer(.failure(failure), strand: 0) }
        for (position, _) in execution.unansweredCalls { answer(.failure(failure), strand: 0, call: position) }
    }

    // MARK: Calls

    private func begin(_ call: HostCall, _ strand: Int, _ position: Int) {
        switch call {
        case .operation(let operation):
            let arguments = operation.arguments
            respond(host.operations[operation.path], operation.path, arguments, strand, position)
        case .function(let name, let arguments): respond(host.functions[name], name, arguments, strand, position)
        case .result(let handle):
            switch process(of: handle) {
            case .failure(let failure): answer(.failure(failure), strand: strand, call: position)
            case .success(let process):
                if let result = strands[process].result {
                    answer(result, strand: strand, call: position)
                } else {
                    strands[process].waiters.append((strand, position))
                }
            }
        }
    }

    /// Answers now or later, as the behaviour says.
    private func respond(
        _ behavior: MockBehavior?,
        _ name: String,
        _ arguments: [Value],
        _ strand: Int,
        _ position: Int
    ) {
        let behavior = behavior ?? MockBehavior(.returns(.null))
        answer(next(of: behavior, name, arguments), after: behavior.delay, strand: strand, call: position)
    }

    /// The next answer of a behaviour.
    func next(of behavior: MockBehavior, _ name: String, _ arguments: [Value]) -> CallResult {
        let number = callCounts[name, default: 0]
        callCounts[name] = number + 1
        return behavior.result(number, arguments: arguments)
    }

    func answer(_ result: CallResult, after delay: Double, strand: Int, call: Int = 0) {
        if delay <= 0 { return answer(result, strand: strand, call: call) }
        timerCount += 1
        timers.append(Timer(time: now + delay, number: timerCount, strand: strand, call: call, result: result))
    }

    // MARK: Processes

    /// Starts a process; gives its number.
    func start(_ request: ProcessStart) -> Int {
        let number = strands.count
        var strand = Strand(name: request.name)
        let behavior = host.processes[request.name] ?? MockBehavior(.runs)
        if behavior.runsBody {
            let store = VariableStore()
            // The arguments have come out of a heap, so they nest no deeper than values may.
            for (name, value) in request.arguments { try? store.set(name, to: value) }
            let execution = Execution(
                program.compiled,
                process: request.number,
                store: store,
                bindings: [],
                limits: limits,
                isCancelled: isCancelled
            )
            strand.execution = begin(execution, number)
            ready.append(number)
        } else {
            strand.result = next(of: behavior, "process " + request.name, [.record(request.arguments)])
        }
        strands.append(strand)
        return number
    }

    private func begin(_ execution: Execution, _ number: Int) -> Execution {
        execution.share(budget)
        return stopped(execution, number)
    }

    /// What goes on in the place of a run that stands still.
    private func stopped(_ execution: Execution, _ number: Int) -> Execution {
        let next = onStop(execution, number)
        if next !== execution { next.share(budget, isCounted: true) }
        return next
    }

    /// Ends a process and tells everybody who waits for it.
    func end(_ process: Int, with result: CallResult) {
        strands[process].execution?.close()
        strands[process].execution = nil
        strands[process].result = result
        ready.removeAll { $0 == process }
        timers.removeAll { $0.strand == process }
        let waiters = strands[process].waiters
        strands[process].waiters = []
        for waiter in waiters { answer(result, strand: waiter.strand, call: waiter.call) }
    }
}
