/// A stack of trivial elements for walks over values. Whoever makes it calls `deallocate`.
struct Stack<Element: BitwiseCopyable> {
    private(set) var base: UnsafeMutablePointer<Element>
    private(set) var count = 0
    private(set) var capacity: Int

    init(capacity: Int = 32) {
        base = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    func deallocate() { base.deallocate() }

    @inline(__always) var isEmpty: Bool { count == 0 }
    /// Whether another element makes the stack grow, to twice the capacity.
    @inline(__always) var isFull: Bool { count == capacity }
    /// The last element. Only where there is one.
    @inline(__always) var top: UnsafeMutablePointer<Element> { base + (count &- 1) }

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
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        larger.update(from: base, count: count)
        base.deallocate()
        base = larger
        capacity *= 2
    }
}
