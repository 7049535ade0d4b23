public import LashLinker
public import LashSyntax

/// A program whose mistakes were mended where a machine can, and what is left.
public struct FixedProgram: Sendable {
    /// The text afterwards.
    public var source: SourceText
    /// The diagnostics whose fixes were applied, in that order. Their places refer to the text as it was at the time.
    public var applied: [Diagnostic]
    /// What is still wrong, or the warnings of a program without errors.
    public var remaining: [Diagnostic]
}

extension Program {
    /// How often a text is changed at most.
    private static let fixLimit = 500

    /// Applies the fixes of the first error again and again, until there is no error with a fix that helps.
    ///
    /// - Parameters:
    ///   - trial: runs the program where nothing can be harmed, and gives the error that it met. Mistakes that show only
    ///     then are mended too.
    ///   - goesOn: asked before each fix; `false` ends the work, with what is mended so far.
    /// - Complexity: The time of compiling and of a trial for each fix; at most 500 fixes.
    public static func fixing(
        _ source: SourceText,
        environment: HostEnvironment = HostEnvironment(),
        trial: ((Program) -> Diagnostic?)? = nil,
        while goesOn: () -> Bool = { true }
    ) -> FixedProgram {
        var source = source
        var applied: [Diagnostic] = []
        var seen: Set<[UInt8]> = [source.bytes]
        while true {
            let found: [Diagnostic]
            do {
                let program = try Program(source, environment: environment)
                let error = trial?(program)
                found = error.map { [$0] } ?? program.allWarnings
            } catch {
                found = error.all
            }
            guard applied.count < fixLimit, goesOn(), let next = found.first(where: { $0.severity == .error }),
                !next.fixes.isEmpty,
                let changed = source.applying(next.fixes), seen.insert(changed.bytes).inserted
            else { return FixedProgram(source: source, applied: applied, remaining: found) }
            applied.append(next)
            source = changed
        }
    }
}

extension SourceText {
    /// The text with all replacements of a diagnostic made, `nil` where they overlap or lie outside.
    public func applying(_ fixes: [Fix]) -> SourceText? {
        let ordered = fixes.enumerated().sorted {
            ($0.element.span.start, $0.offset) < ($1.element.span.start, $1.offset)
        }.map(\.element)
        var result: [UInt8] = []
        var at = 0
        for fix in ordered {
            guard fix.span.start >= at, fix.span.end >= fix.span.start, fix.span.end <= bytes.count else { return nil }
            result += bytes[at..<fix.span.start]
            result += Array(fix.replacement.utf8)
            at = fix.span.end
        }
        result += bytes[at...]
        return SourceText(bytes: result, name: name)
    }
}
