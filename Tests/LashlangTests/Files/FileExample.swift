import Lashlang

func countFailures(in path: String) throws -> Outcome {
    var bindings = ProjectedBindings()
    try bindings.bind("events", projecting: LazyFile.open(path))
    let program = try Program(
        """
        failures = [e.at for e in events if e.level == "error"]
        finish {all: len(events), failures: len(failures), first: events[0].at}
        """,
        environment: HostEnvironment(readOnlyNames: Set(bindings.names))
    )
    return try Session().run(program, bindings: bindings)
}
