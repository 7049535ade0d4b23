"""The workloads of w.py for interpreters that live in Python: python3 embedded.py monty|starlark NAME

Prints nanoseconds and result as JSON, as w.py does. What an interpreter lacks is said in LACKS.
"""

import inspect
import json
import sys
import time

import w

# Neither has json, generators or keys of sorts; Starlark has no `while` and no recursion.
LACKS = {
    "monty": ("w7", "json", "w11a", "w11b", "w12"),
    "starlark": ("w2", "w3", "w7", "json", "w10", "w11a", "w11b", "w12"),
}


def source(name):
    """The text of a workload, with what it calls."""
    parts = [inspect.getsource(w.fib)] if name == "w10" else []
    return "\n\n".join(parts + [inspect.getsource(getattr(w, name))])


def monty(text, call):
    """Monty runs in a process of its own; sending the call there takes less than a millisecond."""
    import pydantic_monty

    with pydantic_monty.Monty() as pool, pool.checkout() as session:
        session.feed_run(text)
        start = time.perf_counter_ns()
        result = session.feed_run(call)
        return time.perf_counter_ns() - start, result


def starlark(text, call):
    import starlark

    module, tree = starlark.Module(), starlark.parse("w.star", f"{text}\n\n{call}")
    start = time.perf_counter_ns()
    result = starlark.eval(module, tree, starlark.Globals.standard())
    return time.perf_counter_ns() - start, result


def main():
    interpreter, name = sys.argv[1:]
    nanoseconds, result = {"monty": monty, "starlark": starlark}[interpreter](source(name), f"{name}()")
    print(json.dumps({"ns": nanoseconds, "result": result}))


if __name__ == "__main__":
    main()
