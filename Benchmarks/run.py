"""Measures lashlang against the peers that are installed. See README.md in this folder.

    python3 Benchmarks/run.py [--rounds N] [--only w1,w5] [--long] [--packages] [--markdown FILE] [--plots FOLDER]
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys

import measure
import packages
import peers
import plots
import processes
import tables
from workloads import ALL, BY_NAME, ROOT


def build():
    """Builds the release as everybody gets it."""
    subprocess.run(["make", "release"], cwd=ROOT, check=True, stdout=sys.stderr)
    return os.path.join(ROOT, ".build/release/lashlang")


def machine():
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            model = next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{model}, {os.cpu_count()} CPUs, {platform.system()} {platform.machine()}"


def arguments():
    options = argparse.ArgumentParser(description="Measures lashlang against the peers that are installed.")
    options.add_argument("--rounds", type=int, default=5, help="how often everything is run (default 5)")
    options.add_argument("--only", help="workloads, separated by commas; nothing else is measured")
    options.add_argument("--long", action="store_true", help="the workloads on 100 MB as well, twice each")
    options.add_argument("--packages", action="store_true", help="the Swift packages of this folder as well")
    options.add_argument("--skip-build", action="store_true", help="take the release build that is there")
    options.add_argument("--binary", help="measure this program instead of building one")
    options.add_argument("--markdown", metavar="FILE", help="write the tables to a file as well")
    options.add_argument("--plots", metavar="FOLDER", help="write plots of the ratios, as SVG")
    chosen = options.parse_args()
    names = chosen.only.split(",") if chosen.only else [w.name for w in ALL if chosen.long or not w.long]
    unknown = [name for name in names if name not in BY_NAME]
    if unknown or chosen.rounds < 1:
        options.error(f"no such workload: {', '.join(unknown)}" if unknown else "--rounds must be at least 1")
    binary = chosen.binary or (os.path.join(ROOT, ".build/release/lashlang") if chosen.skip_build else build())
    chosen.binary = os.path.abspath(binary)
    if not os.access(chosen.binary, os.X_OK):
        options.error(f"{chosen.binary} is not there; leave out --skip-build")
    chosen.workloads = [BY_NAME[name] for name in names]
    return chosen


def main():
    chosen = arguments()
    workloads, rounds = chosen.workloads, chosen.rounds
    runners = [peers.Lashlang(chosen.binary), *peers.peers()]
    times = measure.times(runners, workloads, rounds)
    parts = [
        f"{machine()}, {rounds} rounds.\n" + "; ".join(peers.versions(runners)) + ".",
        "## Goals\n\n" + tables.goal_table(times, runners),
        "## Ratios of the minima (above 1: lashlang is faster)\n\n" + tables.ratio_table(times, runners, workloads),
        "## Minimum\n\n" + tables.time_table(times, runners, workloads, min),
        "## Median\n\n" + tables.time_table(times, runners, workloads, statistics.median),
    ]
    if chosen.plots:
        files = plots.write(chosen.plots, times, runners, workloads)
        base = os.path.dirname(os.path.abspath(chosen.markdown)) if chosen.markdown else os.getcwd()
        images = [f"![{title}]({os.path.relpath(path, base)})" for path, title in files]
        parts.insert(1, "\n\n".join(images))
    if not chosen.only:
        peaks = measure.peak_memory(runners, workloads)
        if peaks:
            parts.append("## Peak memory of the whole process\n\n" + tables.memory_table(peaks, runners, workloads))
        parts += [
            "## In place\n\n" + processes.in_place_table(chosen.binary, rounds),
            "## Start-up\n\n" + processes.start_up_table(chosen.binary),
        ]
    if chosen.packages:
        parts += packages.report()
    report = "\n\n".join(parts)
    print(report)
    if chosen.markdown:
        with open(chosen.markdown, "w", encoding="utf-8") as file:
            file.write("# Benchmark results\n\n" + report + "\n")


if __name__ == "__main__":
    main()
