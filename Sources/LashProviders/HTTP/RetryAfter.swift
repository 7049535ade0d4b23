/// What services say about when to ask again.
enum RetryAfter {
    /// The wait in `Retry-After`, which is seconds or a date, or in `retry-after-ms`.
    ///
    /// - Parameter now: milliseconds since 1970.
    static func wait(_ header: (String) -> String?, now: Double) -> Duration? {
        if let text = header("retry-after-ms"), let milliseconds = Double(text), milliseconds >= 0, milliseconds < 1e12
        {
            return .milliseconds(milliseconds)
        }
        guard let text = header("retry-after") else { return nil }
        if let seconds = Double(text) { return seconds >= 0 && seconds < 1e9 ? .seconds(seconds) : nil }
        guard let date = milliseconds(ofDate: text) else { return nil }
        return .milliseconds(max(0, date - now))
    }

    /// Milliseconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func milliseconds(ofDate text: String) -> Double? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]), let year = Int(parts[3]),
            let month = months.firstIndex(of: String(parts[2])), (1...31).contains(day), (1970...9999).contains(year)
        else { return nil }
        let time = parts[4].split(separator: ":").compactMap { Int($0) }
        guard time.count == 3, (0..<24).contains(time[0]), (0..<60).contains(time[1]), (0...60).contains(time[2]) else {
            return nil
        }
        // Days since 1970 by the calendar that begins its year in March, so that leap days come last.
        let shifted = month < 2 ? year - 1 : year
        let months = (month + 10) % 12
        let days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + (months * 153 + 2) / 5 + day - 719_469
        return Double(((days * 24 + time[0]) * 60 + time[1]) * 60 + time[2]) * 1000
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
