import LashAgent
import LashCases
import Lashlang
import Testing

/// What models are told of the language is true: for every claim there is a program that shows it.
@Suite struct LanguageCardTests {
    private static let host =
        #"//! host {"tools": {"module.op": {"echo": "n"}, "m.x": {"returns": 1}, "m.y": {"returns": 2}, "m.read": {"echo": "path"}, "m.bad": {"error": {"code": "denied", "message": "no"}}}}"#

    private static let claims: [String: String] = [
        "values": """
        finish (null, true, false, 1.5, "s", [1, 2], (1, 2), {name: "Ada", "two words": 2}["two words"])
        //! finish (null, true, false, 1.5, "s", [1, 2], (1, 2), 2)
        """,
        "strings": #"""
        a = "x
        y"
        b = 'x
        y'
        c = """x
        y"""
        print a == b and b == c       //! print true
        print len(r"\n")              //! print 2
        print format("{} of {}", 1, [2]) + "!"   //! print "1 of [2]!"
        """#,
        "variables": """
        x = 1
        x = 2
        y = nope                      //! error E0301 unknown name `nope`
        //! block
        finish x                      //! finish 2
        """,
        "parts": """
        r = {}
        r.count = 1
        key = "k"
        v = 2
        r[key] = v
        xs = [0]
        xs[0] = v
        xs = push(xs, v)
        finish (r, xs)                //! finish ({count: 1, k: 2}, [2, 2])
        ---
        xs = [0]
        xs[1] = 1                     //! error E0312 list assignment index out of bounds
        """,
        "copies": """
        a = [1]
        b = a
        b[0] = 2
        finish a                      //! finish [1]
        """,
        "missing": """
        xs = [1, 2]
        finish ({}.key, xs[7], null.a.b, xs[-1])   //! finish (null, null, null, 2)
        """,
        "comprehensions": """
        files = [{name: "a", size: 1}, {name: "b", size: 200}]
        finish [f.name for f in files if f.size > 100]   //! finish ["b"]
        """,
        "control": """
        c = false
        d = true
        if c { print 1 } else if d { print 2 } else { print 3 }   //! print 2
        for x in [1, 2, 3] { if x == 2 { continue } print x }     //! print 1
        n = 0                                                     //! print 3
        while true { n = n + 1 if n > 4 { break } }
        finish c ? "a" : n                                        //! finish 5
        """,
        "truth": """
        print (1 and "x", 0 or "x", not 1)      //! print (true, true, false)
        for v in [null, false, 0, "", ()] { if v { print v } }
        finish ([] ? 1 : 2, {} ? 1 : 2, empty([]), empty({}))   //! finish (1, 1, true, true)
        """,
        "loops": #"""
        for x in [1] { print x }                //! print 1
        for x in (2, 3) { print x }             //! print 2
        for k in keys({a: 1}) { print k }       //! print 3
        for v in values({a: 1}) { print v }     //! print "a"
        finish split("ab", "")                  //! print 1
        //! finish ["", "a", "b", ""]
        ---
        for x in "ab" { print x }               //! error E0314 `for` expects a list or tuple
        """#,
        "lines": """
        # comment
        a = 1 b = 2 // comment
        finish a + b                            //! finish 3
        ---
        //! link-only
        x = 10
        -1                                      //! warning W0202 a line that starts with `-` continues the line before it
        """,
        "builtins": """
        xs = [1]
        ys = push(xs, 2)
        finish (xs, ys, len(xs))                //! finish ([1], [1, 2], 1)
        ---
        xs = [1]
        finish xs.len()                         //! error E0214 receiver for operation `len` is not a module authority
        """,
        "types": """
        T = Type { id: int, tags: list[str], note: str? }
        finish validate({id: 1, tags: []}, T)   //! finish {id: 1, tags: []}
        ---
        validate({id: "1", tags: []}, Type { id: int, tags: list[str], note: str? })   //! error E0324 validation failed: $.id: expected integer, got string
        """,
        "membership": """
        print 2 in [1, 2], 3 not in (1, 2)     //! print (true, true)
        finish ("a" in {a: 1}, "am" in "name")  //! finish (true, true)
        """,
        "functions": """
        fn area(w: float, h: float) -> float { w * h }
        fn sign(n: float) -> int {
          if n < 0 { return -1 }
          n > 0 ? 1 : 0
        }
        finish (area(2, 3), sign(-4), sign(5))  //! finish (6, -1, 1)
        //! block
        finish area(1, 2)                       //! finish 2
        ---
        fn shown(n: int) -> int {
          print n   //! error E0242 `print` can't be used inside function `shown`; functions are pure, so keep effects at the top level (or in a `process`) and pass their results in as arguments
          n
        }
        ---
        limit = 1
        fn over(n: int) -> bool { n > limit }   //! error E0206 unknown name `limit`
        """,
        "read-only": """
        //! bind b = {"a": 1}
        c = b
        c.a = 2
        finish (b.a, c.a)                       //! finish (1, 2)
        ---
        //! bind b = {"a": 1}
        b.a = 2                                 //! error E0215 `b` is a read-only projected binding
        """,
        "operations": """
        \(host)
        print await module.op({n: 1})           //! print {ok: true, value: 1}
        r = await m.bad({})
        print (r.ok, r.error.code, r.error.message)   //! print (false, "denied", "no")
        print await module.op({n: 1})?          //! print 1
        await m.bad({})?                        //! error E0327 `?` unwrapped failed module operation: no
        """,
        "batches": """
        \(host)
        print await {a: m.x({})?, b: m.y({})?}  //! print {a: 1, b: 2}
        paths = ["p", "q"]
        finish await [m.read({path: p})? for p in paths]   //! finish ["p", "q"]
        """,
        "processes": """
        process work(n: int) { finish n * 2 }
        h = start work(n: 1)
        print await h
        cancel h
        //! print {ok: true, value: 2}
        """,
        "sleep": "sleep for \"90s\"\nfinish 1  //! finish 1",
    ]

    @Test func everyClaimIsShown() {
        #expect(LanguageClaim.all.map(\.id).sorted() == Self.claims.keys.sorted())
    }

    @Test(arguments: LanguageClaim.all.map(\.id))
    func claimIsTrue(id: String) throws {
        let file = try CaseFile(text: try #require(Self.claims[id]), path: id)
        for result in file.cases.map({ $0.run() }) where result.status != .passed {
            Issue.record("\(id): \(result.report)")
        }
    }

    @Test func theCardComesFromTheRegistries() async throws {
        let sandbox = try AgentSandbox(["Hi."])
        _ = try await sandbox.session().turn("Go").run()
        let system = sandbox.system(0)
        for builtin in Builtin.allCases { #expect(system.contains("- `\(builtin.signature)` — \(builtin.summary)")) }
        for claim in LanguageClaim.all {
            if case .always = claim.condition {
                #expect(system.contains("- \(claim.text)"))
            } else {
                #expect(!system.contains(claim.text))
            }
        }
        #expect(system.contains("There are no operations: blocks only compute."))
        for code in ["E0308", "E0312", "E0327", "W0202"] { #expect(system.contains("(\(code)): ")) }
    }
}
