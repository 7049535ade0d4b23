/// A new list of a length that is not known before. Whoever makes it calls `finish` or `abandon`.
struct ListBuilder {
    let heap: Heap
    private var list: Tagged

    init(_ heap: Heap, capacity: Int = 0) {
        self.heap = heap
        list = Tagged(.list, heap.makeSequence(.list, capacity: capacity))
    }

    /// Appends an owned value, for one unit; where a limit is met, the value is released and the list stays.
    @inline(__always) mutating func append(_ value: Tagged) throws(Failure) {
        let object = list.object
        do throws(Failure) {
            if object.count == object.capacity { try heap.requireElements(object.count * 2) }
            try heap.pay(1)
        } catch {
            heap.release(value)
            throw error
        }
        heap.append(value, to: &list)
    }

    func finish() -> Tagged { list }

    func abandon() { heap.release(list) }
}

extension Heap {
    /// A list that a body fills.
    @inline(__always) func buildList(
        capacity: Int = 0,
        _ body: (inout ListBuilder) throws(Failure) -> Void
    ) throws(Failure) -> Tagged {
        var builder = ListBuilder(self, capacity: capacity)
        do throws(Failure) {
            try body(&builder)
        } catch {
            builder.abandon()
            throw error
        }
        return builder.finish()
    }
}
