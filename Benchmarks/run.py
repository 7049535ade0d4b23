"""Measures lashlang against the peers that are installed. See README.md in this folder.

    python3 Benchmarks/run.py [--rounds N] [--only w1,w5] [--skip-build] [--binary PATH] [--markdown FILE]
"""

import argparse
import json
import math
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time

import document
import embedded

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
WORKLOADS = {
    "w1": "sum loop, 10^7",
    "w2": "Collatz, n < 30,000",
    "w3": "sieve, 10^6",
    "w4": "format, join, split 10^6",
    "w5": "histogram, 10^6 over 100 keys",
    "w6": "200,000 records, filter, sum",
    "w7": "5 MB of JSON, parse and visit",
    "w8": "matrix product, 120^3",
    "w9a": "20,000 copies of 1,000 elements",
    "w9b": "2 * 10^6 assignments in place",
    "w10": "fib(27)",
    "w11a": "sort 10^6 numbers, 5 times",
    "w11b": "sort 10^6 texts, 3 times",
    "w12": "10^5 records, sort_by and group",
}
# What the goals are about.
CORE = ("w1", "w2", "w3", "w4", "w5", "w6", "w7", "w8", "w9")
NEEDS_DOCUMENT = ("w7", "json")
IN_PLACE = ["push", "append", "concat", "nested", "count", "rows"]
# The command line limits runs by default; a measurement should not meet a limit.
UNLIMITED = ["--fuel", "none", "--max-memory", "none", "--timeout", "none"]


class Runner:
    """One implementation: a name and how to run a workload once, timed by the process itself."""

    def __init__(self, name, command, lacks=(), rounds=None):
        self.name = name
        self.command = command
        self.lacks = lacks
        # What takes minutes is run less often.
        self.rounds = rounds

    def run(self, workload):
        done = subprocess.run(self.command(workload), capture_output=True, text=True, cwd=ROOT)
        if done.returncode != 0:
            sys.exit(f"{self.name} failed at {workload} (exit code {done.returncode}):\n{done.stdout}{done.stderr}")
        answer = json.loads(done.stdout)
        if "stats" in answer:
            return answer["stats"]["run_ns"], answer.get("value")
        return answer["ns"], answer["result"]


def build():
    """Builds the release as everybody gets it."""
    subprocess.run(["make", "release"], cwd=ROOT, check=True, stdout=sys.stderr)
    return os.path.join(ROOT, ".build/release/lashlang")


def lashlang(binary, text):
    def command(workload):
        bindings = ["--bind", f"document=@{text}"] if workload in NEEDS_DOCUMENT else []
        program = os.path.join(HERE, "Programs", workload + ".lash")
        return [binary, "run", program, "--json", *UNLIMITED, *bindings]

    return Runner("lashlang", command)


def peers(text):
    """The other implementations that are installed."""

    def script(file, *command):
        def run(workload):
            document = [text] if workload in NEEDS_DOCUMENT else []
            return [*command, os.path.join(HERE, file), workload, *document]

        return run

    found = [Runner("CPython " + platform.python_version(), script("w.py", sys.executable))]
    lua, luajit, node = shutil.which("lua5.4"), shutil.which("luajit"), shutil.which("node")
    quickjs = shutil.which("qjs")
    if lua:
        found.append(Runner("Lua 5.4", script("w.lua", lua), NEEDS_DOCUMENT))
    if luajit:
        found.append(Runner("LuaJIT -joff", script("w.lua", luajit, "-joff"), NEEDS_DOCUMENT))
        found.append(Runner("LuaJIT", script("w.lua", luajit), NEEDS_DOCUMENT))
    if quickjs:
        found.append(Runner("QuickJS", script("w.js", quickjs, "--std")))
    if node:
        found.append(Runner("node --jitless", script("w.js", node, "--jitless")))
        found.append(Runner("node", script("w.js", node)))
    python = bench_python()
    for name, module in (("monty", "pydantic_monty"), ("starlark", "starlark")):
        if python and subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode == 0:
            command = [python, os.path.join(HERE, "embedded.py"), name]
            lacks = embedded.LACKS[name]
            found.append(Runner(name, lambda workload, command=command: [*command, workload], lacks, rounds=2))
    return found


def bench_python():
    """The Python that `make bench-peers` has filled, or this one."""
    own = os.path.join(ROOT, ".build/bench-venv/bin/python")
    return own if os.access(own, os.X_OK) else sys.executable


def measure(runners, workloads, rounds):
    """Nanoseconds by runner and workload. Every round runs everything once, so that noise hits all alike."""
    times = {(runner.name, workload): [] for runner in runners for workload in workloads}
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
        for workload in workloads:
            results = {}
            for runner in runners:
                if workload in runner.lacks or number >= (runner.rounds or rounds):
                    continue
                nanoseconds, results[runner.name] = runner.run(workload)
                times[runner.name, workload].append(nanoseconds)
            if len(set(results.values())) != 1:
                sys.exit(f"{workload}: the results differ: {results}")
    return {key: values for key, values in times.items() if values}


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def time_table(times, runners, workloads, pick):
    def cell(runner, workload):
        values = times.get((runner.name, workload))
        return f"{pick(values) / 1e6:.1f}" if values else "–"

    rows = [
        [f"{workload.upper()} {WORKLOADS[workload]}", *(cell(runner, workload) for runner in runners)]
        for workload in workloads
    ]
    return table(["ms", *(runner.name for runner in runners)], rows)


def ratio_table(times, runners, workloads):
    ours = runners[0]
    rows = []
    for peer in runners[1:]:
        ratios, cells = [], []
        for workload in workloads:
            values = times.get((peer.name, workload))
            if values:
                ratios.append(min(values) / min(times[ours.name, workload]))
            cells.append(f"{ratios[-1]:.2f}" if values else "–")
        mean = math.exp(sum(map(math.log, ratios)) / len(ratios)) if ratios else 0
        rows.append([peer.name, *cells, f"**{mean:.2f}**"])
    return table(["peer / ours", *(workload.upper() for workload in workloads), "geometric mean"], rows)


# What lashlang wants to be, by peer: so many times as fast in the mean over W1 to W9.
GOALS = {"CPython": 3.5, "Lua 5.4": 2, "LuaJIT -joff": 1, "QuickJS": 4, "node --jitless": 2, "monty": 15}


def goal_table(times, runners):
    ours, rows = runners[0], []
    for peer in runners[1:]:
        goal = next((goal for name, goal in GOALS.items() if peer.name == name or peer.name.startswith(name + " 3")), None)
        both = [
            (min(times[peer.name, workload]) / min(times[ours.name, workload]), workload)
            for workload in WORKLOADS
            if workload.rstrip("ab") in CORE and (peer.name, workload) in times and (ours.name, workload) in times
        ]
        if not both:
            continue
        mean = math.exp(sum(math.log(ratio) for ratio, _ in both) / len(both))
        slowest, workload = min(both)
        met = "" if goal is None else "yes" if mean >= goal else "no"
        rows.append([peer.name, f"{mean:.2f}", f"{goal:g}" if goal else "–", met, f"{slowest:.2f} ({workload.upper()})"])
    return table(["peer", "W1 to W9, geometric mean", "goal", "met", "least"], rows)


def json_table(runners, text, rounds):
    times = measure([runner for runner in runners if "json" not in runner.lacks], ["json"], rounds)
    size = os.path.getsize(text)
    rows = [
        [name, f"{min(values) / 1e6:.1f}", f"{size / min(values) * 1e3:.0f}"] for (name, _), values in times.items()
    ]
    return table(["parse 5 MB of JSON", "ms", "MB/s"], rows)


def in_place_table(binary, rounds):
    def once(program, millions):
        path = os.path.join(HERE, "InPlace", program + ".lash")
        command = [binary, "run", path, "--json", *UNLIMITED, "--bind", f"rounds={millions}"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)["stats"]["run_ns"]

    times = {(program, millions): [] for program in IN_PLACE for millions in (1, 2)}
    for _ in range(rounds):
        for program, millions in times:
            times[program, millions].append(once(program, millions))
    rows = []
    for program in IN_PLACE:
        with open(os.path.join(HERE, "InPlace", program + ".lash"), encoding="utf-8") as file:
            shape = file.readline()[2:].strip()
        one, two = min(times[program, 1]), min(times[program, 2])
        rows.append([f"`{shape}`", f"{one / 1e6:.1f}", f"{two / 1e6:.1f}", f"{two / one:.2f}", f"{one / 1e6:.1f}"])
    return table(["statement", "10^6 ms", "2 * 10^6 ms", "ratio", "ns each"], rows)


def start_up_table(binary, runs=40):
    commands = {"lashlang -e 'finish 1'": [binary, "-e", "finish 1"], "python3 -c ''": [sys.executable, "-c", ""]}
    lua = shutil.which("lua5.4")
    if lua:
        commands["lua5.4 -e ''"] = [lua, "-e", ""]
    times = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            start = time.perf_counter_ns()
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
            times[name].append(time.perf_counter_ns() - start)
    rows = [
        [f"`{name}`", f"{min(values) / 1e6:.2f}", f"{statistics.median(values) / 1e6:.2f}"]
        for name, values in times.items()
    ]
    return table(["whole process", "min ms", "median ms"], rows)


def machine():
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            model = next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{model}, {os.cpu_count()} CPUs, {platform.system()} {platform.machine()}"


def main():
    options = argparse.ArgumentParser(description="Measures lashlang against the peers that are installed.")
    options.add_argument("--rounds", type=int, default=5, help="how often everything is run (default 5)")
    options.add_argument("--only", help="workloads, separated by commas; nothing else is measured")
    options.add_argument("--skip-build", action="store_true", help="take the release build that is there")
    options.add_argument("--binary", help="measure this program instead of building one")
    options.add_argument("--markdown", metavar="FILE", help="write the tables to a file as well")
    chosen = options.parse_args()

    workloads = chosen.only.split(",") if chosen.only else list(WORKLOADS)
    unknown = [workload for workload in workloads if workload not in WORKLOADS]
    if unknown or chosen.rounds < 1:
        options.error(f"no such workload: {', '.join(unknown)}" if unknown else "--rounds must be at least 1")
    binary = chosen.binary or (os.path.join(ROOT, ".build/release/lashlang") if chosen.skip_build else build())
    binary = os.path.abspath(binary)
    if not os.access(binary, os.X_OK):
        options.error(f"{binary} is not there; leave out --skip-build")

    text = os.path.join(ROOT, ".build", "benchmark-document.txt")
    os.makedirs(os.path.dirname(text), exist_ok=True)
    document.write(text)

    runners = [lashlang(binary, text), *peers(text)]
    times = measure(runners, workloads, chosen.rounds)
    parts = [
        f"{machine()}, {chosen.rounds} rounds",
        "## Minimum\n\n" + time_table(times, runners, workloads, min),
        "## Median\n\n" + time_table(times, runners, workloads, statistics.median),
        "## Ratios of the minima (above 1: lashlang is faster)\n\n" + ratio_table(times, runners, workloads),
        "## Goals\n\n" + goal_table(times, runners),
    ]
    if not chosen.only:
        parts += [
            "## JSON\n\n" + json_table(runners, text, chosen.rounds),
            "## In place\n\n" + in_place_table(binary, chosen.rounds),
            "## Start-up\n\n" + start_up_table(binary),
        ]
    report = "\n\n".join(parts)
    print(report)
    if chosen.markdown:
        with open(chosen.markdown, "w", encoding="utf-8") as file:
            file.write("# Benchmark results\n\n" + report + "\n")


if __name__ == "__main__":
    main()
