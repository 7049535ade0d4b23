"""The workloads for interpreters that live in Python: python3 embedded.py monty|starlark|quickjs NAME [DOCUMENT]

Monty and Starlark run the functions of w.py, QuickJS those of w.js. Prints nanoseconds and result as JSON, as w.py does.
What an interpreter lacks is said in LACKS.
"""

import inspect
import json
import os
import sys
import time

import w

FILES = ("w7", "parse", "print", "parse100", "print100", "find", "lines", "replace", "slice")
# Neither has json, generators or keys of sorts; Starlark has no `while` and no recursion, and W13 takes it minutes.
LACKS = {
    "monty": {*FILES, "w11a", "w11b", "w12", "tiny"},
    "starlark": {*FILES, "w2", "w3", "w10", "w11a", "w11b", "w12", "w13", "tiny"},
}


def source(name):
    """The text of a workload, with what it calls."""
    parts = [inspect.getsource(w.fib)] if name == "w10" else []
    return "\n\n".join(parts + [inspect.getsource(getattr(w, name))])


def timed(work):
    start = time.perf_counter_ns()
    result = work()
    return time.perf_counter_ns() - start, result


def monty(name, document):
    """Monty runs in a process of its own; sending the call there takes less than a millisecond."""
    import pydantic_monty

    with pydantic_monty.Monty() as pool, pool.checkout() as session:
        session.feed_run(source(name))
        return timed(lambda: session.feed_run(f"{name}()"))


def starlark(name, document):
    import starlark

    module, tree = starlark.Module(), starlark.parse("w.star", f"{source(name)}\n\n{name}()")
    return timed(lambda: starlark.eval(module, tree, starlark.Globals.standard()))


def quickjs(name, document):
    import quickjs

    context = quickjs.Context()
    if name == "tiny":
        text = f"(function () {{ {document} }})()"
        return min(timed(lambda: context.eval(text)) for _ in range(2000))
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "w.js"), encoding="utf-8") as file:
        context.eval(file.read())
    context.set("text", document)
    context.eval("var given = " + ("JSON.parse(text)" if name == "print" else "text"))
    return timed(lambda: context.eval(f"work.{name}(given)"))


def main():
    interpreter, name, *path = sys.argv[1:]
    document = None
    if path:
        with open(path[0], encoding="utf-8") as file:
            document = file.read()
    nanoseconds, result = {"monty": monty, "starlark": starlark, "quickjs": quickjs}[interpreter](name, document)
    print(json.dumps({"ns": nanoseconds, "result": result}))


if __name__ == "__main__":
    main()
