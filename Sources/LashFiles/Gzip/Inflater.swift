/// Decompression of a gzip file, RFC 1951 and 1952, in pieces of any size.
///
/// A value: a copy of it goes on from the same place, which is how places in the middle of a file are found again.
struct Inflater {
    private enum State {
        case member
        case block
        case stored(Int)
        case codes
        case copy(length: Int, distance: Int)
        case trailer
        case end
    }

    private var state = State.member
    /// Where the next byte of the file lies.
    private var at = 0
    /// Bits that were read and not used, the next one lowest.
    private var bits: UInt64 = 0
    private var bitCount = 0
    private var isLastBlock = false
    private var literals = HuffmanCode()
    private var distances = HuffmanCode()
    /// The last 32 KiB of output, in a ring.
    private var ring = [UInt8](repeating: 0, count: 1 << 15)
    /// Bytes of output so far, and of this member.
    private(set) var position = 0
    private var memberStart = 0
    private var checksum = CRC32()

    /// Fills a buffer; gives fewer bytes only at the end.
    mutating func read(into output: UnsafeMutableRawBufferPointer, from input: Window) throws(FileError) -> Int {
        var written = 0
        while written < output.count {
            switch state {
            case .member: try readHeader(input)
            case .block: try readBlock(input)
            case .trailer: try readTrailer(input)
            case .end: return written
            case .stored(let left): try copyStored(left, output, &written, input)
            case .codes, .copy: try decode(output, &written, input)
            }
        }
        return written
    }

    // MARK: Members and blocks

    private mutating func readHeader(_ input: Window) throws(FileError) {
        // Whole bytes from here on.
        discardBits()
        guard let first = try input.byte(at: at) else {
            if memberStart == 0 && position == 0 && at == 0 { throw input.source.malformed("is not a gzip file") }
            state = .end
            return
        }
        if at > 0, first == 0 {
            // Padding, as on tapes.
            at += 1
            return
        }
        guard try byte(input) == 0x1F, try byte(input) == 0x8B, try byte(input) == 8 else {
            throw input.source.malformed(at <= 3 ? "is not a gzip file" : "has bytes behind its end that are not gzip")
        }
        let flags = try byte(input)
        for _ in 0..<6 { _ = try byte(input) }
        if flags & 4 != 0 {
            let count = Int(try byte(input)) | Int(try byte(input)) << 8
            for _ in 0..<count { _ = try byte(input) }
        }
        // The name and the comment end with a zero.
        for flag in [8, 16] as [UInt8] where flags & flag != 0 {
            while try byte(input) != 0 {}
        }
        if flags & 2 != 0 { for _ in 0..<2 { _ = try byte(input) } }
        memberStart = position
        checksum = CRC32()
        isLastBlock = false
        state = .block
    }

    private mutating func readBlock(_ input: Window) throws(FileError) {
        if isLastBlock {
            state = .trailer
            return
        }
        isLastBlock = try take(1, input) == 1
        switch try take(2, input) {
        case 0:
            take(bitCount & 7)
            let count = try take(16, input)
            guard try take(16, input) == ~count & 0xFFFF else { throw damaged(input) }
            state = .stored(count)
        case 1:
            literals = .fixedLiterals
            distances = .fixedDistances
            state = .codes
        case 2: try readCodes(input)
        default: throw damaged(input)
        }
    }

    private mutating func readCodes(_ input: Window) throws(FileError) {
        let literalCount = try take(5, input) + 257
        let distanceCount = try take(5, input) + 1
        let lengthCount = try take(4, input) + 4
        var lengths = [UInt8](repeating: 0, count: 19)
        let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
        for i in order.prefix(lengthCount) { lengths[i] = UInt8(try take(3, input)) }
        guard let code = HuffmanCode(lengths: lengths) else { throw damaged(input) }
        lengths = []
        while lengths.count < literalCount + distanceCount {
            let symbol = try code.withTable { table throws(FileError) in try self.symbol(code, table, input) }
            switch symbol {
            case 16:
                guard let last = lengths.last else { throw damaged(input) }
                lengths.append(contentsOf: repeatElement(last, count: 3 + (try take(2, input))))
            case 17: lengths.append(contentsOf: repeatElement(0, count: 3 + (try take(3, input))))
            case 18: lengths.append(contentsOf: repeatElement(0, count: 11 + (try take(7, input))))
            default: lengths.append(UInt8(symbol))
            }
        }
        guard lengths.count == literalCount + distanceCount, lengths[256] != 0,
            let literals = HuffmanCode(lengths: Array(lengths.prefix(literalCount))),
            let distances = HuffmanCode(lengths: Array(lengths.dropFirst(literalCount)))
        else { throw damaged(input) }
        self.literals = literals
        self.distances = distances
        state = .codes
    }

    private mutating func readTrailer(_ input: Window) throws(FileError) {
        discardBits()
        var words: [UInt32] = []
        for _ in 0..<2 {
            var word: UInt32 = 0
            for shift in [0, 8, 16, 24] as [UInt32] { word |= UInt32(try byte(input)) << shift }
            words.append(word)
        }
        guard words[0] == checksum.value, words[1] == UInt32(truncatingIfNeeded: position - memberStart) else {
            throw input.source.malformed("the checksum of the gzip file is wrong")
        }
        state = .member
    }

    // MARK: Contents

    private mutating func copyStored(
        _ left: Int,
        _ output: UnsafeMutableRawBufferPointer,
        _ written: inout Int,
        _ input: Window
    ) throws(FileError) {
        discardBits()
        let start = written
        let count = min(left, output.count - written)
        for _ in 0..<count { put(try byte(input), output, &written) }
        checksum.add(UnsafeRawBufferPointer(rebasing: output[start..<written]))
        state = count == left ? .block : .stored(left - count)
    }

    private mutating func decode(
        _ output: UnsafeMutableRawBufferPointer,
        _ written: inout Int,
        _ input: Window
    ) throws(FileError) {
        let start = written
        defer { checksum.add(UnsafeRawBufferPointer(rebasing: output[start..<written])) }
        // Taken out, so that it is not copied.
        var ring = ring
        self.ring = []
        defer { self.ring = ring }
        let (literals, distances) = (literals, distances)
        try ring.withUnsafeMutableBufferPointer { ring throws(FileError) in
            try literals.withTable { literalTable throws(FileError) in
                try distances.withTable { distanceTable throws(FileError) in
                    var codes = Codes(
                        ring: ring,
                        literals: literals,
                        literalTable: literalTable,
                        distances: distances,
                        distanceTable: distanceTable
                    )
                    try decode(&codes, output, &written, input)
                }
            }
        }
    }

    /// What decoding reads and writes, at fixed addresses.
    private struct Codes {
        let ring: UnsafeMutableBufferPointer<UInt8>
        let literals: HuffmanCode
        let literalTable: UnsafeBufferPointer<UInt16>
        let distances: HuffmanCode
        let distanceTable: UnsafeBufferPointer<UInt16>
    }

    private mutating func decode(
        _ codes: inout Codes,
        _ output: UnsafeMutableRawBufferPointer,
        _ written: inout Int,
        _ input: Window
    ) throws(FileError) {
        let ring = codes.ring
        var place = written
        var position = position
        defer {
            written = place
            self.position = position
        }
        while place < output.count {
            if case .copy(let length, let distance) = state {
                let count = min(length, output.count &- place)
                for _ in 0..<count {
                    let byte = ring[(position &- distance) & 0x7FFF]
                    ring[position & 0x7FFF] = byte
                    output[place] = byte
                    position &+= 1
                    place &+= 1
                }
                state = count == length ? .codes : .copy(length: length &- count, distance: distance)
                if count < length { return }
            }
            // Literals come in runs: the state stays as it is.
            while place < output.count {
                // A length and a distance take 48 bits at most.
                if bitCount < 48 { try refill(input) }
                let symbol = try symbol(codes.literals, codes.literalTable, input)
                if symbol < 256 {
                    let byte = UInt8(truncatingIfNeeded: symbol)
                    ring[position & 0x7FFF] = byte
                    output[place] = byte
                    position &+= 1
                    place &+= 1
                    continue
                }
                if symbol == 256 {
                    state = .block
                    return
                }
                guard symbol < 286 else { throw damaged(input) }
                let length = try Self.lengthBase(symbol) + take(Self.lengthBits(symbol), input)
                let code = try self.symbol(codes.distances, codes.distanceTable, input)
                guard code < 30 else { throw damaged(input) }
                let distance = try Self.distanceBase(code) + take(Self.distanceBits(code), input)
                guard distance <= position &- memberStart else { throw damaged(input) }
                state = .copy(length: length, distance: distance)
                break
            }
        }
    }

    // The tables of RFC 1951, computed: every four lengths and every two distances take a bit more.

    private static func lengthBits(_ symbol: Int) -> Int { symbol < 265 || symbol == 285 ? 0 : (symbol &- 261) >> 2 }

    private static func lengthBase(_ symbol: Int) -> Int {
        if symbol == 285 { return 258 }
        if symbol < 265 { return symbol &- 254 }
        return (4 &+ (symbol &- 265) & 3) << lengthBits(symbol) &+ 3
    }

    private static func distanceBits(_ code: Int) -> Int { code < 4 ? 0 : code >> 1 &- 1 }

    private static func distanceBase(_ code: Int) -> Int {
        code < 4 ? code &+ 1 : (2 &+ code & 1) << distanceBits(code) &+ 1
    }

    @inline(__always) private mutating func put(
        _ byte: UInt8,
        _ output: UnsafeMutableRawBufferPointer,
        _ written: inout Int
    ) {
        output[written] = byte
        ring[position & 0x7FFF] = byte
        written &+= 1
        position &+= 1
    }

    // MARK: Bits

    private func damaged(_ input: Window) -> FileError {
        input.source.malformed("the gzip file is damaged near byte \(at)")
    }

    /// The next whole byte.
    private mutating func byte(_ input: Window) throws(FileError) -> UInt8 {
        guard let byte = try input.byte(at: at) else { throw input.source.malformed("the gzip file is cut off") }
        at += 1
        return byte
    }

    /// Gives unused whole bytes back, and drops the bits before them.
    private mutating func discardBits() {
        at -= bitCount >> 3
        bits = 0
        bitCount = 0
    }

    /// Reads until there are so many bits; beyond the end they are zero.
    @inline(__always) private mutating func refill(_ input: Window) throws(FileError) {
        let bytes = try input.bytes(from: at)
        if bytes.count >= 8 {
            let word = UInt64(littleEndian: UnsafeRawPointer(bytes.start).loadUnaligned(as: UInt64.self))
            bits |= word << UInt64(bitCount)
            let count = (63 &- bitCount) >> 3
            at &+= count
            bitCount &+= count &* 8
            // What was loaded and not counted is loaded again.
            bits &= (1 << UInt64(bitCount)) &- 1
        } else {
            while bitCount <= 48, let next = try input.byte(at: at) {
                bits |= UInt64(next) << UInt64(bitCount)
                bitCount += 8
                at += 1
            }
        }
    }

    @inline(__always) private mutating func take(_ count: Int, _ input: Window) throws(FileError) -> Int {
        if bitCount < count {
            try refill(input)
            if bitCount < count { throw input.source.malformed("the gzip file is cut off") }
        }
        let value = bits & ((1 << UInt64(count)) &- 1)
        take(count)
        return Int(value)
    }

    @inline(__always) private mutating func take(_ count: Int) {
        bits >>= UInt64(count)
        bitCount &-= count
    }

    @inline(__always) private mutating func symbol(
        _ code: HuffmanCode,
        _ table: UnsafeBufferPointer<UInt16>,
        _ input: Window
    ) throws(FileError) -> Int {
        if bitCount < 15 { try refill(input) }
        guard let (symbol, length) = code.symbol(bits, table) else { throw damaged(input) }
        if length > bitCount { throw input.source.malformed("the gzip file is cut off") }
        take(length)
        return symbol
    }
}
