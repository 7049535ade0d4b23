/// Why the loop came to an end.
enum Stop {
    /// The program fell off its end.
    case halted
    /// The slice of fuel is used up; the loop can go on where it is.
    case slice
    /// `MachineState.failure` says what went wrong at the instruction before `pc`.
    case failed
    /// The instruction before `pc` asks the host for something.
    case effect
    /// The instruction before `pc` has something to tell.
    case observe
    /// The program prints the register that the instruction before `pc` names.
    case print
    /// The program finishes with that register.
    case finish
    /// The program fails with that register.
    case fail
}

/// Everything that a run needs between two instructions. Nothing of a run lives on the native stack.
struct MachineState {
    /// The next instruction.
    var pc: UnsafePointer<UInt64>
    /// The registers; instructions add byte offsets to it.
    var registers: UnsafeMutableRawPointer
    let heap: Heap
    /// The key tables of the code at hand.
    var shapes: UnsafePointer<Object>
    /// The first instruction of the main block.
    let code: UnsafePointer<UInt64>
    let functions: UnsafePointer<FunctionInfo>
    var stack = CallStack()
    var failure: Failure?
}

typealias StatePointer = UnsafeMutablePointer<MachineState>

extension UnsafeMutablePointer where Pointee == MachineState {
    /// The register of an operand.
    @inline(__always) func register(_ offset: Int) -> SlotPointer {
        (pointee.registers + offset).assumingMemoryBound(to: Tagged.self)
    }

    /// Runs work that can fail, and that may look at projections: then it has to be such that it can be done again from
    /// the beginning, where it has to wait for an answer.
    @inline(__always) func attempt(reading: Bool, _ work: () throws(Failure) -> Void) -> Bool {
        if _fastPath(!reading) { return attempt(work) }
        let heap = pointee.heap
        return attempt { () throws(Failure) in try heap.reading(work) }
    }

    /// Runs work that can fail; keeps the failure and says whether it went well.
    @inline(__always) func attempt(_ work: () throws(Failure) -> Void) -> Bool {
        do {
            try work()
            return true
        } catch {
            pointee.failure = error
            return false
        }
    }
}
