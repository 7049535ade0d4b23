#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What a run may use, and what it used so far. Everything that limits a run is decided in `look`.
///
/// Lies beside the state of the machine, where the heap finds it too.
struct Meter {
    let limits: Limits
    private let isCancelled: (@Sendable () -> Bool)?
    var statistics = RunStatistics()
    /// The most fuel of one slice.
    var slice = Meter.standardSlice
    /// When the machine began to work; `nil` while it waits for its host.
    private var began: Int?
    /// The reading of the last look. Reading the clock is most of what a stop costs.
    private var looked: Int?
    /// What this run and others may use together, and what of this run it knows of.
    private(set) var shared: SharedBudget?
    private var sharedFuel = 0
    private var sharedBytes = 0
    /// What the others held when this run last looked.
    private(set) var bytesOfOthers = 0

    /// Fuel between two looks: about a tenth of a millisecond.
    static let standardSlice = 10_000

    init(_ limits: Limits, isCancelled: (@Sendable () -> Bool)?) {
        self.limits = limits
        self.isCancelled = isCancelled
    }

    // MARK: Time

    /// The machine works from now on.
    mutating func start(_ heap: Heap) {
        began = Self.now()
        grant(heap)
    }

    /// The machine waits from now on, or from the last look on, if it has done nothing since.
    mutating func stop(_ heap: Heap, atLook: Bool = false) {
        account(heap)
        if let began { statistics.nanoseconds += ((atLook ? looked : nil) ?? Self.now()) - began }
        began = nil
    }

    fileprivate static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    // MARK: Fuel

    /// Notes what was used of the slice at hand.
    private mutating func account(_ heap: Heap) {
        let used = heap.storage.pointee.grantedFuel - heap.storage.pointee.fuel
        let (sum, overflow) = statistics.fuel.addingReportingOverflow(used)
        statistics.fuel = overflow ? .max : sum
        heap.storage.pointee.grantedFuel = heap.storage.pointee.fuel
        heap.notePeak()
    }

    private func grant(_ heap: Heap) {
        let left = limits.fuel.map { max(0, $0 - statistics.fuel) } ?? .max
        heap.storage.pointee.grantedFuel = min(slice, left)
        heap.storage.pointee.fuel = heap.storage.pointee.grantedFuel
    }

    /// Charges what goes beyond the slice, however much it is.
    mutating func pay(_ units: Int, _ heap: Heap) throws(Failure) {
        account(heap)
        let (sum, overflow) = statistics.fuel.addingReportingOverflow(units)
        let most = max(statistics.fuel, limits.fuel.map { $0 == .max ? .max : $0 + 1 } ?? .max)
        statistics.fuel = min(overflow ? .max : sum, most)
        try look(heap)
    }

    // MARK: Looking

    /// Ends the slice at hand. Throws where the run may not go on, else begins the next slice.
    ///
    /// - Parameter atStart: the machine has only just begun to work.
    mutating func look(_ heap: Heap, atStart: Bool = false) throws(Failure) {
        account(heap)
        if let isCancelled, isCancelled() { throw .cancelled }
        try report(heap)
        try checkUse(heap)
        looked = nil
        if let timeLimit = limits.nanoseconds, let began {
            let now = atStart ? began : Self.now()
            looked = now
            let used = statistics.nanoseconds + now - began
            if used > timeLimit { throw .timeLimit(used, of: timeLimit) }
        }
        grant(heap)
    }

    /// The look at the end of a program: only at what is the same every time, for the result is there.
    mutating func lookAtEnd(_ heap: Heap) throws(Failure) {
        account(heap)
        try report(heap)
        try checkUse(heap)
    }

    private func checkUse(_ heap: Heap) throws(Failure) {
        if let fuel = limits.fuel, statistics.fuel > fuel { throw .fuelSpent(statistics.fuel, of: fuel) }
        guard let memory = limits.memory else { return }
        if heap.storage.pointee.freeBytes < 0 { throw .memoryLimit(heap.liveBytes + bytesOfOthers, of: memory) }
        if heap.isScattered {
            heap.storage.pointee.chunks.sweep(heap.storage.pointee.freeLists)
            if heap.isScattered { throw .memoryLimit(heap.residentBytes, of: memory) }
        }
    }

    mutating func share(_ budget: SharedBudget, isCounted: Bool) {
        shared = budget
        sharedFuel = isCounted ? statistics.fuel : 0
    }

    /// Reports to the budget that this run shares with others. Once they have taken memory, less is left for this one.
    private mutating func report(_ heap: Heap) throws(Failure) {
        guard let shared else { return }
        let fuel = statistics.fuel - sharedFuel
        sharedFuel = statistics.fuel
        try shared.spend(fuel: fuel)
        let own = heap.liveBytes
        let change = own - sharedBytes
        sharedBytes = own
        guard let most = limits.memory else { return }
        bytesOfOthers = try shared.note(bytes: change, to: own)
        heap.limitMemory(to: most - bytesOfOthers)
    }

    /// The run is over: what it holds is no longer its own.
    mutating func leaveShared() {
        shared?.release(bytes: sharedBytes)
        sharedBytes = 0
        shared = nil
    }

    /// The bytes of text that the host still takes.
    var roomForOutput: Int { limits.outputBytes.map { max(0, $0 - statistics.outputBytes) } ?? .max }

    /// Counts text that the host is about to get.
    mutating func note(output bytes: Int) throws(Failure) {
        let (sum, overflow) = statistics.outputBytes.addingReportingOverflow(bytes)
        let total = overflow ? .max : sum
        if let limit = limits.outputBytes, total > limit { throw .outputLimit(total, of: limit) }
        statistics.outputBytes = total
    }
}

typealias MeterPointer = UnsafeMutablePointer<Meter>

extension MeterPointer {
    /// Counts what the run makes its thread do outside of the machine.
    func counting(_ body: () -> Void) {
        let start = Meter.now()
        body()
        pointee.statistics.nanoseconds += Meter.now() - start
    }
}

extension Duration {
    var nanoseconds: Int {
        let (seconds, attoseconds) = components
        let (whole, overflow) = Int(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : whole &+ Int(attoseconds / 1_000_000_000)
    }
}
