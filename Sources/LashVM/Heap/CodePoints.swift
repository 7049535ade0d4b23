/// Where code points begin in a string that is not ASCII: the byte offset of every 64th.
struct CodePointIndex {
    static let stride = 64
    /// `offsets[i]` is where code point `64 * i` begins.
    var offsets: [UInt32] = [0]
    /// Bytes that the index covers; text appended later is indexed when it is asked for.
    var coveredBytes = 0
    var coveredPoints = 0

    /// What it takes, about.
    var size: Int { 96 + offsets.count * 8 }
}

/// Counts code points: every byte that is not a continuation.
func countCodePoints(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int {
    let raw = UnsafeRawPointer(bytes)
    var points = 0
    var i = 0
    while i &+ 8 <= count {
        let word = raw.loadUnaligned(fromByteOffset: i, as: UInt64.self)
        // A continuation byte has bit 7 set and bit 6 clear.
        let continuations = word >> 7 & ~(word >> 6) & 0x0101_0101_0101_0101
        points &+= 8 &- continuations.nonzeroBitCount
        i &+= 8
    }
    while i < count {
        if bytes[i] & 0xC0 != 0x80 { points &+= 1 }
        i &+= 1
    }
    return points
}

/// The number of bytes of the code point that begins with this byte.
@inline(__always) func codePointWidth(_ lead: UInt8) -> Int {
    lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
}

/// The byte offset `points` code points after `offset`, which is a boundary.
func byteOffset(in bytes: UnsafePointer<UInt8>, from offset: Int, advancedBy points: Int) -> Int {
    var offset = offset
    var points = points
    while points > 0 {
        offset &+= codePointWidth(bytes[offset])
        points &-= 1
    }
    return offset
}

// Neither counting nor indexing is charged. Both happen once to each text, whose making was paid for; and what is known
// of a text already would otherwise show in the fuel.
extension Heap {
    /// The length of a string in code points. Constant time for ASCII; otherwise counted once and kept.
    func codePointCount(_ slot: UnsafePointer<Tagged>) -> Int {
        let text = TextView(slot)
        if text.isASCII { return text.count }
        if slot.pointee.isShortString { return countCodePoints(text.start, text.count) }
        let object = slot.pointee.object
        if object.storedLength != 0 { return Int(object.storedLength) }
        let points = countCodePoints(text.start, text.count)
        // Of what is frozen, the length is known.
        if !object.isImmortal { object.storedLength = UInt32(truncatingIfNeeded: points) }
        return points
    }

    /// The byte offset of a code point, `0 ... count`. Constant time for ASCII and near the start; otherwise through an
    /// index that is built once in linear time and extended when the string has grown.
    func byteOffset(ofCodePoint point: Int, in slot: UnsafePointer<Tagged>) -> Int {
        let text = TextView(slot)
        if text.isASCII { return point }
        guard !slot.pointee.isShortString, point > 2 * CodePointIndex.stride else {
            return LashVM.byteOffset(in: text.start, from: 0, advancedBy: point)
        }
        let object = slot.pointee.object
        if object.isImmortal {
            return byteOffset(
                ofCodePoint: point,
                in: text,
                &storage.pointee.frozenIndexes[object.address, default: CodePointIndex()]
            )
        }
        object.setFlag(ObjectFlag.hasIndex)
        return byteOffset(
            ofCodePoint: point,
            in: text,
            &storage.pointee.stringIndexes[object.address, default: CodePointIndex()]
        )
    }

    private func byteOffset(ofCodePoint point: Int, in text: TextView, _ index: inout CodePointIndex) -> Int {
        if index.coveredBytes < text.count { extend(&index, over: text) }
        return LashVM.byteOffset(
            in: text.start,
            from: Int(index.offsets[point / CodePointIndex.stride]),
            advancedBy: point % CodePointIndex.stride
        )
    }

    private func extend(_ index: inout CodePointIndex, over text: TextView) {
        let before = index.coveredBytes == 0 ? 0 : index.size
        var offset = index.coveredBytes
        var points = index.coveredPoints
        while offset < text.count {
            offset += codePointWidth(text.start[offset])
            points += 1
            if points % CodePointIndex.stride == 0 { index.offsets.append(UInt32(truncatingIfNeeded: offset)) }
        }
        index.coveredBytes = offset
        index.coveredPoints = points
        takeLarge(index.size - before)
    }

    /// Drops the index of a string that is freed or moved.
    func forgetIndex(of string: Object) {
        guard let index = storage.pointee.stringIndexes.removeValue(forKey: string.address) else { return }
        giveBackLarge(index.size)
    }

    /// Drops the indexes of frozen strings, which may be gone after a run.
    func forgetFrozenIndexes() {
        for index in storage.pointee.frozenIndexes.values { giveBackLarge(index.size) }
        storage.pointee.frozenIndexes.removeAll()
    }
}
