/// A name of a program as a number: names with the same text, and only those, have the same symbol.
///
/// The symbols of a tree are numbered from zero, the words of the language first, so what is known of names can lie in
/// arrays.
@usableFromInline package struct Symbol: Hashable, Sendable {
    @usableFromInline let raw: UInt32

    @inlinable init(_ raw: UInt32) { self.raw = raw }

    /// Position among the symbols of the tree.
    @inlinable package var index: Int { Int(raw) }
}

/// Gives each name a number, by its bytes.
///
/// A hash table with open addressing. The hash has a secret seed, so nobody can write a program whose names collide.
struct SymbolTable: Sendable {
    /// What is compared in place of a text: all of it up to 16 bytes, a hash and its end beyond.
    struct Key: Equatable {
        /// The last bytes, at most 8, the first of them lowest.
        private var low: UInt64 = 0
        /// The 8 bytes before those, if there are any.
        private var high: UInt64 = 0
        /// A hash of everything before.
        private var earlier: UInt64 = 0
        /// The bytes of the text.
        private(set) var length: Int

        var isWholeText: Bool { length <= 16 }

        init(_ text: String) {
            var text = text
            self = text.withUTF8 { Key($0, 0, $0.count) }
        }

        init(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) {
            length = end - start
            for at in stride(from: start, to: end, by: 8) { add(Self.chunk(bytes, at, min(at + 8, end))) }
        }

        /// The word whose first byte stands at `start`.
        @inline(__always) init(wordIn bytes: UnsafeBufferPointer<UInt8>, at start: Int) {
            var at = start
            var isComplete = false
            length = 0
            while !isComplete {
                var chunk: UInt64
                var count: Int
                if bytes.count &- at >= 8 {
                    let raw = UnsafeRawBufferPointer(bytes)
                    chunk = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: at, as: UInt64.self))
                    count = LexicalForms.wordBytes(chunk)
                } else {
                    count = LexicalForms.endOfWord(bytes, at) &- at
                    chunk = Self.chunk(bytes, at, at &+ count)
                }
                isComplete = count < 8
                if count == 0 { break }
                at &+= count
                chunk &= UInt64.max &>> UInt64(64 &- 8 &* count)
                add(chunk)
            }
            length = at &- start
        }

        /// Up to 8 bytes, the first one lowest.
        private static func chunk(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> UInt64 {
            var chunk: UInt64 = 0
            for at in (start..<end).reversed() { chunk = chunk &<< 8 | UInt64(bytes[at]) }
            return chunk
        }

        /// Adds the next 8 bytes, or fewer at the end.
        @inline(__always) private mutating func add(_ chunk: UInt64) {
            if high != 0 || earlier != 0 { earlier = SymbolTable.mix(earlier, high, SymbolTable.seed) }
            (high, low) = (low, chunk)
        }

        /// The hash of the text.
        @inline(__always) fileprivate func hash(_ seed: Seed) -> UInt64 {
            SymbolTable.mix(SymbolTable.mix(low, high ^ earlier, seed), UInt64(truncatingIfNeeded: length), seed)
        }
    }

    fileprivate typealias Seed = (UInt64, UInt64)

    private struct Entry {
        var key: Key
        var hash: UInt64
    }

    private typealias Word = (text: String, kind: TokenKind)
    /// The words of the language, which are the first symbols. All tables share them.
    private let words: [Word]
    /// The texts of the other symbols.
    private var texts: [String] = []
    private var entries: [Entry] = []
    /// Symbols plus one by hash; 0 where there is none. Never more than half full, and in most programs far less.
    private var slots = [UInt32](repeating: 0, count: 512)

    private static let seed: Seed = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
    // Copies of what all tables share: a table is asked for each word of a text.
    private let seed = Self.seed

    @inline(__always) private static func mix(_ left: UInt64, _ right: UInt64, _ seed: Seed) -> UInt64 {
        let product = (left ^ seed.0).multipliedFullWidth(by: right ^ seed.1)
        return product.high ^ product.low
    }

    /// The table that has the words of the language only.
    static let ofWords = SymbolTable(wordsOfLanguage)

    private init(_ words: [Word]) {
        self.words = words
        // Each program gets a copy with room for names of its own.
        entries.reserveCapacity(2 * words.count)
        for word in words {
            let key = Key(word.text)
            let hash = key.hash(seed)
            enter(key, hash, at: slot(of: key, hash) { word.text })
        }
    }

    /// The number of symbols.
    var count: Int { entries.count }

    /// The text of a symbol.
    func text(of symbol: UInt32) -> String {
        let index = Int(symbol)
        return index < words.count ? words[index].text : texts[index - words.count]
    }

    /// What a token with the text of a symbol is.
    func kind(of symbol: UInt32) -> TokenKind {
        let index = Int(symbol)
        return index < words.count ? words[index].kind : .identifier
    }

    /// The symbol of a text that may be new.
    mutating func symbol(_ text: String) -> UInt32 {
        symbol(Key(text)) { text }
    }

    /// The symbol of a text that may be new; `text` is asked only for what the key does not say.
    @inline(__always)
    mutating func symbol(_ key: Key, _ text: () -> String) -> UInt32 {
        let hash = key.hash(seed)
        // Most words are short, were there before, and lie where they are looked for first.
        let found = slots[Int(truncatingIfNeeded: hash) & (slots.count - 1)]
        if found > 0, key.isWholeText, entries[Int(found) - 1].key == key { return found - 1 }
        return symbol(key, hash, text)
    }

    @inline(never)
    private mutating func symbol(_ key: Key, _ hash: UInt64, _ text: () -> String) -> UInt32 {
        let slot = slot(of: key, hash, text)
        let found = slots[slot]
        return found > 0 ? found - 1 : add(key, hash, text(), at: slot)
    }

    /// The symbol of a text, if there is one.
    func known(_ text: String) -> UInt32? {
        let key = Key(text)
        let found = slots[slot(of: key, key.hash(seed)) { text }]
        return found > 0 ? found - 1 : nil
    }

    /// The slot that a text has, or would get.
    private func slot(of key: Key, _ hash: UInt64, _ text: () -> String) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while true {
            let found = Int(slots[slot]) - 1
            if found < 0 { return slot }
            if entries[found].key == key,
                key.isWholeText || self.text(of: UInt32(found)).utf8.elementsEqual(text().utf8)
            {
                return slot
            }
            slot = (slot + 1) & mask
        }
    }

    private mutating func add(_ key: Key, _ hash: UInt64, _ text: String, at slot: Int) -> UInt32 {
        if texts.isEmpty { texts.reserveCapacity(32) }
        texts.append(text)
        return enter(key, hash, at: slot)
    }

    @discardableResult
    private mutating func enter(_ key: Key, _ hash: UInt64, at slot: Int) -> UInt32 {
        let symbol = UInt32(truncatingIfNeeded: entries.count)
        entries.append(Entry(key: key, hash: hash))
        slots[slot] = symbol + 1
        if entries.count * 2 > slots.count { grow() }
        return symbol
    }

    private mutating func grow() {
        let mask = slots.count * 2 - 1
        slots = Array(repeating: 0, count: mask + 1)
        for (symbol, entry) in entries.enumerated() {
            var slot = Int(truncatingIfNeeded: entry.hash) & mask
            while slots[slot] > 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt32(truncatingIfNeeded: symbol + 1)
        }
    }

    /// The words that the lexer knows.
    private static let wordsOfLanguage: [Word] = [
        ("if", .if), ("else", .else), ("for", .for), ("in", .in), ("await", .await), ("cancel", .cancel),
        ("submit", .submit), ("print", .print), ("call", .call), ("and", .and), ("or", .or), ("not", .not),
        ("true", .true), ("false", .false), ("null", .null),
        ("let", .wordLet), ("while", .wordWhile), ("break", .wordBreak), ("continue", .wordContinue),
        ("finish", .wordFinish), ("yield", .wordYield), ("wake", .wordWake), ("fail", .wordFail),
        ("type", .wordType), ("process", .wordProcess), ("trigger", .wordTrigger), ("signals", .wordSignals),
        ("fn", .wordFn), ("return", .wordReturn),
        ("label", .wordLabel), ("title", .wordTitle), ("description", .wordDescription),
        ("start", .wordStart), ("sleep", .wordSleep), ("until", .wordUntil), ("Type", .wordTypeLiteral),
        ("parallel", .wordParallel), ("wait_signal", .wordWaitSignal), ("signal_run", .wordSignalRun),
        ("str", .wordStr), ("string", .wordStr), ("int", .wordInt), ("integer", .wordInt),
        ("float", .wordFloat), ("number", .wordFloat), ("bool", .wordBool), ("boolean", .wordBool),
        ("dict", .wordDict), ("object", .wordDict), ("any", .wordAny),
        ("list", .wordList), ("enum", .wordEnum), ("Process", .wordProcessType),
        ("TriggerHandle", .wordTriggerHandle),
    ]
}
