import Lashlang

/// A host that offers something of everything.
private let host: HostEnvironment = {
    let text = """
        {"tools": {"tools.read": {"input": "{ path: str }", "output": "str"}, "tools.echo": {},
                   "inbox.work.send": {"type": "Inbox"}, "inbox.home.send": {"type": "Inbox"}},
         "functions": {"best": {"parameters": "{ cells: list[any], turn: str }", "result": "int"}},
         "constructors": {"cfg.Limits": {"input": "{ max: int }", "output": "cfg.Limits"}},
         "types": {"geo.Point": "{ x: float, y: float }"}, "triggers": true, "abilities": "all",
         "trigger_sources": {"timer.Every": {"input": "{ s: int }", "event_name": "timer.Tick", "event": "{ at: str }"}}}
        """
    var environment = HostEnvironment(labelAnnotations: true)
    do { try HostDescription(json: Array(text.utf8)).extend(&environment) } catch { fatalError("the host: \(error)") }
    return environment
}()

/// A program is linked against a host, or refused with errors inside the text; one that links needs no more than the
/// host offers, and has an identity.
func checkLinking(_ source: SourceText) {
    let (tree, problems) = SyntaxTree.parse(source)
    let result = link(tree, environment: host)
    checkPlaces(result.errors + result.program.warnings, in: source)
    guard problems.isEmpty, result.errors.isEmpty else { return }
    let missing = host.missing(for: result.program.requirements)
    promise(missing.isEmpty, "a host satisfies what was linked against it: \(missing)")
    let identity = result.program.identity
    promise(identity == link(tree, environment: host).program.identity, "a program has one identity")
}
