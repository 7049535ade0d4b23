/// Times as traces write them: `2026-11-25T23:30:38.123Z`.
enum TraceTime {
    /// A time in milliseconds since 1970, to the millisecond.
    static func text(_ milliseconds: Double) -> String {
        let all = Int(max(0, min(milliseconds, 253_402_300_799_999)).rounded(.down))
        let (days, rest) = all.quotientAndRemainder(dividingBy: 86_400_000)
        let (year, month, day) = date(days)
        let (seconds, thousandths) = rest.quotientAndRemainder(dividingBy: 1000)
        let time = "\(pad(seconds / 3600)):\(pad(seconds / 60 % 60)):\(pad(seconds % 60)).\(pad(thousandths, 3))"
        return "\(pad(year, 4))-\(pad(month))-\(pad(day))T\(time)Z"
    }

    /// Reads what `text` writes; `nil` for anything else.
    static func milliseconds(_ text: String) -> Double? {
        let bytes = Array(text.utf8)
        guard bytes.count == 24 else { return nil }
        func number(_ range: Range<Int>) -> Int? { Int(String(decoding: bytes[range], as: UTF8.self)) }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            let thousandths = number(20..<23), (1...12).contains(month)
        else { return nil }
        let shifted = month < 3 ? year - 1 : year
        let months = (month + 9) % 12
        let days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + (months * 153 + 2) / 5 + day - 719_469
        let milliseconds = (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + thousandths
        return self.text(Double(milliseconds)) == text ? Double(milliseconds) : nil
    }

    /// The date so many days after 1970-01-01. Years begin in March here, so that the leap day is the last.
    private static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let isNextYear = month >= 10
        return (
            era * 400 + yearOfEra + (isNextYear ? 1 : 0), isNextYear ? month - 9 : month + 3,
            dayOfYear - (153 * month + 2) / 5 + 1
        )
    }

    private static func pad(_ number: Int, _ width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
