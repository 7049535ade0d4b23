internal import LashSyntax

extension CodeUnit {
    /// The objects of the constants in a fixed order, as values that a program can hold. Keys of few bytes are none: as
    /// values they would be short texts.
    var constantObjects: [Tagged] {
        var found: [Tagged] = []
        var seen: Set<Object> = []
        var open: [Tagged] = []
        for number in 0..<layout.constants where constants[number].isObject {
            open.append(constants[number])
            while let value = open.popLast() {
                if value.isString && value.object.count <= Tagged.shortCapacity { continue }
                if !seen.insert(value.object).inserted { continue }
                found.append(value)
                if value.isString { continue }
                let members = value.object.members
                for i in stride(from: value.object.count - 1, through: 0, by: -1) where members[i].isObject {
                    open.append(members[i])
                }
            }
        }
        return found
    }

    /// The number of the constant that is this object.
    func constant(of object: Object) -> Int? {
        (0..<layout.constants).first { constants[$0].isObject && constants[$0].object == object }
    }

    /// Everything of the code that a suspended run depends on, as bytes.
    fileprivate func appendIdentity(to writer: inout GraphWriter) {
        for position in 0..<count { writer.out.append(bits: code[position]) }
        for name in variables { writer.out.append(blockOf: name) }
        for number in [layout.temporaries, layout.constants, shapeCount] { writer.out.append(count: number) }
        for number in 0..<layout.constants { writer.write(constants + number) }
        for number in 0..<shapeCount { writer.write(keys: shapes[number]) }
        for restore in restores {
            for number in [restore.start, restore.end, restore.variable, restore.saved] {
                writer.out.append(count: number)
            }
        }
    }
}

extension CompiledProgram {
    /// The same for the same text, compiled in the same way against a host that means the same to it; another for anything
    /// else, but for chance. It says nothing against intent: whoever makes up bytes makes up these as well.
    func fingerprint(process: Int?) -> UInt64 {
        var writer = GraphWriter()
        defer { writer.deallocate() }
        tree.source.bytes.withUnsafeBufferPointer { writer.out.append(block: $0) }
        unit(ofProcess: process).appendIdentity(to: &writer)
        for unit in functions.units { unit.appendIdentity(to: &writer) }
        // FNV-1a.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in writer.out.bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }

    /// The objects of the constants of a process or of the main block, then those of the functions.
    func constantObjects(ofProcess process: Int?) -> [Tagged] {
        functions.units.reduce(unit(ofProcess: process).constantObjects) { $0 + $1.constantObjects }
    }

    /// The key tables of record literals, in the same order.
    func literalTables(ofProcess process: Int?) -> [Object] {
        ([unit(ofProcess: process)] + functions.units).flatMap { unit in
            UnsafeBufferPointer(start: unit.shapes, count: unit.shapeCount)
        }
    }

    func unit(ofProcess process: Int?) -> CodeUnit { process.map { processUnits[$0] } ?? unit }
}
