/// A canonical prefix code.
struct HuffmanCode {
    /// Symbols by the next bits: the symbol, and four bits for the length of its code; zero for longer codes.
    private var table = [UInt16](repeating: 0, count: 1 << tableBits)
    /// For every length, how many codes have it, and all symbols in the order of their codes.
    private var counts = [Int](repeating: 0, count: 16)
    private var symbols: [UInt16] = []
    private static let tableBits = 10

    init() {}

    /// The code with these lengths; `nil` if there is no such code. A code may be incomplete: that is an error only when
    /// a sequence of bits occurs that has no meaning.
    init?(lengths: [UInt8]) {
        for length in lengths { counts[Int(length)] += 1 }
        counts[0] = 0
        var left = 1
        for length in 1...15 {
            left = left * 2 - counts[length]
            if left < 0 { return nil }
        }
        var starts = [Int](repeating: 0, count: 16)
        var codes = [Int](repeating: 0, count: 16)
        for length in 1..<15 {
            starts[length + 1] = starts[length] + counts[length]
            codes[length + 1] = (codes[length] + counts[length]) << 1
        }
        symbols = [UInt16](repeating: 0, count: lengths.count)
        for (symbol, length) in lengths.enumerated() where length > 0 {
            let length = Int(length)
            symbols[starts[length]] = UInt16(symbol)
            starts[length] += 1
            let code = codes[length]
            codes[length] += 1
            guard length <= Self.tableBits else { continue }
            // Codes come with the highest bit first, other numbers with the lowest.
            var reversed = 0
            for bit in 0..<length where code >> bit & 1 == 1 { reversed |= 1 << (length - 1 - bit) }
            for place in stride(from: reversed, to: table.count, by: 1 << length) {
                table[place] = UInt16(symbol << 4 | length)
            }
        }
    }

    /// Lends the table, for as long as many symbols are looked up.
    func withTable<Result>(
        _ body: (UnsafeBufferPointer<UInt16>) throws(FileError) -> Result
    ) throws(FileError) -> Result {
        try table.withUnsafeBufferPointer { table throws(FileError) in try body(table) }
    }

    /// The symbol that the next bits mean, and how many of them.
    @inline(__always) func symbol(
        _ bits: UInt64,
        _ table: UnsafeBufferPointer<UInt16>
    ) -> (symbol: Int, length: Int)? {
        let entry = Int(table[Int(bits & UInt64(1 << Self.tableBits - 1))])
        return entry != 0 ? (entry >> 4, entry & 15) : longSymbol(bits)
    }

    @inline(never) private func longSymbol(_ bits: UInt64) -> (symbol: Int, length: Int)? {
        var code = 0
        var first = 0
        var place = 0
        for length in 1...15 {
            code |= Int(bits >> UInt64(length - 1) & 1)
            if code - first < counts[length] { return (Int(symbols[place + code - first]), length) }
            place += counts[length]
            first = (first + counts[length]) << 1
            code <<= 1
        }
        return nil
    }

    static let fixedLiterals: HuffmanCode = {
        let lengths = [(8, 144), (9, 112), (7, 24), (8, 8)].flatMap { [UInt8](repeating: UInt8($0.0), count: $0.1) }
        return HuffmanCode(lengths: lengths) ?? HuffmanCode()
    }()
    static let fixedDistances = HuffmanCode(lengths: [UInt8](repeating: 5, count: 30)) ?? HuffmanCode()
}

/// The checksum of gzip.
struct CRC32 {
    private var state: UInt32 = 0xFFFF_FFFF

    var value: UInt32 { ~state }

    /// Eight tables, so that eight bytes are looked up at once.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for i in 0..<256 {
            var value = UInt32(i)
            for _ in 0..<8 { value = value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
            tables[i] = value
        }
        for i in 256..<8 * 256 { tables[i] = tables[i - 256] >> 8 ^ tables[Int(tables[i - 256] & 0xFF)] }
        return tables
    }()

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var crc = state
        var at = 0
        Self.tables.withUnsafeBufferPointer { tables in
            while at &+ 8 <= bytes.count {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)) ^ UInt64(crc)
                crc = 0
                for i in 0..<8 { crc ^= tables[(7 &- i) &* 256 &+ Int(word >> UInt64(i &* 8) & 0xFF)] }
                at &+= 8
            }
            while at < bytes.count {
                crc = tables[Int(UInt8(truncatingIfNeeded: crc) ^ bytes[at])] ^ crc >> 8
                at &+= 1
            }
        }
        state = crc
    }
}
