import LashLinker
import Testing

@testable import LashVM

/// A heap for one test; it checks that nothing stays behind.
final class Sandbox {
    let owner = HeapOwner()
    var heap: Heap { owner.heap }

    deinit { #expect(heap.liveObjects == 0, "objects leaked") }

    /// Runs a body with owned values in slots, and releases them.
    func with<Result>(_ values: Value..., body: (SlotPointer) throws -> Result) rethrows -> Result {
        try with(all: values, body: body)
    }

    func with<Result>(all values: [Value], body: (SlotPointer) throws -> Result) rethrows -> Result {
        let slots = SlotPointer.allocate(capacity: values.count + 1)
        for (i, value) in values.enumerated() { slots[i] = made(value) }
        defer {
            for i in 0..<values.count { heap.release(slots[i]) }
            slots.deallocate()
        }
        return try body(slots)
    }

    private func made(_ value: Value) -> Tagged {
        do {
            return try heap.make(value)
        } catch {
            Issue.record("cannot make a value: \(error.message)")
            return .null
        }
    }

    /// A value in the language's notation, or the message of the failure; the value is released.
    func show(_ body: () throws(Failure) -> Tagged) -> String {
        do throws(Failure) {
            let value = try body()
            defer { heap.release(value) }
            return try withUnsafePointer(to: value) { slot throws(Failure) in try heap.string(slot, .notation) }
        } catch {
            return "! \(error.message)"
        }
    }

    /// The result of a builtin in the language's notation, or the message of its failure.
    func call(_ builtin: Builtin, _ arguments: Value...) -> String {
        with(all: arguments) { slots in
            show { () throws(Failure) in try heap.call(builtin, slots, arguments.count) }
        }
    }

    func parse(_ json: String) -> String {
        with(.string(json)) { slots in show { () throws(Failure) in try heap.parseJSON(TextView(slots)) } }
    }

    func text(_ value: Value, _ style: TextStyle) -> String {
        with(value) { slots in (try? heap.string(slots, style)) ?? "!" }
    }
}
