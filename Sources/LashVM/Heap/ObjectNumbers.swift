/// Numbers of objects by their addresses. Whoever makes it calls `deallocate`.
///
/// Snapshots and the end of a run ask for every object that more than one place holds, so this is a plain hash table.
struct ObjectNumbers {
    private var slots: UnsafeMutablePointer<Slot>?
    private var mask = 0
    private var count = 0

    private struct Slot: BitwiseCopyable {
        /// Zero where the slot is free.
        var address: UInt
        var number: Int
    }

    func deallocate() { slots?.deallocate() }

    @inline(__always) subscript(object: Object) -> Int? {
        guard let slots else { return nil }
        let slot = slots[place(of: object, in: slots)]
        return slot.address == 0 ? nil : slot.number
    }

    /// Gives an object that has none its number.
    mutating func insert(_ object: Object, _ number: Int) {
        if count * 2 >= mask { grow() }
        guard let slots else { return }
        slots[place(of: object, in: slots)] = Slot(address: UInt(bitPattern: object.address), number: number)
        count += 1
    }

    /// The slot that the object has or would get.
    @inline(__always) private func place(of object: Object, in slots: UnsafeMutablePointer<Slot>) -> Int {
        let address = UInt(bitPattern: object.address)
        var place = Int(truncatingIfNeeded: (address &* 0x9E37_79B9_7F4A_7C15) >> 20) & mask
        while slots[place].address != 0 && slots[place].address != address { place = (place &+ 1) & mask }
        return place
    }

    @inline(never) private mutating func grow() {
        let old = slots
        let oldCount = old == nil ? 0 : mask + 1
        let size = max(64, oldCount * 2)
        let new = UnsafeMutablePointer<Slot>.allocate(capacity: size)
        new.initialize(repeating: Slot(address: 0, number: 0), count: size)
        slots = new
        mask = size - 1
        guard let old else { return }
        for i in 0..<oldCount where old[i].address != 0 {
            guard let object = UnsafeMutableRawPointer(bitPattern: old[i].address).map(Object.init) else { continue }
            new[place(of: object, in: new)] = old[i]
        }
        old.deallocate()
    }
}
