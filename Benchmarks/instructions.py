"""Counts the instructions of the processor that lashlang needs for small versions of the workloads, and holds them to a budget.

    python3 Benchmarks/instructions.py BINARY [--update]

Counts do not depend on how busy the machine is. Only what happens in the loop of the machine counts: start-up, compiling
and printing do not. Hashes are seeded per process, so counts of what has records differ by up to one percent.

What counts do not show is where the loop lies: its dispatch must not lie across two cache lines.
"""

import argparse
import collections
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


# The bytes that the processor fetches at once.
CACHE_LINE = 64


def dispatch(binary):
    """Where the dispatch of the interpreter lies, as its first address and the one behind it; None where nobody can tell."""
    if not shutil.which("objdump"):
        return None
    names = subprocess.run(["nm", binary], capture_output=True, text=True, check=True).stdout
    name = next((line.split()[-1] for line in names.splitlines() if LOOP.rstrip("*") in line), None)
    listing = subprocess.run(
        ["objdump", "-d", "-w", "--no-show-raw-insn", f"--disassemble={name}", binary],
        capture_output=True, text=True, check=True,
    ).stdout
    code = re.findall(r"^ *([0-9a-f]+):\t(.*)$", listing, re.MULTILINE)
    # Nearly all instructions of a program jump to the same place when they are done, and so do their ends to another.
    places = collections.Counter(re.findall(r"\tjmp +([0-9a-f]+) ", listing)).most_common(2)
    addresses = [int(address, 16) for address, _ in code]
    for start in (int(place, 16) for place, _ in places):
        for (_, instruction), end in zip(code, addresses[1:]):
            if start < end <= start + CACHE_LINE and re.match(r"jmp +\*%", instruction):
                return start, end
    return None


def check_dispatch(binary):
    place = dispatch(binary)
    if not place:
        print("skipped: where the dispatch of the interpreter lies cannot be seen on this machine")
        return
    start, end = place
    print(f"the dispatch of the interpreter: {end - start} bytes at {start % CACHE_LINE} of a cache line")
    if start // CACHE_LINE != (end - 1) // CACHE_LINE:
        sys.exit("It lies across two cache lines, which makes loops over numbers up to 1.75 times as slow: see Makefile, ALIGNMENT")


def main():
    options = argparse.ArgumentParser(description="Counts instructions and compares them with their budgets.")
    options.add_argument("binary")
    options.add_argument("--update", action="store_true", help="take what is counted as the new budgets")
    chosen = options.parse_args()
    if not shutil.which("valgrind"):
        sys.exit("valgrind is missing: apt-get install valgrind")
    check_dispatch(os.path.abspath(chosen.binary))
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
