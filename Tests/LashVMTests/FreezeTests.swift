import Testing

@testable import LashVM

@Suite("Frozen values")
struct FreezeTests {
    private let value: Value = [
        "name": "a text that is too long for a slot", "é": "ein Text, der nicht nur ASCII enthält: äöü",
        "list": [1, .tuple(["x", ["deep": [nil, true]]]), [:]],
        "image": .image(Image(id: "an identifier of many bytes", mime: "image/png", label: "l", size: 1)),
        "wide": .record(Record((0..<100).map { ("key number \($0)", .number(Double($0))) })),
        "long": .list((0..<1000).map { .number(Double($0)) }),
    ]

    private func frozen() throws(Failure) -> (HeapOwner, Tagged) {
        let owner = HeapOwner()
        let root = try owner.heap.make(value)
        owner.freeze(root: root)
        return (owner, root)
    }

    @Test("are read as before, by many threads, and freed with their owner")
    func reading() async throws {
        let (owner, root) = try frozen()
        #expect(root.object.isImmortal)
        let before = withUnsafePointer(to: root) { Value($0) }
        #expect(before == value)
        struct Shared: @unchecked Sendable {
            let owner: HeapOwner
            let root: Tagged
        }
        let shared = Shared(owner: owner, root: root)
        let expected = value
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let local = HeapOwner()
                    var root = shared.root
                    local.heap.retain(root)
                    let same = Value(&root) == expected
                    local.heap.release(root)
                    return same
                }
            }
            for await same in group { #expect(same) }
        }
    }

    @Test("can be changed through copies")
    func writing() throws {
        let (owner, root) = try frozen()
        let sandbox = Sandbox()
        var slot = root
        try sandbox.with("list", 0) { path in
            let inner = try sandbox.heap.descendIndex(&slot, index: path)
            try sandbox.heap.assignIndex(inner, index: path + 1, value: Tagged(7))
        }
        #expect(withUnsafePointer(to: root) { Value($0) } == value)
        #expect(slot.object != root.object)
        sandbox.heap.release(slot)
        _ = owner
    }

    @Test("thawed values do not need their owner")
    func thawing() throws {
        let sandbox = Sandbox()
        var slot = Tagged.null
        do {
            let (owner, root) = try frozen()
            // Part of it immortal, part of it not.
            let pair = doubled(root, sandbox.heap)
            sandbox.heap.retain(pair)
            slot = Tagged(.list, sandbox.heap.makeSequence(.list, capacity: 0))
            sandbox.heap.append(pair, to: &slot)
            sandbox.heap.append(doubled(pair, sandbox.heap), to: &slot)
            sandbox.heap.thaw(&slot)
            #expect(owner.frozenBlocks.count > 0)
        }
        let shown = withUnsafePointer(to: slot) { Value($0) }
        #expect(shown == [[value, value], [[value, value], [value, value]]])
        let json = try withUnsafePointer(to: slot) { slot throws(Failure) in try sandbox.heap.string(slot, .json) }
        #expect(json.contains("key number 99"))
        sandbox.heap.release(slot)
    }

    @Test("thawing copies what is shared once")
    func sharing() throws {
        let owner = HeapOwner()
        var root = Tagged(.list, owner.heap.makeSequence(.list, capacity: 0))
        for _ in 0..<60 { root = doubled(root, owner.heap) }
        owner.freeze(root: root)
        let sandbox = Sandbox()
        var slot = root
        sandbox.heap.thaw(&slot)
        #expect(sandbox.heap.liveObjects == 61)
        sandbox.heap.release(slot)
        _ = owner
    }

    @Test("what several values share is copied once")
    func sharingBetweenValues() throws {
        let (owner, root) = try frozen()
        let sandbox = Sandbox()
        let first = doubled(root, sandbox.heap)
        var slots = [first, root, .null, doubled(root, sandbox.heap)]
        slots.withUnsafeMutableBufferPointer { slots in
            if let base = slots.baseAddress { sandbox.heap.thaw(base, count: slots.count) }
        }
        #expect(slots[0].object.elements[0].object == slots[1].object)
        #expect(slots[0].object.elements[1].object == slots[3].object.elements[0].object)
        for slot in slots { sandbox.heap.release(slot) }
        #expect(sandbox.heap.liveObjects == 0)
        _ = owner
    }

    @Test("JSON is read into a heap of its own")
    func reading() throws {
        let json = #"{"a":[1,{"b":"a text that is too long for a slot"}]}"#
        let (owner, root) = try HeapOwner.reading(json: Array(json.utf8))
        owner.freeze(root: root)
        #expect(withUnsafePointer(to: root) { Value($0) } == ["a": [1, ["b": "a text that is too long for a slot"]]])
    }
}
