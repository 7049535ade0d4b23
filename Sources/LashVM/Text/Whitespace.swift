extension TextView {
    /// Without Unicode white space at both ends.
    var trimmed: TextView {
        var first = 0
        var last = count
        while first < last {
            let width = whitespaceWidth(at: first, before: last)
            if width == 0 { break }
            first &+= width
        }
        while last > first {
            var lead = last &- 1
            while lead > first, start[lead] & 0xC0 == 0x80 { lead &-= 1 }
            if whitespaceWidth(at: lead, before: last) != last &- lead { break }
            last = lead
        }
        return TextView(start: start + first, count: last &- first, isASCII: isASCII)
    }

    /// The bytes of the white space character that begins here, or 0.
    @inline(__always) private func whitespaceWidth(at offset: Int, before end: Int) -> Int {
        let lead = start[offset]
        if lead < 0x80 { return lead == 0x20 || (lead >= 0x09 && lead <= 0x0D) ? 1 : 0 }
        return wideWhitespaceWidth(at: offset, before: end)
    }

    private func wideWhitespaceWidth(at offset: Int, before end: Int) -> Int {
        let width = codePointWidth(start[offset])
        guard offset + width <= end else { return 0 }
        if width == 2 {
            return start[offset] == 0xC2 && (start[offset + 1] == 0x85 || start[offset + 1] == 0xA0) ? 2 : 0
        }
        guard width == 3 else { return 0 }
        let point =
            UInt32(start[offset] & 0x0F) << 12 | UInt32(start[offset + 1] & 0x3F) << 6
            | UInt32(start[offset + 2] & 0x3F)
        switch point {
        case 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: return 3
        default: return 0
        }
    }
}
