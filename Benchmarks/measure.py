"""Takes times and memory of all implementations, one after the other."""

import os
import shutil
import subprocess
import sys
import tempfile

from workloads import ROOT


def times(runners, workloads, rounds):
    """Nanoseconds by runner and workload. Every round runs everything once, so that noise hits all alike."""
    taken = {}
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
        for workload in workloads:
            results = {}
            for runner in runners:
                # What is long is run twice, as what is slow.
                most = min(runner.rounds or rounds, 2 if workload.long else rounds)
                if workload.name in runner.lacks or number >= most:
                    continue
                nanoseconds, results[runner.name] = runner.run(workload)
                taken.setdefault((runner.name, workload.name), []).append(nanoseconds)
            if len(set(results.values())) > 1:
                sys.exit(f"{workload.name}: the results differ: {results}")
    return taken


def peak_memory(runners, workloads):
    """The most bytes in memory of a whole process, by runner and workload; empty without the program `time` of GNU.

    A process of our own would be counted with the memory of Python, from which it is made.
    """
    program = shutil.which("time")
    if not program or "GNU" not in subprocess.run([program, "--version"], capture_output=True, text=True).stdout:
        print("no table of memory: GNU time is missing, which `make bench-peers` installs", file=sys.stderr)
        return {}
    peaks = {}
    print("memory", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report")
        for workload in workloads:
            for runner in runners:
                if workload.name in runner.lacks or workload.name == "tiny":
                    continue
                command = [program, "-f", "%M", "-o", report, *runner.plain_command(workload)]
                subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT, check=True)
                with open(report, encoding="utf-8") as file:
                    peaks[runner.name, workload.name] = int(file.read().split()[-1]) * 1024
    return peaks
