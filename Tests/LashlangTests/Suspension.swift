import LashVM
import Lashlang

/// Runs of a program that are taken apart wherever they stand still: written, read into a fresh session, and continued.
///
/// A run stops after each unit of fuel, so at every jump back. Beyond the first stops only some are used, or loops of many
/// turns would take long.
final class Suspension {
    /// Stops that are all used; of those after them, one in so many.
    private let first: Int
    private let later: Int
    /// Whether the run goes on from its bytes; otherwise they are only written.
    private let isTransferring: Bool
    /// The bytes at each stop that was used.
    private(set) var snapshots: [[UInt8]] = []
    /// What went wrong.
    private(set) var problems: [String] = []
    private var stops = 0
    private let program: CompiledProgram
    private let limits: Limits

    init(_ program: Program, limits: Limits, isTransferring: Bool, first: Int = 200, later: Int = 97) {
        self.program = program.compiled
        self.limits = limits
        self.isTransferring = isTransferring
        self.first = first
        self.later = later
    }

    /// The same run, or a copy of it in a session of its own, made from its bytes.
    func stop(_ execution: Execution) -> Execution {
        execution.pauseInterval = 1
        stops += 1
        if stops > first && !stops.isMultiple(of: later) { return execution }
        do {
            let bytes = try execution.snapshot()
            snapshots.append(bytes)
            if !isTransferring { return execution }
            let copy = try SuspendedRun(bytes).resume(program, limits: limits, isCancelled: nil)
            if try variables(copy) != variables(execution) { problems.append("stop \(stops): variables") }
            copy.pauseInterval = 1
            return copy
        } catch {
            problems.append("stop \(stops): \(error)")
            return execution
        }
    }

    /// The variables as the run would leave them. Registers may share parts with them, so they go through bytes once.
    private func variables(_ execution: Execution) throws -> [UInt8] {
        try VariableStore(snapshot: execution.store.snapshot()).snapshot()
    }
}

/// Everything that a run shows, and what it leaves behind.
struct RunTrace: Equatable {
    var end = ""
    var prints: [String] = []
    var asked: [String] = []
    var fuel = 0
    var hostCalls = 0
    var session: [UInt8] = []
    var strays = 0
    /// A limit that depends on the heap or on time was met: where it is met, differs.
    var isLimited = false

    init(
        _ program: Program,
        process: Int? = nil,
        host: MockHost,
        session bytes: [UInt8],
        bindings: [(name: String, value: BoundValue)],
        limits: Limits,
        suspension: Suspension
    ) throws {
        let simulation = Simulation(host, program: program, limits: limits)
        var last: Execution?
        let execution = Execution(
            program.compiled,
            process: process,
            store: try VariableStore(snapshot: bytes),
            bindings: bindings,
            limits: limits,
            isCancelled: nil
        )
        simulation.onStop = { execution, strand in
            let next = suspension.stop(execution)
            if strand == 0 { last = next }
            return next
        }
        var prints: [String] = []
        let effect = simulation.run(execution) { prints.append($0.literal) }
        self.prints = prints
        guard let last else { return }
        last.close()
        switch effect {
        case .finish(let value): end = "finished \(value.literal)"
        case .fail(let value): end = "failed \(value.literal)"
        case .failure(let diagnostic):
            end = "\(diagnostic.code) \(diagnostic.message) \(diagnostic.span.map { "\($0)" } ?? "nowhere")"
            isLimited = diagnostic.code == "E0402" || diagnostic.code == "E0403"
        default: end = "completed"
        }
        asked = simulation.log.map { "\($0)" }
        fuel = last.statistics.fuel
        hostCalls = last.statistics.hostCalls
        session = try last.store.snapshot()
        strays = last.store.strayObjects
    }
}
