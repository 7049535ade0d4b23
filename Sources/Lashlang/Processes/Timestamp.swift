/// Why a text is no time.
struct TimestampError: Error {
    var message: String
}

/// Times as RFC 3339 writes them: `2026-02-28T12:30:00.5Z`, `2026-02-28t12:30:00+01:00`.
enum Timestamp {
    /// The milliseconds since 1970-01-01T00:00:00Z.
    static func milliseconds(rfc3339 text: String) throws(TimestampError) -> Double {
        var reader = Reader(bytes: Array(text.utf8))
        let year = try reader.number(4, "the year", 0...9999)
        try reader.skip("-")
        let month = try reader.number(2, "the month", 1...12)
        try reader.skip("-")
        let day = try reader.number(2, "the day", 1...days(of: month, in: year))
        try reader.skip("Tt ")
        let hour = try reader.number(2, "the hour", 0...23)
        try reader.skip(":")
        let minute = try reader.number(2, "the minute", 0...59)
        try reader.skip(":")
        let second = try reader.number(2, "the second", 0...60)
        let fraction = try reader.fraction()
        let offset = try reader.offset()
        try reader.end()
        let minuteOfDay = ((hour * 60 + minute - offset) % 1440 + 1440) % 1440
        // A leap second counts as the second after it.
        if second == 60 && minuteOfDay != 1439 {
            throw TimestampError(message: "the second 60 is only at 23:59 UTC")
        }
        let days = daysSinceEpoch(year, month, day)
        let seconds = ((days * 24 + hour) * 60 + minute - offset) * 60 + second
        return Double(seconds) * 1000 + fraction * 1000
    }

    private static func days(of month: Int, in year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func isLeap(_ year: Int) -> Bool {
        year.isMultiple(of: 4) && !year.isMultiple(of: 100) || year.isMultiple(of: 400)
    }

    /// Days from 1970-01-01; years begin in March here, so that the leap day is the last.
    private static func daysSinceEpoch(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        mutating func number(_ digits: Int, _ what: String, _ range: ClosedRange<Int>) throws(TimestampError) -> Int {
            var value = 0
            for _ in 0..<digits {
                guard let digit = digit() else { throw TimestampError(message: "\(what) has \(digits) digits") }
                value = value * 10 + digit
            }
            guard range.contains(value) else {
                throw TimestampError(message: "\(what) is from \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        }

        private mutating func digit() -> Int? {
            guard position < bytes.count, (0x30...0x39).contains(bytes[position]) else { return nil }
            position += 1
            return Int(bytes[position - 1]) - 0x30
        }

        mutating func skip(_ allowed: String) throws(TimestampError) {
            guard position < bytes.count, allowed.utf8.contains(bytes[position]) else {
                let shown = allowed.first.map(String.init) ?? ""
                throw TimestampError(message: "expected `\(shown)` at character \(position + 1)")
            }
            position += 1
        }

        mutating func fraction() throws(TimestampError) -> Double {
            guard position < bytes.count, bytes[position] == UInt8(ascii: ".") else { return 0 }
            position += 1
            guard var value = digit().map(Double.init) else {
                throw TimestampError(message: "digits are missing after `.`")
            }
            var scale = 10.0
            while let digit = digit() {
                if scale < 1e9 {
                    value = value * 10 + Double(digit)
                    scale *= 10
                }
            }
            return value / scale
        }

        /// Minutes east of Greenwich.
        mutating func offset() throws(TimestampError) -> Int {
            guard position < bytes.count else { throw TimestampError(message: "the offset is missing: Z or +hh:mm") }
            let sign = bytes[position]
            position += 1
            switch sign {
            case UInt8(ascii: "Z"), UInt8(ascii: "z"): return 0
            case UInt8(ascii: "+"), UInt8(ascii: "-"):
                let hours = try number(2, "the hour of the offset", 0...23)
                try skip(":")
                let minutes = hours * 60 + (try number(2, "the minute of the offset", 0...59))
                return sign == UInt8(ascii: "+") ? minutes : -minutes
            default: throw TimestampError(message: "the offset is Z or +hh:mm")
            }
        }

        func end() throws(TimestampError) {
            if position < bytes.count { throw TimestampError(message: "text follows the offset") }
        }
    }
}
