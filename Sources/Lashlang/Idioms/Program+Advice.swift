internal import LashLinker
internal import LashSyntax

extension Program {
    /// The same diagnostics, with what habits of other languages explain: a hint that shows the rewrite, and a fix where a
    /// machine can make it. Messages, codes and places stay. Costs about as much as parsing, and nothing for a program
    /// without errors.
    static func advised(_ diagnostics: [Diagnostic], _ source: SourceText, _ environment: HostEnvironment)
        -> [Diagnostic]
    {
        guard diagnostics.contains(where: { $0.severity == .error }),
            var finder = IdiomFinder(source, environment: environment)
        else {
            return diagnostics
        }
        var seen: Set<[Fix]> = []
        var isFirst = true
        return diagnostics.map { diagnostic in
            guard diagnostic.severity == .error, diagnostic.stage != .limit, diagnostic.stage != .host else {
                return diagnostic
            }
            defer { isFirst = false }
            guard let idiom = finder.find(for: diagnostic) else { return diagnostic }
            // What the first error needs is not repeated for those that follow from it.
            if !isFirst, !idiom.fixes.isEmpty, !seen.insert(idiom.fixes).inserted { return diagnostic }
            seen.insert(idiom.fixes)
            var advised = diagnostic
            // What the language itself says of a run-time error stays; other hints of the parser and linker are guesses that
            // know less than this one.
            if diagnostic.stage != .runtime || diagnostic.hint == nil { advised.hint = idiom.hint }
            advised.fixes = idiom.fixes
            return advised
        }
    }
}
