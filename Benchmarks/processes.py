"""Tests of lashlang itself: statements that change a value in place, and how long a process takes to start."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time

from peers import LIMITS
from tables import table
from workloads import HERE

IN_PLACE = ["push", "append", "concat", "nested", "count", "rows"]


def in_place_table(binary, rounds):
    def once(program, millions):
        path = os.path.join(HERE, "InPlace", program + ".lash")
        command = [binary, "run", path, "--json", *LIMITS, "--bind", f"rounds={millions}"]
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
