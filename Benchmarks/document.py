"""Writes the JSON document of W7, about 5 MB, always the same bytes: python3 document.py FILE."""

import json
import sys


def entries(size):
    written = 2
    number = 0
    while written < size:
        entry = {
            "id": number,
            "name": f"User number {number}",
            "score": (number * 37 % 1000) / 8,
            "active": number % 3 == 0,
            "tags": ["alpha", "beta", f"t{number % 50}"][: 1 + number % 3],
            "nested": {
                "x": number * 1.5,
                "y": number % 17,
                "note": 'line\n"quoted" café' if number % 20 == 0 else "plain text note",
            },
        }
        text = json.dumps(entry, ensure_ascii=False)
        written += len(text.encode()) + 2
        number += 1
        yield text


def write(path, size=5_000_000):
    with open(path, "w", encoding="utf-8") as file:
        file.write("[" + ", ".join(entries(size)) + "]")


if __name__ == "__main__":
    write(sys.argv[1])
