import Testing

@testable import LashVM

@Suite struct BytesTests {
    @Test(arguments: 0...40)
    func bytesAreEqualWhereNoneDiffers(count: Int) {
        let text = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
        // At every alignment.
        for offset in 0..<8 {
            let shifted = Array(repeating: UInt8(0), count: offset) + text + [0]
            #expect(areEqual(text, shifted, offset, count))
            for place in 0..<count {
                for bit in [UInt8(1), 0x80] {
                    var other = shifted
                    other[offset + place] ^= bit
                    #expect(!areEqual(text, other, offset, count), "\(place) of \(count)")
                }
            }
        }
    }

    private func areEqual(_ a: [UInt8], _ b: [UInt8], _ offset: Int, _ count: Int) -> Bool {
        (a + [0]).withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                guard let a = a.baseAddress, let b = b.baseAddress else { return false }
                let hashesAgree = KeyHash.of(a, count) == KeyHash.of(b + offset, count)
                let areEqual = Bytes.areEqual(a, b + offset, count)
                #expect(hashesAgree == areEqual)
                return areEqual
            }
        }
    }
}
