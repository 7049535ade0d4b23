import LashLinker
import LashSyntax
import Testing

/// Programs that are nearly right: whatever is changed, the linker answers with errors inside the text, or with a program
/// that the host can run.
@Suite struct MutationTests {
    private static let seeds = [
        """
        type Alias = Tools
        type Row = { at: timer.Tick, p: geo.Point?, rest: Row | null }
        @label(title: "work") process p(t: timer.Tick, u: Alias, n: int) signals { s: geo.Point } -> str | null {
          r = await u.read_file({path: "a" + t.fired_at})?
          for x in [u] { y = [v.echo({a: 1}) for v in [u]] }
          if n > 1 { finish r } else { fail wait_signal("s") }
        }
        s = timer.Schedule({expr: "0 9 * * *", tz: "UTC"})
        h = triggers.register({source: s, target: p, inputs: {t: trigger.event, u: tools, n: len("a")}, name: "n"})?
        found = triggers.list({target: p, enabled: true})?
        triggers.cancel({handle: h})
        """,
        """
        process p(t: Tools, a: any) {}
        m = {}
        m[tools.count({n: 1})?][cfg.level("lo")].x = inbox.work
        box = c ? inbox.personal : inbox.work
        await [box.send({to: i}) for i in range(3) if i != best_move(m.cells, "x")]
        limits = cfg.Limits({max: 3})
        q = start p(t: tools, a: box.purge({}))
        tools = 1
        print Type { a: geo.Point, b: list[Tools] }
        """,
    ]

    /// The words that programs are changed by.
    private static let words = [
        "tools", "inbox", ".work", ".", "(", ")", "{", "}", "[", "]", ",", ":", "=", "trigger.event", "timer.Schedule",
        "p", "?", "await ", "start ", "1", "\"x\"", "| null", "triggers", ".register", "source", "process ", "type ",
        "for ",
        "in ", "best_move", "\n", "geo.Point", "finish ", "Tools", "#",
    ]

    @Test(arguments: seeds) func `Unchanged they are right`(seed: String) { #expect(errors(seed, wide) == []) }

    @Test(arguments: 0..<40) func `Changed programs are answered`(round: Int) {
        var state = UInt64(round) &* 0x9E37_79B9_7F4A_7C15 &+ 1
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        for step in 0..<60 {
            var bytes = Array(Self.seeds[step % Self.seeds.count].utf8)
            for _ in 0...random(4) {
                let at = random(bytes.count)
                let end = min(bytes.count, at + random(12))
                let word = Self.words[random(Self.words.count)]
                bytes.replaceSubrange(at..<(random(2) == 0 ? at : end), with: random(3) == 0 ? [] : Array(word.utf8))
            }
            check(SourceText(bytes: bytes))
        }
    }

    private func check(_ source: SourceText) {
        let (tree, problems) = SyntaxTree.parse(source)
        let result = link(tree, environment: wide)
        for diagnostic in result.errors + result.program.warnings {
            for span in [diagnostic.span].compactMap({ $0 }) + diagnostic.fixes.map(\.span) {
                #expect(0 <= span.start && span.start <= span.end && span.end <= source.bytes.count)
            }
        }
        guard problems.isEmpty, result.errors.isEmpty else { return }
        #expect(wide.missing(for: result.program.requirements) == [])
        #expect(result.program.identity == linked(source[Span(0, source.bytes.count)], wide).program.identity)
    }
}
