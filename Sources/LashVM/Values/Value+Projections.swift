extension Value {
    /// Whether it is a projection, or holds one. Takes time linear in the value; parts that are shared count once.
    package var holdsProjections: Bool {
        var seen: Set<UnsafeRawPointer> = []
        var open = [self]
        func isNew(_ place: UnsafeRawPointer?) -> Bool { place.map { seen.insert($0).inserted } ?? false }
        while let value = open.popLast() {
            switch value {
            case .projection: return true
            case .list(let elements), .tuple(let elements):
                guard isNew(elements.place) else { continue }
                for element in elements where element.mayHoldProjections { open.append(element) }
            case .record(let record):
                guard isNew(record.place) else { continue }
                for (_, element) in record where element.mayHoldProjections { open.append(element) }
            case .null, .bool, .number, .string, .image, .resource: continue
            }
        }
        return false
    }

    private var mayHoldProjections: Bool {
        switch self {
        case .list, .tuple, .record, .projection: true
        case .null, .bool, .number, .string, .image, .resource: false
        }
    }
}
