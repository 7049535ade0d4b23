"""Counts the instructions of the processor that lashlang needs for small versions of the workloads, and holds them to a budget.

    python3 Benchmarks/instructions.py BINARY [--update]

Counts do not depend on how busy the machine is. Only what happens in the loop of the machine counts: start-up, compiling
and printing do not. Hashes are seeded per process, so counts of what has records differ by up to one percent.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from peers import LIMITS
from tables import table
from workloads import ALL, HERE, bindings

BUDGETS = os.path.join(HERE, "instructions.json")
# The symbol of the loop, whatever its mangled parameters.
LOOP = "$s6LashVM7runLoop*"
# Percent by which a count may differ from its budget.
TOLERANCE = 3
WORKLOADS = [workload for workload in ALL if workload.smaller or workload.file and not workload.program]


def count(binary, workload, folder):
    with open(workload.source, encoding="utf-8") as file:
        text = file.read()
    for large, small in workload.smaller:
        if large not in text:
            sys.exit(f"{workload.source} does not contain {large}")
        text = text.replace(large, small)
    program = os.path.join(folder, workload.name + ".lash")
    with open(program, "w", encoding="utf-8") as file:
        file.write(text)
    valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", f"--toggle-collect={LOOP}"]
    command = [*valgrind, binary, "run", program, *LIMITS, *bindings(workload, small=True)]
    done = subprocess.run(command, capture_output=True, text=True)
    collected = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not collected or collected[1] == "0":
        sys.exit(f"cannot count {workload.name} (exit code {done.returncode}):\n{done.stderr[-2000:]}")
    return int(collected[1])


def main():
    options = argparse.ArgumentParser(description="Counts instructions and compares them with their budgets.")
    options.add_argument("binary")
    options.add_argument("--update", action="store_true", help="take what is counted as the new budgets")
    chosen = options.parse_args()
    if not shutil.which("valgrind"):
        sys.exit("valgrind is missing: apt-get install valgrind")
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        counts = {workload.name: count(os.path.abspath(chosen.binary), workload, folder) for workload in WORKLOADS}
    print(f"{len(counts)} workloads counted in {time.monotonic() - start:.0f} s")
    if chosen.update:
        with open(BUDGETS, "w", encoding="utf-8") as file:
            json.dump(counts, file, indent=2)
            file.write("\n")
        return
    with open(BUDGETS, encoding="utf-8") as file:
        budgets = json.load(file)
    rows, verdicts = [], set()
    for name in dict.fromkeys([*counts, *budgets]):
        if name not in counts or name not in budgets:
            verdict, percent = "no budget" if name in counts else "no workload", "–"
        else:
            change = (counts[name] / budgets[name] - 1) * 100
            verdict = "too many" if change > TOLERANCE else "lower the budget" if change < -TOLERANCE else ""
            percent = f"{change:+.1f} %"
        verdicts.add(verdict)
        rows.append([name, f"{budgets.get(name, 0):,}", f"{counts.get(name, 0):,}", percent, verdict])
    print(table(["workload", "budget", "instructions", "change", ""], rows))
    if "lower the budget" in verdicts:
        print("\nFewer than before: make instructions UPDATE=1 writes the new budgets.")
    if verdicts & {"too many", "no budget", "no workload"}:
        sys.exit("\nThe budgets in Benchmarks/instructions.json are not kept. If that is meant: make instructions UPDATE=1")


if __name__ == "__main__":
    main()
