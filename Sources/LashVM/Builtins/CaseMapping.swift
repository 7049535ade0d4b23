import LashLinker

extension Heap {
    /// The text in lower or upper case, by the mappings of Unicode in full: a code point may become several, and the last
    /// sigma of a word has a form of its own. Nothing depends on a locale.
    func changeCase(_ slot: SlotPointer, _ builtin: Builtin) throws(Failure) -> Tagged {
        guard slot.pointee.isString else { throw .notText(builtin, "value", slot.pointee) }
        let text = TextView(slot)
        let isLower = builtin == .lower
        return try withScratch { buffer throws(Failure) in
            if text.isASCII || asciiOnly(text.start, text.count) {
                try appendASCII(text, isLower: isLower, to: &buffer)
            } else {
                try appendMapped(text, isLower: isLower, to: &buffer)
            }
            return makeString(taking: &buffer)
        }
    }

    private func appendASCII(_ text: TextView, isLower: Bool, to buffer: inout TextBuffer) throws(Failure) {
        try requireText(text.count)
        let first = isLower ? UInt8(ascii: "A") : UInt8(ascii: "a")
        for start in stride(from: 0, to: text.count, by: Self.piece) {
            let count = min(Self.piece, text.count - start)
            try pay(bytes: count)
            let source = text.start + start
            let target = buffer.room(for: count)
            for i in 0..<count { target[i] = source[i] ^ (source[i] &- first < 26 ? 0x20 : 0) }
            buffer.commit(count)
        }
    }

    private func appendMapped(_ text: TextView, isLower: Bool, to buffer: inout TextBuffer) throws(Failure) {
        let table = isLower ? CaseTable.lower : CaseTable.upper
        var at = 0
        var paid = 0
        while at < text.count {
            if at >= paid {
                try requireText(buffer.count + Self.piece)
                try pay(bytes: 4 * Self.piece)
                paid = at &+ Self.piece
            }
            let byte = text.start[at]
            if byte < 0x80 {
                let isOther = isLower ? byte &- UInt8(ascii: "A") < 26 : byte &- UInt8(ascii: "a") < 26
                buffer.append(isOther ? byte ^ 0x20 : byte)
                at &+= 1
                continue
            }
            let scalar = codePoint(text, at)
            at &+= codePointWidth(byte)
            if let mapped = table.mapped(scalar) {
                append(mapped, to: &buffer)
            } else if isLower && scalar == CaseTable.sigma {
                append(isLastOfWord(text, at) ? CaseTable.finalSigma : CaseTable.smallSigma, to: &buffer)
            } else {
                buffer.append(isLower ? scalar.properties.lowercaseMapping : scalar.properties.uppercaseMapping)
            }
        }
    }

    private func append(_ scalar: Unicode.Scalar, to buffer: inout TextBuffer) {
        for byte in UTF8.encode(scalar).unsafelyUnwrapped { buffer.append(byte) }
    }

    private func codePoint(_ text: TextView, _ at: Int) -> Unicode.Scalar {
        let bytes = text.start + at
        let (b0, b1) = (UInt32(bytes[0]), UInt32(bytes[1]))
        var value: UInt32
        switch codePointWidth(bytes[0]) {
        case 2: value = (b0 & 0x1F) << 6 | b1 & 0x3F
        case 3: value = (b0 & 0x0F) << 12 | (b1 & 0x3F) << 6 | UInt32(bytes[2]) & 0x3F
        default:
            value = (b0 & 0x07) << 18 | (b1 & 0x3F) << 12
            value |= (UInt32(bytes[2]) & 0x3F) << 6 | UInt32(bytes[3]) & 0x3F
        }
        return Unicode.Scalar(value) ?? "\u{FFFD}"
    }

    /// Whether a sigma, which ends before `end`, ends a word: a letter with case stands before it, and none after it.
    /// Marks that case ignores are skipped on both sides.
    private func isLastOfWord(_ text: TextView, _ end: Int) -> Bool {
        var before = end &- 2
        var hasLetter = false
        while before > 0 {
            before &-= 1
            while before > 0, text.start[before] & 0xC0 == 0x80 { before &-= 1 }
            let properties = scalar(text, before).properties
            if properties.isCaseIgnorable { continue }
            hasLetter = properties.isCased
            break
        }
        if !hasLetter { return false }
        var after = end
        while after < text.count {
            let properties = scalar(text, after).properties
            if !properties.isCaseIgnorable { return !properties.isCased }
            after &+= codePointWidth(text.start[after])
        }
        return true
    }

    private func scalar(_ text: TextView, _ at: Int) -> Unicode.Scalar {
        let byte = text.start[at]
        return byte < 0x80 ? Unicode.Scalar(byte) : codePoint(text, at)
    }
}

/// Mappings of the code points that most texts consist of, looked up once.
private struct CaseTable {
    static let lower = CaseTable(isLower: true)
    static let upper = CaseTable(isLower: false)
    static let sigma: Unicode.Scalar = "\u{3A3}"
    static let smallSigma: Unicode.Scalar = "\u{3C3}"
    static let finalSigma: Unicode.Scalar = "\u{3C2}"

    private static let first: UInt32 = 0x80, end: UInt32 = 0x800
    /// What each becomes, or 0 where that is not one code point.
    private let mappings: [UInt32]

    private init(isLower: Bool) {
        mappings = (Self.first..<Self.end).map { value in
            guard let scalar = Unicode.Scalar(value), !(isLower && scalar == Self.sigma) else { return 0 }
            let text = isLower ? scalar.properties.lowercaseMapping : scalar.properties.uppercaseMapping
            let scalars = text.unicodeScalars
            return scalars.count == 1 ? scalars.first?.value ?? 0 : 0
        }
    }

    /// What a code point becomes, where that is known to be one code point.
    func mapped(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar.value {
        case Self.first..<Self.end:
            let mapping = mappings[Int(scalar.value - Self.first)]
            return mapping == 0 ? nil : Unicode.Scalar(mapping)
        // Chinese, Japanese, Korean and Yi have no case.
        case 0x2E80..<0xA640, 0xAC00..<0xD800: return scalar
        default: return nil
        }
    }
}
