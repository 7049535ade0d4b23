internal import LashSyntax

/// The pages of errors in the use of what a host offers. The host of the examples has modules `tools`, `inbox.work` and
/// `inbox.personal`, triggers, the source `timer.Schedule`, and a function `best_move(cells, turn)`.
let hostPages: [ExplainPage] = [
    ExplainPage(
        code: "E0216",
        title: "The module has no operation of this name",
        explanation: """
            Each module lists its operations. Modules of one type may list different ones, so that one inbox can be emptied \
            and another cannot.
            """,
        wrong: "await inbox.work.purge({})?",
        right: "await inbox.personal.purge({})?"
    ),
    ExplainPage(
        code: "E0217",
        title: "The path of a module is not complete",
        explanation: """
            Several modules begin with the path that was written, and the operation belongs to one of them. Write the whole \
            path; the message lists those that there are.
            """,
        wrong: "await inbox.send({to: \"a@example.org\"})?",
        right: "await inbox.work.send({to: \"a@example.org\"})?"
    ),
    ExplainPage(
        code: "E0218",
        title: "An operation is called without its module",
        explanation:
            "Only builtins and functions of the host are called by a bare name. Operations belong to a module.",
        wrong: "text = await read_file({path: \"a.txt\"})?",
        right: "text = await tools.read_file({path: \"a.txt\"})?"
    ),
    ExplainPage(
        code: "E0219",
        title: "An operation gets something that it does not take",
        explanation: """
            The argument certainly does not have the type that the host declared: a required field is missing, or a value is \
            of another type. What is only known when the program runs is left to the host.
            """,
        wrong: "text = await tools.read_file({path: 5})?",
        right: "text = await tools.read_file({path: \"a.txt\"})?"
    ),
    ExplainPage(
        code: "E0220",
        title: "A constructor gets something that it does not take",
        explanation: "A value constructor of the host takes one argument, of the type that the message names.",
        wrong: "every_day = timer.Schedule({tz: \"UTC\"})",
        right: "every_day = timer.Schedule({expr: \"0 9 * * *\", tz: \"UTC\"})"
    ),
    ExplainPage(
        code: "E0221",
        title: "A program looks into a value of the host",
        explanation: """
            What a trigger source or a constructor makes is for the host. A program passes it on; it has no fields and no \
            elements. Keep what you need of it in a variable before.
            """,
        wrong: "s = timer.Schedule({expr: \"0 9 * * *\"})\nfinish s.expr",
        right: "expr = \"0 9 * * *\"\ns = timer.Schedule({expr: expr})\nfinish expr"
    ),
    ExplainPage(
        code: "E0222",
        title: "A process needs a module and gets something else",
        explanation: """
            A parameter whose type is that of a module takes such a module: a path, a variable that was assigned one, or a \
            parameter of that type. It must be certain before the program runs.
            """,
        wrong: "process work(box: Inbox) { await box.send({})? }\nhandle = start work(box: tools)",
        right: "process work(box: Inbox) { await box.send({})? }\nhandle = start work(box: inbox.work)"
    ),
    ExplainPage(
        code: "E0223",
        title: "A function gets too few or too many arguments",
        explanation: "Functions of the host take one argument for each parameter. None can be left out.",
        wrong: "move = best_move([\"x\", null])",
        right: "move = best_move([\"x\", null], \"o\")"
    ),
    ExplainPage(
        code: "E0224",
        title: "A function gets something that it does not take",
        explanation: "An argument certainly does not have the type that the host declared for the parameter.",
        wrong: "move = best_move(\"x_\", \"o\")",
        right: "move = best_move([\"x\", null], \"o\")"
    ),
    ExplainPage(
        code: "E0225",
        title: "`trigger.event` stands where there is no event",
        explanation: """
            `trigger.event` means the event that will start a process. It can only be the value of an entry in the inputs of \
            `triggers.register`, also where a variable is called `trigger`.
            """,
        wrong: "x = trigger.event",
        right: """
            process tick(t: timer.Tick) { finish t.fired_at }
            s = timer.Schedule({expr: "0 9 * * *"})
            await triggers.register({source: s, target: tick, inputs: {t: trigger.event}})?
            """
    ),
    ExplainPage(
        code: "E0226",
        title: "A part of `trigger.event`",
        explanation: """
            There is no event yet when a trigger is registered, so nothing can be read from it. Give the whole event to the \
            process, and read its fields there.
            """,
        wrong: """
            process tick(at: str) { finish at }
            s = timer.Schedule({expr: "0 9 * * *"})
            await triggers.register({source: s, target: tick, inputs: {at: trigger.event.fired_at}})?
            """,
        right: """
            process tick(t: timer.Tick) { finish t.fired_at }
            s = timer.Schedule({expr: "0 9 * * *"})
            await triggers.register({source: s, target: tick, inputs: {t: trigger.event}})?
            """
    ),
    ExplainPage(
        code: "E0227",
        title: "A registration is not complete",
        explanation: """
            `triggers.register` takes a record that is written out in the call, with the keys `source`, `target` and \
            `inputs`, and `name` if wanted.
            """,
        wrong: """
            process tick(t: timer.Tick) { finish t }
            s = timer.Schedule({expr: "0 9 * * *"})
            await triggers.register({source: s, target: tick})?
            """,
        right: """
            process tick(t: timer.Tick) { finish t }
            s = timer.Schedule({expr: "0 9 * * *"})
            await triggers.register({source: s, target: tick, inputs: {t: trigger.event}})?
            """
    ),
    ExplainPage(
        code: "E0228",
        title: "The source of a trigger is none",
        explanation: """
            `source` must be known to be what a trigger source of the host makes: call its constructor in the same program. \
            Variables of earlier programs are not known when this one is checked.
            """,
        wrong: """
            process tick(t: any) { finish t }
            await triggers.register({source: "0 9 * * *", target: tick, inputs: {t: trigger.event}})?
            """,
        right: """
            process tick(t: any) { finish t }
            s = timer.Schedule({expr: "0 9 * * *"})
            await triggers.register({source: s, target: tick, inputs: {t: trigger.event}})?
            """
    ),
    ExplainPage(
        code: "E0229",
        title: "The target of a trigger is no process",
        explanation: """
            `target` names a process that the same program declares. A variable that holds a process will do if the process \
            has no parameter or several: of a process with one parameter, a variable does not know its name.
            """,
        wrong: """
            process tick(t: timer.Tick) { finish t }
            s = timer.Schedule({expr: "0 9 * * *"})
            await triggers.register({source: s, target: "tick", inputs: {t: trigger.event}})?
            """,
        right: """
            process tick(t: timer.Tick) { finish t }
            s = timer.Schedule({expr: "0 9 * * *"})
            await triggers.register({source: s, target: tick, inputs: {t: trigger.event}})?
            """
    ),
    ExplainPage(
        code: "E0230",
        title: "The inputs of a trigger are not written out",
        explanation: "The record of `inputs` stands in the call itself, so that it can be compared to the parameters.",
        wrong: """
            process tick(t: timer.Tick) { finish t }
            s = timer.Schedule({expr: "0 9 * * *"})
            given = {}
            await triggers.register({source: s, target: tick, inputs: given})?
            """,
        right: """
            process tick(t: timer.Tick) { finish t }
            s = timer.Schedule({expr: "0 9 * * *"})
            await triggers.register({source: s, target: tick, inputs: {t: trigger.event}})?
            """
    ),
    ExplainPage(
        code: "E0231",
        title: "An input of a trigger is given twice",
        explanation: "Each parameter of the target gets one value.",
        wrong: """
            process tick(t: timer.Tick) { finish t }
            s = timer.Schedule({expr: "0 9 * * *"})
            await triggers.register({source: s, target: tick, inputs: {t: trigger.event, t: 1}})?
            """,
        right: """
            process tick(t: timer.Tick) { finish t }
            s = timer.Schedule({expr: "0 9 * * *"})
            await triggers.register({source: s, target: tick, inputs: {t: trigger.event}})?
            """
    ),
    ExplainPage(
        code: "E0232",
        title: "The target of a trigger has no such parameter",
        explanation: "The keys of `inputs` are the parameters of the process.",
        wrong: """
            process tick(t: timer.Tick) { finish t }
            s = timer.Schedule({expr: "0 9 * * *"})
            await triggers.register({source: s, target: tick, inputs: {t: trigger.event, zone: "UTC"}})?
            """,
        right: """
            process tick(t: timer.Tick, zone: str) { finish t }
            s = timer.Schedule({expr: "0 9 * * *"})
            await triggers.register({source: s, target: tick, inputs: {t: trigger.event, zone: "UTC"}})?
            """
    ),
    ExplainPage(
        code: "E0233",
        title: "The event does not fit the parameter",
        explanation: "A parameter that gets the event has a type that the events of the source fit.",
        wrong: """
            process tick(t: str) { finish t }
            s = timer.Schedule({expr: "0 9 * * *"})
            await triggers.register({source: s, target: tick, inputs: {t: trigger.event}})?
            """,
        right: """
            process tick(t: { fired_at: str }) { finish t.fired_at }
            s = timer.Schedule({expr: "0 9 * * *"})
            await triggers.register({source: s, target: tick, inputs: {t: trigger.event}})?
            """
    ),
    ExplainPage(
        code: "E0234",
        title: "A parameter of the target gets nothing",
        explanation: "`inputs` gives every parameter of the process the event or a value.",
        wrong: """
            process tick(t: timer.Tick, zone: str) { finish t }
            s = timer.Schedule({expr: "0 9 * * *"})
            await triggers.register({source: s, target: tick, inputs: {t: trigger.event}})?
            """,
        right: """
            process tick(t: timer.Tick, zone: str) { finish t }
            s = timer.Schedule({expr: "0 9 * * *"})
            await triggers.register({source: s, target: tick, inputs: {t: trigger.event, zone: "UTC"}})?
            """
    ),
    ExplainPage(
        code: "E0235",
        title: "Nobody gets the event",
        explanation: "At least one parameter of the process must get the event: `name: trigger.event`.",
        wrong: """
            process tick(t: any) { finish t }
            s = timer.Schedule({expr: "0 9 * * *"})
            await triggers.register({source: s, target: tick, inputs: {t: 1}})?
            """,
        right: """
            process tick(t: any) { finish t }
            s = timer.Schedule({expr: "0 9 * * *"})
            await triggers.register({source: s, target: tick, inputs: {t: trigger.event}})?
            """
    ),
    ExplainPage(
        code: "E0236",
        title: "`triggers.list` does not understand its argument",
        explanation: """
            `triggers.list` takes a record that is written out in the call. Its keys are filters, and all of them may be left \
            out: `target`, `name`, `source_type`, `enabled`.
            """,
        wrong: "found = await triggers.list()?",
        right: "found = await triggers.list({enabled: true})?"
    ),
    ExplainPage(
        code: "E0237",
        title: "`triggers.cancel` does not understand its argument",
        explanation: "`triggers.cancel` takes a record that is written out in the call, with the key `handle`.",
        wrong: "h = found[0]\nawait triggers.cancel(h)?",
        right: "h = found[0]\nawait triggers.cancel({handle: h})?"
    ),
]
