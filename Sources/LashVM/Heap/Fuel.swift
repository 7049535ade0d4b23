// Fuel is counted in one place, for the loop and for builtins: what is left of the slice at hand. Where it falls below
// zero, somebody takes a look: the loop at the next jump back, a builtin in the middle of its work. A look compares what
// was used with the limits, and asks whether the run was cancelled; then the next slice begins.
//
// A charge follows from values alone, never from what is cached, how much room is left, where an object lies, or how it
// was hashed: the same program uses the same fuel everywhere.
extension Heap {
    /// Charges for work, and takes a look where the slice is over. Of a charge that goes beyond the limit, only what
    /// reaches it is counted: pay before the work, or for each piece of it.
    @inline(__always) func pay(_ units: Int) throws(Failure) {
        storage.pointee.fuel &-= units
        if _slowPath(storage.pointee.fuel < 0) { try payAcrossSlices(units) }
    }

    /// Charges for work on so many bytes: copying, comparing, searching.
    @inline(__always) func pay(bytes: Int) throws(Failure) { try pay(bytes >> 4) }

    @inline(never) private func payAcrossSlices(_ units: Int) throws(Failure) {
        storage.pointee.fuel &+= units
        guard let meter = storage.pointee.meter else { return try look() }
        try meter.pointee.pay(units, self)
    }

    /// Compares what was used with the limits and begins the next slice. Throws where a limit is exceeded. Charges
    /// nothing, so work that is not charged may call it as often as it likes.
    @inline(never) func look() throws(Failure) {
        guard let meter = storage.pointee.meter else {
            storage.pointee.fuel = .max
            storage.pointee.grantedFuel = .max
            return try require(0)
        }
        try meter.pointee.look(self)
    }

    /// Does something on behalf of the host, which the program does not pay for and which nothing limits.
    func withoutCharge<Result>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        let (fuel, granted, meter) = (storage.pointee.fuel, storage.pointee.grantedFuel, storage.pointee.meter)
        let limit = storage.pointee.memoryLimit
        storage.pointee.fuel = .max
        storage.pointee.meter = nil
        limitMemory(to: .max)
        defer {
            (storage.pointee.fuel, storage.pointee.grantedFuel, storage.pointee.meter) = (fuel, granted, meter)
            limitMemory(to: limit)
        }
        return try body()
    }

    /// Ends the slice now, without changing what was used of it.
    @inline(never) func demandLook() {
        if storage.pointee.fuel < 0 { return }
        storage.pointee.grantedFuel -= storage.pointee.fuel + 1
        storage.pointee.fuel = -1
    }

    /// Work on bytes is done in pieces of this size, each paid for.
    static var piece: Int { 1 << 14 }
}
