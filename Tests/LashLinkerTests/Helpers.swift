import LashLinker
import LashSyntax

/// A host that offers every part of the language, and nothing by name.
let everything = HostEnvironment(abilities: .all, labelAnnotations: true)

/// A host that offers every part of the language, and something of everything by name.
let wide: HostEnvironment = {
    var environment = everything
    do { environment.catalog = try exampleCatalog() } catch { fatalError("the example catalog: \(error)") }
    return environment
}()

/// Two modules of one type, one with types, the registry of triggers, constructors, a source, a data type, functions.
private func exampleCatalog() throws(HostCatalogError) -> HostCatalog {
    var catalog = HostCatalog()
    try catalog.addModule("tools", type: "Tools")
    try catalog.addOperation(
        "read_file",
        to: "tools",
        input: HostType(parsing: "{ path: str }"),
        output: .str,
        description: "The text of a file"
    )
    try catalog.addOperation("echo", to: "tools")
    try catalog.addOperation("count", to: "tools", input: HostType(parsing: "{ n: int, tag: str? }"), output: .int)
    try catalog.addOperation("ping", to: "tools", input: .null, output: .bool, hostOperation: "ping_host")
    try catalog.addModule("inbox.work", type: "Inbox")
    try catalog.addModule("inbox.personal", type: "Inbox")
    try catalog.addOperation("send", to: "inbox.work", hostOperation: "inbox__work__send")
    try catalog.addOperation("send", to: "inbox.personal", hostOperation: "inbox__personal__send")
    try catalog.addOperation("purge", to: "inbox.personal", hostOperation: "inbox__personal__purge")
    try catalog.addTriggerRegistry()
    try catalog.addTriggerSource(
        "timer.Schedule",
        input: HostType(parsing: "{ expr: str, tz: str? }"),
        eventName: "timer.Tick",
        event: HostType(parsing: "{ fired_at: str }")
    )
    try catalog.addConstructor("cfg.Limits", input: HostType(parsing: "{ max: int }"), output: .named("cfg.Limits"))
    try catalog.addConstructor("cfg.level", input: .str, output: .enumeration(["lo", "hi"]))
    try catalog.addDataType("geo.Point", HostType(parsing: "{ x: float, y: float }"))
    try catalog.addFunction(
        "best_move",
        parameters: [("cells", .list(.any)), ("turn", .enumeration(["x", "o"]))],
        result: .int,
        description: "The best free cell"
    )
    return catalog
}

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
