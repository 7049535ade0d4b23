extension Value {
    /// About how many bytes a value takes outside of a heap; parts that are shared count once. Takes time linear in that,
    /// and stops where it has seen `enough`.
    package func approximateBytes(upTo enough: Int = .max) -> Int {
        var bytes = MemoryLayout<Value>.stride
        var seen: Set<UnsafeRawPointer> = []
        var open = [self]
        func isNew(_ place: UnsafeRawPointer?) -> Bool { place.map { seen.insert($0).inserted } ?? false }
        while let value = open.popLast(), bytes < enough {
            switch value {
            case .null, .bool, .number: break
            case .string(let text): bytes += text.utf8.count
            case .list(let elements), .tuple(let elements):
                guard isNew(elements.withUnsafeBufferPointer({ UnsafeRawPointer($0.baseAddress) })) else { continue }
                bytes += elements.count * MemoryLayout<Value>.stride
                open += elements
            case .record(let record):
                guard isNew(record.place) else { continue }
                for (key, value) in record {
                    bytes += MemoryLayout<(String, Value)>.stride + key.utf8.count
                    open.append(value)
                }
            case .image(let image): bytes += 128 + image.id.utf8.count + image.mime.utf8.count + image.label.utf8.count
            case .projection: bytes += 96
            case .resource(let resource): bytes += 32 + resource.type.utf8.count + resource.alias.utf8.count
            }
        }
        return bytes
    }
}
