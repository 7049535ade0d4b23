/// Known places in a source: behind how many lines, elements or code points they lie. Never more than a few thousand,
/// however large the source.
struct Marks {
    struct Mark {
        var count: Int
        var offset: Int
    }

    private var marks: [Mark]
    /// How far places are apart, in bytes.
    private var spacing: Int
    private static let capacity = 8192

    init(first offset: Int, spacing: Int = Window.capacity) {
        marks = [Mark(count: 0, offset: offset)]
        self.spacing = spacing
    }

    var last: Mark { marks[marks.count - 1] }
    /// Roughly, in bytes.
    var size: Int { marks.capacity * MemoryLayout<Mark>.stride }

    /// Notes a place behind all others, unless one is near.
    mutating func add(count: Int, offset: Int) {
        if offset < last.offset + spacing { return }
        if marks.count == Self.capacity {
            var kept = 0
            for i in stride(from: 0, to: marks.count, by: 2) {
                marks[kept] = marks[i]
                kept += 1
            }
            marks.removeSubrange(kept...)
            spacing *= 2
        }
        marks.append(Mark(count: count, offset: offset))
    }

    /// The last place that lies behind so many or fewer.
    func nearest(count: Int) -> Mark { marks[position { $0.count <= count }] }
    /// The last place at or before an offset.
    func nearest(offset: Int) -> Mark { marks[position { $0.offset <= offset }] }

    private func position(_ isBefore: (Mark) -> Bool) -> Int {
        var low = 0
        var high = marks.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if isBefore(marks[middle]) { low = middle } else { high = middle }
        }
        return low
    }
}
