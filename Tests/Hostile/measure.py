"""Runs the hostile programs in the released command and measures what they take.

    python3 Tests/Hostile/measure.py [--binary PATH] [--only NAME,…] [--class CLASS] [--programs]

Each program runs under one limit after the other; the clock is a safety net. Prints a table, one line for each class of
programs, or for each program with --programs: how far beyond the limit the worst one went, and the peak resident memory
against the memory limit. Ends with exit code 1 if a program ends otherwise than it says, or goes beyond twice a limit.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
# Bytes of each text that is bound.
SCALE = 1_000_000
FUEL = 5_000_000
MEMORY = 64_000_000
TIME = 0.5
OUTPUT = 2_000_000
SAFETY = 3.0
# Printing takes long for the little fuel that it costs.
FUEL_SAFETY = 15.0
# What starting and ending a process may take longer than its base says, in seconds.
SLACK = 0.05
CODES = {"fuel": "E0401", "memory": "E0402", "time": "E0403", "output": "none"}


def data(scale):
    """What programs find bound, by name: `HostileData` in the Swift tests has the same."""
    record = {f"key {i}": i for i in range(scale // 64)}
    numbers = list(range(scale // 8))
    return {
        "letters": "a" * scale,
        "period": "abbbbbbb" * (scale // 8),
        "accents": "é" * (scale // 2),
        "digits": "1" * scale,
        "zeros": "0." + "0" * scale + "1",
        "spaces": " " * scale,
        "words": "lorem " * (scale // 6),
        "lines": "ab\n" * (scale // 3),
        "numbers": numbers,
        "texts": [f"a text of some length {i}" for i in range(scale // 32)],
        "rows": [{"id": i, "name": f"name {i}", "ok": True} for i in range(scale // 64)],
        "many": record,
        "flat_json": "[" + "1," * (scale // 2) + "1]",
        "deep_json": "[" + ("[" * 100 + "1" + "]" * 100 + ",") * (scale // 202) + "1]",
        "keys_json": json.dumps(record),
        "other_keys_json": "[" + json.dumps(record) + "," + json.dumps(record).replace('"key 9"', '"other"') + "]",
        "escapes_json": '"' + "\\u0041" * (scale // 6) + '"',
        "wrong_json": "[" + "1," * (scale // 2) + "x",
        "many_bytes": 32_000_000,
    }


def programs(path):
    """The programs of the file: name, class, text, and how each limit ends them."""
    with open(path, encoding="utf-8") as file:
        parts = re.split(r"^---\n", file.read(), flags=re.M)
    for part in parts:
        fields = dict(re.findall(r"^//! (\w+) (.*)$", part, re.M))
        text = re.sub(r"^//! .*\n", "", part, flags=re.M)
        yield fields["name"], fields["class"], text, {kind: fields.get(kind, CODES[kind]) for kind in CODES}


def write_data(folder):
    """Writes what can be bound to files; texts as they are, the rest as JSON."""
    for name, value in data(SCALE).items():
        kind, text = ("txt", value) if isinstance(value, str) else ("json", json.dumps(value))
        with open(os.path.join(folder, f"{name}.{kind}"), "w", encoding="utf-8") as file:
            file.write(text)


class Process:
    """One run of the command, and what it took."""

    def __init__(self, binary, program, options, folder):
        printed, finished = os.path.join(folder, "printed"), os.path.join(folder, "finished")
        with open(printed, "wb") as errors, open(finished, "wb") as values:
            child = subprocess.Popen([binary, "run", program] + options, stdout=values, stderr=errors)
            _, status, usage = os.wait4(child.pid, 0)
        self.status = os.waitstatus_to_exitcode(status)
        # This process is small, so the peak is that of the command and not what was copied from here.
        self.peak = usage.ru_maxrss * 1024
        self.seconds = usage.ru_utime + usage.ru_stime
        self.output = os.path.getsize(printed) + os.path.getsize(finished)
        with open(printed, "rb") as file:
            file.seek(max(0, os.path.getsize(printed) - 200_000))
            self.messages = file.read().decode(errors="replace")
        found = re.findall(r"^error\[(E\d+)\]: (.*)$", self.messages, re.M)
        self.code, self.message = found[-1] if found else ("none" if self.status == 0 else str(self.status), "")
        # A tree that is no text of any length: the run is over, and the command cannot show what it gave.
        if "error: the value cannot be written: " in self.messages:
            self.code = "none"
        numbers = re.search(r"limit exceeded: ([\d,]+) of ([\d,]+)", self.message)
        used, limit = (int(number.replace(",", "")) for number in numbers.groups()) if numbers else (0, 1)
        self.exceeded = used / limit


class Bench:
    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder
        self.bases = {}

    def bind(self, text):
        known = {os.path.splitext(name)[0]: name for name in os.listdir(self.folder) if name.endswith((".txt", ".json"))}
        bound = sorted(name for name in set(re.findall(r"\w+", text)) if name in known)
        return [part for name in bound for part in ("--bind", f"{name}=@{self.folder}/{known[name]}")]

    def run(self, text, *limits):
        path = os.path.join(self.folder, "program.lash")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        none = ["--fuel", "none", "--max-memory", "none", "--max-output", "none"]
        return Process(self.binary, path, self.bind(text) + none + [str(limit) for limit in limits], self.folder)

    def base(self, text):
        """What the command takes with the same bindings, when it does nothing."""
        key = tuple(self.bind(text))
        if key not in self.bases:
            names = [part.split("=")[0] for part in key[1::2]]
            self.bases[key] = self.run("finish 1 # " + " ".join(names))
        return self.bases[key]

    def measure(self, kind, text):
        """How a limit ended a program, and how far it went: as a part of the limit."""
        safety = ("--timeout", f"{FUEL_SAFETY if kind == 'fuel' else SAFETY}s")
        base = self.base(text)
        if kind == "fuel":
            ended = self.run(text, "--fuel", FUEL, *safety)
            return ended, ended.exceeded if ended.code == "E0401" else 0
        if kind == "memory":
            ended = self.run(text, "--max-memory", MEMORY, *safety)
            return ended, (ended.peak - base.peak) / MEMORY
        if kind == "time":
            ended = self.run(text, "--timeout", f"{int(TIME * 1000)}ms")
            # By the clock of the machine; the processor's time would not count what it was taken away for.
            return ended, max(ended.exceeded if ended.code == "E0403" else 0, (ended.seconds - base.seconds) / TIME)
        ended = self.run(text, "--max-output", OUTPUT, *safety)
        return ended, ended.output / OUTPUT


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--binary", default=os.path.join(ROOT, ".build/release/lashlang"))
    options.add_argument("--only", default="", metavar="NAME,…")
    options.add_argument("--class", dest="group", default="", metavar="CLASS")
    options.add_argument("--programs", action="store_true", help="one line for each program")
    options.add_argument("--write-data", metavar="FOLDER", help=argparse.SUPPRESS)
    options = options.parse_args()
    if options.write_data:
        return write_data(options.write_data)
    chosen = [
        program
        for program in programs(os.path.join(HERE, "programs.lash"))
        if (not options.only or program[0] in options.only.split(","))
        and (not options.group or program[1] == options.group)
    ]
    with tempfile.TemporaryDirectory() as folder:
        # In a process of its own, whose memory goes with it.
        subprocess.run([sys.executable, __file__, "--write-data", folder], check=True)
        report(Bench(options.binary, folder), chosen, options.programs)


def report(bench, chosen, each):
    worst, failures = {}, []
    print("| program | " + " | ".join(CODES) + " |\n|---|" + "---|" * len(CODES), flush=True)
    for name, group, text, ends in chosen:
        cells = []
        for kind, expected in ends.items():
            if kind == "output" and expected == "none":
                cells.append("")
                continue
            ended, ratio = bench.measure(kind, text)
            cell = f"{ended.code} {ratio:.2f}"
            if kind == "fuel" and each and ended.code == "E0401":
                cell += f", {ended.seconds / FUEL * 1e9:.0f} ns a unit"
            is_over = ratio > 2 + (SLACK / TIME if kind == "time" else 0)
            # What the limit is not meant to end, the clock does.
            wanted = ["E0403"] if expected == "never" else [expected, "E0403"] if kind == "time" else [expected]
            if ended.code not in wanted or is_over:
                failures.append(f"{name}: {kind} wants {wanted[0]}, got {ended.code} {ended.message}, ratio {ratio:.2f}")
                cell += " !"
            cells.append(cell)
            key = (group, kind)
            worst[key] = max(worst.get(key, (0, "")), (ratio, name))
        if each:
            print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
    for group in dict.fromkeys(program[1] for program in chosen):
        cells = []
        for kind in CODES:
            ratio, name = worst.get((group, kind), (0, ""))
            cells.append(f"{ratio:.2f} {name}" if name else "")
        print(f"| **{group}** ({sum(program[1] == group for program in chosen)}) | " + " | ".join(cells) + " |")
    for failure in failures:
        print(failure)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
