"""Writes the files that workloads read, always the same bytes: python3 document.py json|log BYTES FILE."""

import json
import sys


def entries(size):
    """JSON texts of objects, of so many bytes together."""
    written = 2
    number = 0
    while written < size:
        entry = {
            "id": number,
            "name": f"User number {number}",
            "score": whole(number * 37 % 1000 / 8),
            "active": number % 3 == 0,
            "tags": ["alpha", "beta", f"t{number % 50}"][: 1 + number % 3],
            "nested": {
                "x": whole(number * 1.5),
                "y": number % 17,
                "note": 'line\n"quoted" café' if number % 20 == 0 else "plain text note",
            },
        }
        text = json.dumps(entry, ensure_ascii=False)
        written += len(text.encode()) + 2
        number += 1
        yield text


def whole(number):
    """A number that all languages print alike."""
    return int(number) if number.is_integer() else number


def write_json(path, size):
    with open(path, "w", encoding="utf-8") as file:
        file.write("[" + ", ".join(entries(size)) + "]")


def write_log(path, size):
    """Lines of a log, each hundredth of which is an error. All letters are ASCII, so that places are the same in bytes."""
    written = 0
    number = 0
    with open(path, "w", encoding="utf-8") as file:
        while written < size:
            level = "ERROR" if number % 100 == 7 else "INFO"
            line = f"2026-01-17 12:{number // 60 % 60:02}:{number % 60:02} {level} request {number} took {number % 97} ms\n"
            file.write(line)
            written += len(line)
            number += 1


if __name__ == "__main__":
    {"json": write_json, "log": write_log}[sys.argv[1]](sys.argv[3], int(sys.argv[2]))
