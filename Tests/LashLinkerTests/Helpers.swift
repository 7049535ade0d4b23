import LashLinker
import LashSyntax

/// A host that offers everything this stage knows of.
let everything = HostEnvironment(abilities: .all, labelAnnotations: true)

func linked(_ text: String, _ environment: HostEnvironment = everything) -> LinkResult {
    link(SyntaxTree.parse(SourceText(text)).tree, environment: environment)
}

/// The errors of a program as `code message [text at its place]`.
func errors(_ text: String, _ environment: HostEnvironment = everything) -> [String] {
    described(linked(text, environment).errors, text)
}

/// The warnings of a program as `code message [text at its place]`.
func warnings(_ text: String) -> [String] {
    described(linked(text).program.warnings, text)
}

private func described(_ diagnostics: [Diagnostic], _ text: String) -> [String] {
    let source = SourceText(text)
    return diagnostics.map { "\($0.code) \($0.message) [\($0.span.map { source[$0] } ?? "")]" }
}
