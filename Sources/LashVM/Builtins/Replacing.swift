import LashLinker

extension Heap {
    /// Every occurrence of a part replaced, from left to right. An empty part stands before each code point and at the
    /// end.
    func replace(_ args: SlotPointer) throws(Failure) -> Tagged {
        for (i, name) in ["text", "needle", "replacement"].enumerated() where !args[i].isString {
            throw .notText(.replace, name, args[i])
        }
        let whole = TextView(args), part = TextView(args + 1), replacement = TextView(args + 2)
        if part.count == 0 { return try interleaved(whole, replacement) }
        var search = TextSearch(for: part, heap: self)
        var found = try search.first(in: whole)
        if found < 0 { return owned(args[0]) }
        return try withScratch { buffer throws(Failure) in
            var at = 0
            while found >= 0 {
                try pay(1)
                try append(whole.part(at..<found), to: &buffer)
                try append(replacement, to: &buffer)
                at = found &+ part.count
                found = try search.first(in: whole, from: at)
            }
            try append(whole.part(at..<whole.count), to: &buffer)
            return makeString(taking: &buffer)
        }
    }

    private func interleaved(_ whole: TextView, _ text: TextView) throws(Failure) -> Tagged {
        try withScratch { buffer throws(Failure) in
            var at = 0
            while at < whole.count {
                try pay(1)
                let width = codePointWidth(whole.start[at])
                try append(text, to: &buffer)
                try append(whole.part(at..<at &+ width), to: &buffer)
                at &+= width
            }
            try append(text, to: &buffer)
            return makeString(taking: &buffer)
        }
    }
}

extension TextView {
    /// The bytes of a range, which begins and ends between code points.
    func part(_ range: Range<Int>) -> TextView {
        TextView(start: start + range.lowerBound, count: range.count, isASCII: isASCII)
    }
}
