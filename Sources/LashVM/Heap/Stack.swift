/// A stack of trivial elements for walks over values. It takes memory with its first element; whoever makes it calls
/// `deallocate`.
struct Stack<Element: BitwiseCopyable> {
    private(set) var base: UnsafeMutablePointer<Element>
    private(set) var count = 0
    private(set) var capacity = 0
    private let firstCapacity: Int

    /// - Parameter capacity: how many elements there is room for at first.
    init(capacity: Int = 32) {
        // Not zero, so it unwraps; without capacity it is never followed.
        base = UnsafeMutablePointer(bitPattern: MemoryLayout<Element>.alignment).unsafelyUnwrapped
        firstCapacity = capacity
    }

    func deallocate() {
        if capacity > 0 { SystemMemory.deallocate(base) }
    }

    @inline(__always) var isEmpty: Bool { count == 0 }
    /// Whether another element makes the stack grow, to twice the capacity.
    @inline(__always) var isFull: Bool { count == capacity }
    /// The last element. Only where there is one.
    @inline(__always) var top: UnsafeMutablePointer<Element> { base + (count &- 1) }

    @inline(__always) subscript(position: Int) -> Element { base[position] }

    @inline(__always) mutating func push(_ element: Element) {
        if count == capacity { grow() }
        base[count] = element
        count &+= 1
    }

    @inline(__always) mutating func pop() -> Element {
        count &-= 1
        return base[count]
    }

    @inline(__always) mutating func truncate(to n: Int) { count = n }

    @inline(never) private mutating func grow() {
        let more = max(1, firstCapacity, capacity * 2)
        let larger = SystemMemory.allocate(more * MemoryLayout<Element>.stride).assumingMemoryBound(to: Element.self)
        larger.update(from: base, count: count)
        deallocate()
        base = larger
        capacity = more
    }
}
