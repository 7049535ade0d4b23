extension Parser {
    /// Reports an error at the next token.
    @inline(never)
    mutating func fail(_ error: SyntaxError, hint: String? = nil, fixes: [Fix] = []) -> Abort {
        report(error, at: at, hint: hint, fixes: fixes)
        return Abort()
    }

    /// Reports that something else should stand where the next token is.
    @inline(never)
    mutating func missing(_ what: String) -> Abort {
        if kind == .endOfInput { return fail(.endOfInput(expected: what)) }
        let advice = Advice.onMissing(what, in: self)
        return fail(.expected(what, found: found(at)), hint: advice?.hint, fixes: advice?.fixes ?? [])
    }

    /// Reports that the next token cannot stand where it is.
    @inline(never)
    mutating func unexpected() -> Abort {
        if kind == .endOfInput { return fail(.endOfInput(expected: nil)) }
        if kind == .call { return fail(.removedForm("`call`")) }
        if kind == .submit { return fail(.submitRemoved) }
        let advice = Advice.onUnexpected(in: self)
        return fail(.unexpected(found(at)), hint: advice?.hint, fixes: advice?.fixes ?? [])
    }

    /// Reports an error at `position` without giving up, unless one was reported there or further on.
    @inline(never)
    mutating func report(
        _ error: SyntaxError,
        at position: Int,
        span: Span? = nil,
        hint: String? = nil,
        fixes: [Fix] = []
    ) {
        failures += 1
        guard position > lastReported, kind(at: position) != .invalid else { return }
        lastReported = position
        if isMuted {
            muted += 1
        } else if diagnostics.count < SyntaxError.limit {
            diagnostics.append(error.diagnostic(at: span ?? tree.span(ofToken: position), hint: hint, fixes: fixes))
        }
    }

    /// How messages call the token at `position`.
    @inline(never)
    func found(_ position: Int) -> String {
        let kind = kind(at: position)
        switch kind {
        case .endOfInput: return "end of input"
        case .number: return "number \(NumberText.plain(tree.number(at: UInt32(position))))"
        case .string: return "string \(StringText.quoted(tree.string(at: UInt32(position))))"
        case _ where kind.isIdentifier: return "identifier `\(tree.source[tree.span(ofToken: position)])`"
        default: return "`\(tree.source[tree.span(ofToken: position)])`"
        }
    }
}
