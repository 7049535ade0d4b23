"""The implementations that are measured: how each runs a workload once."""

import json
import os
import platform
import shutil
import subprocess
import sys

import embedded
from workloads import ALL, HERE, JSON, ROOT, bindings, path_of

# All limits that there are, armed, and far from what any workload needs.
LIMITS = ["--fuel", "50G", "--max-memory", "16GiB", "--timeout", "3600s", "--max-output", "4GB", "--max-calls", "1M"]


class Runner:
    """One implementation: a name and how to run a workload once, timed by the process itself."""

    def __init__(self, name, command, lacks=(), rounds=None):
        self.name = name
        # The words of a command line, by workload.
        self.command = command
        self.lacks = lacks
        # What takes minutes is run less often.
        self.rounds = rounds

    def run(self, workload):
        """Nanoseconds and result."""
        answer = json.loads(self.output(self.command(workload)))
        return answer["ns"], answer["result"]

    def plain_command(self, workload):
        """A command that does nothing beside the work."""
        return self.command(workload)

    def output(self, command):
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
        if done.returncode != 0:
            sys.exit(f"{self.name} failed (exit code {done.returncode}): {command}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout


class Lashlang(Runner):
    def __init__(self, binary):
        super().__init__("lashlang", lambda workload: [*self.plain_command(workload), "--json"])
        self.binary = binary

    def plain_command(self, workload):
        return [self.binary, "run", workload.source, *LIMITS, *bindings(workload)]

    def run(self, workload):
        answer = json.loads(self.output(self.command(workload)))
        if workload.name != "tiny":
            return answer["stats"]["run_ns"], answer["value"]
        command = [self.binary, "bench", workload.source, *LIMITS, "--rounds", "2000", "--json"]
        times = json.loads(self.output(command))
        return times["compile"]["min_ns"] + times["run"]["min_ns"], answer["value"]


def argument(workload, tiny):
    """The file that a script gets."""
    if workload.name == "tiny":
        return [os.path.join(HERE, "Tiny", tiny)]
    return [path_of(workload.file)] if workload.file else []


def script(file, tiny, *command):
    def run(workload):
        return [*command, os.path.join(HERE, file), workload.function, *argument(workload, tiny)]

    return run


def peers():
    """The other implementations that are installed."""
    found = [Runner("CPython " + platform.python_version(), script("w.py", "tiny.py", sys.executable))]
    lua, luajit, node = shutil.which("lua5.4"), shutil.which("luajit"), shutil.which("node")
    if lua:
        found.append(Runner("Lua 5.4", script("w.lua", "tiny.lua", lua), JSON))
    if luajit:
        found.append(Runner("LuaJIT -joff", script("w.lua", "tiny.lua", luajit, "-joff"), JSON))
        found.append(Runner("LuaJIT", script("w.lua", "tiny.lua", luajit), JSON))
    python = bench_python()
    if has(python, "quickjs"):
        found.append(Runner("QuickJS", inside(python, "quickjs", "tiny.js"), rounds=2))
    if node:
        found.append(Runner("node --jitless", script("w.js", "tiny.js", node, "--jitless")))
        found.append(Runner("node", script("w.js", "tiny.js", node)))
    for name, module in (("monty", "pydantic_monty"), ("starlark", "starlark")):
        if has(python, module):
            found.append(Runner(name, inside(python, name, "tiny.py"), embedded.LACKS[name], rounds=2))
    if has(python, "orjson"):
        others = {w.name for w in ALL if w.function not in ("parse", "print")}
        command = ["/usr/bin/env", "ORJSON=1", python]
        found.append(Runner("orjson", script("w.py", "tiny.py", *command), others))
    return found


def inside(python, name, tiny):
    """An interpreter that lives in Python."""
    return lambda workload: [
        python, os.path.join(HERE, "embedded.py"), name, workload.function, *argument(workload, tiny)
    ]


def has(python, module):
    return subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode == 0


def bench_python():
    """The Python that `make bench-peers` has filled, or this one."""
    own = os.path.join(ROOT, ".build/bench-venv/bin/python")
    return own if os.access(own, os.X_OK) else sys.executable


def versions(runners):
    """What the implementations say of themselves, in one line each."""
    python = bench_python()
    lines = []
    for runner in runners:
        command = {
            "lashlang": lambda: [runner.binary, "--version"],
            "Lua 5.4": lambda: ["lua5.4", "-v"],
            "LuaJIT": lambda: ["luajit", "-v"],
            "node": lambda: ["node", "--version"],
        }.get(runner.name)
        package = {"QuickJS": "quickjs", "monty": "pydantic-monty", "starlark": "starlark-pyo3", "orjson": "orjson"}
        if runner.name in package:
            code = f"from importlib.metadata import version; print('{package[runner.name]} ' + version('{package[runner.name]}'))"
            command = lambda code=code: [python, "-c", code]
        if command:
            done = subprocess.run(command(), capture_output=True, text=True)
            said = (done.stdout + done.stderr).strip().splitlines()
            lines.append(f"{runner.name}: {said[0].split(' -- ')[0].split('  ')[0]}" if said else runner.name)
        elif runner.name.startswith("CPython"):
            lines.append(runner.name)
    return lines
