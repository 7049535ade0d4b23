import Lashlang

struct Page: Codable, Sendable { var url: String }

func makeHost(clock: any HostClock, log: @escaping @Sendable (String) -> Void) throws -> (Host, ProcessRunner) {
    var host = Host()
    try host.module("web", type: "Web") { web in
        try web.operation("fetch") { (page: Page) async throws -> String in "the text of \(page.url)" }
    }
    try host.triggerSource(
        "timer.Every",
        input: "{ minutes: int }",
        eventName: "timer.Tick",
        event: "{ number: int }"
    )
    var options = ProcessRunner.Options()
    options.maximumRunning = 100
    options.limits = Limits(fuel: 10_000_000, memory: 64 << 20)
    let runner = ProcessRunner(
        host: host,
        clock: clock,
        options: options,
        triggerSources: [TriggerSource("timer.Every")],
        onEvent: { notice in log("\(notice.name): \(notice.text)") }
    )
    try host.useProcesses(of: runner)
    return (host, runner)
}

let watching = """
    process fetch(url: str) {
      text = (await web.fetch({url: url}))?
      yield len(text)
      finish text
    }
    process remind(tick: timer.Tick, what: str) {
      sleep for "90s"
      wake format("{} {}", what, tick.number)
    }
    triggers.register({
      source: timer.Every({minutes: 5}),
      target: remind,
      inputs: {tick: trigger.event, what: "look again:"}
    })
    pages = await [start fetch(url: u) for u in ["a.org", "b.org"]]
    finish [p.ok ? p.value : p.error.message for p in pages]
    """
