#!/usr/bin/env python3
"""Asks large files questions, of lashlang and of the usual tools, and prints a table.

usage: compare.py FOLDER [LASHLANG]      FOLDER is what generate.py wrote; .build/release/lashlang by default

Every program runs ROUNDS times, in turn with the others that answer the same question; the best time counts, and the
most memory. Processor time is shown too: on a machine that does other things, only that can be compared.
"""
import os
import shutil
import subprocess
import sys
import time

ROUNDS = int(os.environ.get("ROUNDS", "5"))


def run(command):
    """Wall time, processor time, memory in MB, and output."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    output = process.stdout.read()
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    process.returncode = status
    process.stdout.close()
    process.stderr.close()
    if status != 0 and b"limit" not in errors:
        raise SystemExit(f"{command} failed: {errors.decode()}")
    if status != 0:
        output = errors.split(b"\n")[0]
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output.decode().strip()


def main():
    folder = sys.argv[1]
    binary = sys.argv[2] if len(sys.argv) > 2 else ".build/release/lashlang"
    rows, prose, shop, line, keys = (
        f"{folder}/{name}" for name in ("rows.jsonl", "prose.txt", "shop.json", "line.jsonl", "keys.json"))

    def lash(program, name, path):
        return ("lashlang", [binary, "-e", program, "--bind-lazy", f"{name}=@{path}"])

    def other(*command):
        return (command[0], list(command))

    stores = "regions[9].stores[\"store-100\"].items[7].name"
    questions = [
        ("row 5", rows, [
            lash("finish rows[5].name", "rows", rows),
            other("jq", "-rn", "[limit(6; inputs)][5].name", rows)]),
        ("100 rows", rows, [
            lash("finish len(slice(rows, 0, 100))", "rows", rows),
            other("jq", "-n", "[limit(100; inputs)] | length", rows)]),
        ("number of rows", rows, [
            lash("finish len(rows)", "rows", rows),
            other("jq", "-n", "reduce inputs as $row (0; . + 1)", rows)]),
        ("a loop over all rows", rows, [
            lash("n = 0\nfor row in rows { if row.active { n = n + 1 } }\nfinish n", "rows", rows),
            other("jq", "-n", "reduce inputs as $row (0; if $row.active then . + 1 else . end)", rows)]),
        ("a sum over all rows", rows, [
            lash("t = 0\nfor row in rows { t = t + row.score }\nfinish to_int(t)", "rows", rows),
            other("jq", "-n", "reduce inputs as $row (0; . + $row.score) | floor", rows)]),
        ("lines with a word", prose, [
            lash('finish len(grep_text(doc, "needle"))', "doc", prose),
            other("rg", "-c", "-F", "needle", prose),
            other("grep", "-c", "-F", "needle", prose)]),
        ("where a word stands", prose, [
            lash('finish find(doc, "eureka") > 0', "doc", prose),
            other("rg", "-c", "-F", "eureka", prose),
            other("grep", "-c", "-F", "eureka", prose)]),
        ("one deep field", shop, [
            lash(f"finish shop.{stores}", "shop", shop),
            other("jq", "-r", f".{stores}", shop)]),
        ("rows of one line", line, [lash("finish len(rows)", "rows", line)]),
        ("an element of one line", line, [lash("finish rows[0][1000].name", "rows", line)]),
        ("elements of one line", line, [lash("finish len(rows[0])", "rows", line)]),
        ("the line as a value", line, [lash("finish rows[0] == null or len(to_string(rows[0])) > 0", "rows", line)]),
        ("one key of many", keys, [lash("finish doc[\"key-77777\"]", "doc", keys)]),
        ("number of keys", keys, [lash("finish len(doc)", "doc", keys)]),
        ("a list of the keys", keys, [lash("finish len(keys(doc))", "doc", keys)]),
    ]
    print("| question | file | program | seconds | processor s | MB/s | memory MB | answer |")
    print("|---|---|---|---:|---:|---:|---:|---|")
    for question, path, commands in questions:
        size = os.path.getsize(path) / 1e6
        best = {}
        for _ in range(ROUNDS):
            for name, command in commands:
                if not shutil.which(command[0]):
                    continue
                # A slow program need not be measured often.
                if name in best and best[name][0] > 10:
                    continue
                wall, cpu, memory, output = run(command)
                old = best.get(name, (wall, cpu, memory, output))
                best[name] = (min(wall, old[0]), min(cpu, old[1]), max(memory, old[2]), output)
        for name, (wall, cpu, memory, output) in best.items():
            print(f"| {question} | {size:.0f} MB | {name} | {wall:.3f} | {cpu:.3f} | {size / wall:.0f} | {memory:.0f} | {output[:20]} |", flush=True)


main()
