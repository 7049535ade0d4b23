import LashLinker
import Testing

@testable import LashVM

@Suite("Numbers as text")
struct NumberTextTests {
    @Test(
        "have one form",
        arguments: [
            (0.0, "0"), (-0.0, "0"), (1, "1"), (-1, "-1"), (9, "9"), (10, "10"), (99, "99"), (100, "100"),
            (12345, "12345"),
            (2_147_483_647, "2147483647"), (2_147_483_648, "2147483648"), (-2_147_483_648, "-2147483648"),
            (9_223_372_036_854_775_808, "9223372036854775808"), (-9_223_372_036_854_775_808, "-9223372036854775808"),
            (18_446_744_073_709_551_616, "18446744073709552000"), (-9_223_372_036_854_777_856, "-9223372036854778000"),
            (1e20, "100000000000000000000"), (1e21, "1e+21"), (1.5e21, "1.5e+21"), (1e300, "1e+300"),
            (1.7976931348623157e308, "1.7976931348623157e+308"), (.leastNonzeroMagnitude, "5e-324"),
            (-.leastNonzeroMagnitude, "-5e-324"),
            (2.2250738585072014e-308, "2.2250738585072014e-308"), (0.1, "0.1"), (0.1 + 0.2, "0.30000000000000004"),
            (1.0 / 3, "0.3333333333333333"), (0.00001, "0.00001"), (0.000012, "0.000012"), (0.000001, "1e-6"),
            (1.25e-7, "1.25e-7"), (-0.5, "-0.5"), (1234.5, "1234.5"), (123456789012345.6, "123456789012345.6"),
            (9_007_199_254_740_992, "9007199254740992"), (2251799813685249.5, "2251799813685249.5"), (.infinity, "inf"),
            (-.infinity, "-inf"), (.nan, "NaN"),
        ] as [(Double, String)]
    )
    func form(number: Double, text: String) {
        var buffer = TextBuffer()
        defer { buffer.deallocate() }
        buffer.append(number: number)
        #expect(buffer.string == text)
    }

    @Test("read back as the same number")
    func roundTrip() {
        var generator = SystemRandomNumberGenerator()
        var buffer = TextBuffer()
        defer { buffer.deallocate() }
        for _ in 0..<20_000 {
            let number = Double(bitPattern: generator.next())
            guard number.isFinite else { continue }
            buffer.clear()
            buffer.append(number: number)
            #expect(parseDecimal(buffer.start, buffer.count) == number)
        }
    }

    @Test("with few decimals, and those beside them, are the shortest text")
    func fewDecimals() {
        var buffer = TextBuffer()
        defer { buffer.deallocate() }
        for round in 0..<20_000 {
            let scale = [10, 100, 1000, 1e4, 1e5, 1e6, 1e7][round % 7]
            let decimal = (Double.random(in: -1e9...1e9) * (round % 2 == 0 ? 1 : 1e-6) * scale).rounded() / scale
            for number in [decimal, decimal.nextUp, decimal.nextDown] where number.magnitude >= 0.001 {
                buffer.clear()
                buffer.append(number: number)
                let text = number.description
                #expect(buffer.string == (text.hasSuffix(".0") ? String(text.dropLast(2)) : text))
            }
        }
    }
}

@Suite("Text as numbers")
struct NumberParsingTests {
    private func coerce(_ text: String) -> String {
        Sandbox().call(.toFloat, .string(text))
    }

    @Test(
        "follows the coercion rules",
        arguments: [
            ("", "0"), ("  ", "0"), ("\u{A0}7\u{3000}", "7"), ("+5", "5"), (".5", "0.5"), ("5.", "5"), ("1e3", "1000"),
            ("1E-3", "0.001"), ("-0", "-0"), ("inf", "inf"), ("-Infinity", "-inf"), ("NaN", "NaN"), ("+nan", "NaN"),
            ("1e400", "inf"), ("-1e400", "-inf"), ("1e-400", "0"), ("0e999999999999", "0"),
            ("1e99999999999999999999999", "inf"), ("12345678901234567890", "12345678901234567168"),
            ("9007199254740993", "9007199254740992"), ("0.1", "0.1"), ("123456789.123456789", "123456789.12345679"),
            ("2.2250738585072011e-308", "2.225073858507201e-308"), ("8.5e-1", "0.85"),
            ("0.000000000000000000000000000001", "1e-30"), ("1797693134862315708e290", "1.7976931348623157e+308"),
            ("5e-324", "5e-324"), ("2e-324", "0"), ("000001", "1"),
        ]
    )
    func accepted(text: String, number: String) {
        #expect(coerce(text) == number)
    }

    @Test(
        "rejects everything else",
        arguments: ["x", ".", "+", "-", "e5", "1e", "1e+", "0x10", "1_000", "1 2", "infin", "--1", "1.2.3"]
    )
    func rejected(text: String) {
        #expect(coerce(text) == "! expected a number")
    }

    @Test("rounds as exactly as possible")
    func halfway() {
        #expect(coerce("9007199254740993.00000000000000000000000001") == "9007199254740994")
        #expect(coerce("1.00000000000000011102230246251565404236316680908203125") == "1")
        #expect(coerce("1.00000000000000011102230246251565404236316680908203126") == "1.0000000000000002")
    }

    @Test("reads decimals of up to nineteen digits like the library")
    func manyDigits() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<50_000 {
            let digits = generator.next() >> UInt64.random(in: 1...60)
            let text = "\(digits)e\(Int.random(in: -45...45))"
            let bytes = Array(text.utf8)
            let read = bytes.withUnsafeBufferPointer { $0.baseAddress.flatMap { parseDecimal($0, bytes.count) } }
            #expect(read == Double(text))
        }
    }

    @Test("takes scalars and refuses containers")
    func kinds() {
        let sandbox = Sandbox()
        #expect(sandbox.call(.toFloat, true) == "1")
        #expect(sandbox.call(.toFloat, .null) == "0")
        #expect(sandbox.call(.toFloat, [1]) == "! expected a number, got list")
        #expect(sandbox.call(.toInt, "-0.5") == "-0")
        #expect(sandbox.call(.toInt, .number(.infinity)) == "inf")
        #expect(sandbox.call(.toInt, " 7.9 ") == "7")
    }

    @Test("remainders are those of C")
    func remainders() {
        #expect(remainder(5, 3) == 2)
        #expect(remainder(-5, 3) == -2)
        #expect(remainder(5, -3) == 2)
        #expect(remainder(5.5, 2) == 1.5)
        #expect(remainder(5, 0).isNaN)
        #expect(remainder(-6, 3).sign == .minus)
        #expect(remainder(1e300, 7) == 1e300.truncatingRemainder(dividingBy: 7))
        // Beyond 32 bits, up to the last number whose neighbours are whole numbers too, and beyond.
        let large: [Double] = [
            4_294_967_296, 36_092_000_000_017, 9_007_199_254_740_991, 9_007_199_254_740_992, 9_007_199_254_740_994,
            1e19,
            4_294_967_296.5, 0.25,
        ]
        for a in large {
            for b in large + [3, 2_147_483_647, 0, -7, .infinity] {
                let expected = a.truncatingRemainder(dividingBy: b)
                #expect(remainder(a, b).bitPattern == expected.bitPattern || expected.isNaN, "\(a) % \(b)")
            }
        }
    }
}
