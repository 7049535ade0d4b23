/// Where code points begin in a string that is not ASCII: the byte offset of every 64th.
struct CodePointIndex {
    static let stride = 64
    /// `offsets[i]` is where code point `64 * i` begins.
    var offsets: [UInt32] = [0]
    /// Bytes that the index covers; text appended later is indexed when it is asked for.
    var coveredBytes = 0
    var coveredPoints = 0
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

extension Heap {
    /// The length of a string in code points. Constant time for ASCII; otherwise counted once and kept.
    func codePointCount(_ slot: UnsafePointer<Tagged>) -> Int {
        let text = TextView(slot)
        if text.isASCII { return text.count }
        if slot.pointee.isShortString { return countCodePoints(text.start, text.count) }
        let object = slot.pointee.object
        if object.storedLength != 0 { return Int(object.storedLength) }
        let points = countCodePoints(text.start, text.count)
        storage.pointee.work &+= text.count >> 6
        if !object.isImmortal { object.storedLength = UInt32(truncatingIfNeeded: points) }
        return points
    }

    /// The byte offset of a code point, `0 ... count`. Constant time for ASCII and near the start; otherwise through an
    /// index that is built once in linear time and extended when the string has grown.
    func byteOffset(ofCodePoint point: Int, in slot: UnsafePointer<Tagged>) -> Int {
        let text = TextView(slot)
        if text.isASCII { return point }
        guard !slot.pointee.isShortString, point > 2 * CodePointIndex.stride, !slot.pointee.object.isImmortal else {
            return LashVM.byteOffset(in: text.start, from: 0, advancedBy: point)
        }
        let object = slot.pointee.object
        var index = storage.pointee.stringIndexes.removeValue(forKey: object.address) ?? CodePointIndex()
        object.setFlag(ObjectFlag.hasIndex)
        if index.coveredBytes < text.count { extend(&index, over: text) }
        let crumb = point / CodePointIndex.stride
        let offset = LashVM.byteOffset(
            in: text.start,
            from: Int(index.offsets[crumb]),
            advancedBy: point % CodePointIndex.stride
        )
        storage.pointee.stringIndexes[object.address] = index
        return offset
    }

    private func extend(_ index: inout CodePointIndex, over text: TextView) {
        storage.pointee.work &+= (text.count - index.coveredBytes) >> 4
        var offset = index.coveredBytes
        var points = index.coveredPoints
        while offset < text.count {
            offset += codePointWidth(text.start[offset])
            points += 1
            if points % CodePointIndex.stride == 0 { index.offsets.append(UInt32(truncatingIfNeeded: offset)) }
        }
        index.coveredBytes = offset
        index.coveredPoints = points
    }
}
