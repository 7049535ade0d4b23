internal import LashLinker
internal import LashSyntax

extension VariableStore {
    /// All variables as bytes; what several of them share is written once. What a run has at the moment is written as
    /// the run would leave it.
    package func snapshot() throws(SnapshotError) -> [UInt8] {
        var writer = GraphWriter()
        defer { writer.deallocate() }
        writer.out.appendHeader(of: .variables)
        var count = 0
        forEach { _, _ in count += 1 }
        writer.out.append(count: count)
        forEach { name, slot in
            writer.out.append(blockOf: name)
            writer.write(slot)
        }
        writer.out.append(functions)
        return try writer.out.snapshot()
    }

    /// The variables of a snapshot.
    package convenience init(snapshot bytes: [UInt8]) throws(SnapshotError) {
        self.init()
        try SnapshotInput.reading(bytes) { input throws(SnapshotError) in
            try input.header(of: .variables)
            var reader = GraphReader(input, heap: heap)
            // Also after an error: what has been read refers to it.
            defer {
                if let frozen = reader.frozen { keepAlive(frozen) }
                restored += reader.restored
                reader.finish()
            }
            let count = try reader.input.count()
            for _ in 0..<count {
                let name = try reader.readNewName(for: self)
                append(name, try reader.read())
            }
            functions = try reader.input.functions()
            try reader.input.finish()
        }
    }
}

extension TextBuffer {
    /// Appends functions by their declarations.
    mutating func append(_ functions: FunctionLibrary) {
        append(count: functions.functions.count)
        for function in functions.functions {
            append(blockOf: function.source.name)
            function.source.bytes.withUnsafeBufferPointer { append(block: $0) }
        }
    }
}

extension SnapshotInput {
    /// Functions by their declarations, each of which has to be one.
    mutating func functions() throws(SnapshotError) -> FunctionLibrary {
        var library = FunctionLibrary()
        for _ in 0..<(try count()) {
            let name = try text()
            let source = SourceText(bytes: Array(try block()), name: name)
            guard let function = try? DeclaredFunction(source: source), library[function.name] == nil else {
                throw damaged("a function that is none")
            }
            library.add(function)
        }
        return library
    }
}

extension GraphReader {
    /// The name of a variable that the store does not have yet.
    mutating func readNewName(for store: VariableStore) throws(SnapshotError) -> String {
        let name = try input.text()
        if store.knows(name) { throw input.damaged("a variable that occurs twice") }
        return name
    }
}
