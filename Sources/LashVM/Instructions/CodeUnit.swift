internal import LashSyntax

/// The code of a program's main block, ready to run: immutable, shared between threads.
///
/// Everything that a run reads here is written before `init` returns; constants live in a frozen heap.
final class CodeUnit: @unchecked Sendable {
    /// The instructions; the last one ends the run.
    let code: UnsafePointer<UInt64>
    let count: Int
    /// The node that each word comes from.
    let nodes: [NodeID]
    let layout: RegisterLayout
    /// The variables, by number.
    let names: NameTable
    var variables: [String] { names.names }
    /// The constants, by number.
    let constants: UnsafePointer<Tagged>
    /// The key tables of literal records.
    let shapes: UnsafePointer<Object>
    /// Variables to give back where a run ends inside a loop, inner loops first.
    let restores: [LoopRestore]
    private let owner = HeapOwner()
    private let storage: UnsafeMutablePointer<UInt64>
    private let constantStorage: UnsafeMutablePointer<Tagged>
    private let shapeStorage: UnsafeMutablePointer<Object>
    let shapeCount: Int
    /// The functions that it can call, kept alive because variables may refer to their constants; functions have none.
    let functions: FunctionTable?

    init(
        words: [UInt64],
        functions: FunctionTable? = nil,
        nodes: [NodeID],
        layout: RegisterLayout,
        variables: [String],
        keys: [String] = [],
        constants: [Constant],
        literals: [Value],
        shapes: [[Int]],
        restores: [LoopRestore]
    ) {
        storage = .allocate(capacity: max(1, words.count))
        storage.initialize(from: words, count: words.count)
        code = UnsafePointer(storage)
        count = words.count
        self.nodes = nodes
        self.layout = layout
        names = NameTable(variables)
        self.restores = restores
        self.functions = functions
        shapeCount = shapes.count
        constantStorage = .allocate(capacity: max(1, constants.count))
        shapeStorage = .allocate(capacity: max(1, shapes.count))
        let heap = owner.heap
        // One tuple holds everything while the heap is frozen.
        var root = Tagged(.tuple, heap.makeSequence(.tuple, capacity: constants.count + shapes.count))
        let keys = keys.map { text in
            var text = text
            return text.withUTF8 { bytes in
                // An empty string may come without a base address.
                withUnsafePointer(to: UInt8(0)) { heap.makeKey(bytes.baseAddress ?? $0, bytes.count) }
            }
        }
        for (number, constant) in constants.enumerated() {
            let value: Tagged =
                switch constant {
                case .null: .null
                case .bool(let bool): Tagged(bool)
                case .number(let bits): Tagged(Double(bitPattern: bits))
                case .string(let exact): heap.makeString(exact.text)
                case .key(let number): heap.owned(Tagged(.string, keys[number]))
                case .literal(let number): Self.build(literals[number], in: heap)
                }
            constantStorage[number] = value
            heap.append(value, to: &root)
        }
        for (number, shape) in shapes.enumerated() {
            let table = heap.makeKeyTable(capacity: shape.count)
            for key in shape { heap.appendKey(keys[key], to: table) }
            let record = heap.makeRecord(keys: table, capacity: shape.count)
            for position in shape.indices { record.fields[position] = .null }
            record.setCount(shape.count)
            heap.release(table)
            shapeStorage[number] = table
            heap.append(Tagged(.record, record), to: &root)
        }
        for key in keys { heap.release(key) }
        owner.freeze(root: root)
        self.constants = UnsafePointer(constantStorage)
        self.shapes = UnsafePointer(shapeStorage)
    }

    /// A literal nests no deeper than the parser lets types nest, so it always fits.
    private static func build(_ value: Value, in heap: Heap) -> Tagged {
        do { return try heap.make(value) } catch { return .null }
    }

    deinit {
        storage.deallocate()
        constantStorage.deallocate()
        shapeStorage.deallocate()
    }
}
