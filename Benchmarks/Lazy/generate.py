#!/usr/bin/env python3
"""Writes the files that compare.py asks questions of. The same sizes give the same bytes every time.

usage: generate.py FOLDER [MEGABYTES]      1000 by default; the JSON document takes half of it

Two files are as bad as files get: line.jsonl is a list in one line, of the same size, and keys.json an object with ten
thousand keys for each megabyte.
"""
import json
import os
import random
import sys

WORDS = ("the quick brown fox jumps over a lazy dog while seven wizards quietly mix dozens of jugs with liquid from "
         "old barrels and no one in town knows what they plan to do after sunset on the northern hill").split()
CITIES = ["Lisbon", "Kraków", "Osaka", "Quito", "Nairobi", "Bergen", "Perth", "São Paulo"]


def sentences(random, count):
    return [" ".join(random.choices(WORDS, k=random.randint(6, 18))) for _ in range(count)]


def row(random, number, texts):
    return {
        "id": number,
        "name": f"user-{number}",
        "email": f"user{number}@example.org",
        "active": number % 3 != 0,
        "score": round(random.random() * 1000, 2),
        "tags": random.sample(WORDS, 3),
        "address": {"city": random.choice(CITIES), "zip": f"{number % 90000 + 10000}"},
        "note": random.choice(texts),
    }


def fill(path, size, piece):
    """Appends pieces until the file has the size; a piece is made of its number."""
    number = 0
    with open(path, "wb", buffering=1 << 20) as file:
        while file.tell() < size:
            file.write(piece(number))
            number += 1


def main():
    folder = sys.argv[1]
    size = int(sys.argv[2] if len(sys.argv) > 2 else 1000) * 1_000_000
    os.makedirs(folder, exist_ok=True)
    source = random.Random(7)
    texts = sentences(source, 4000)
    dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

    def lines(number):
        return "".join(dump(row(source, number * 500 + i, texts)) + "\n" for i in range(500)).encode()

    fill(f"{folder}/rows.jsonl", size, lines)

    def prose(number):
        picked = source.choices(texts, k=2000)
        if number % 8 == 5:
            picked[77] += " and finds the needle in the hay"
        return ("\n".join(picked) + "\n").encode()

    fill(f"{folder}/prose.txt", size, prose)
    # What is looked for last stands nowhere else.
    with open(f"{folder}/prose.txt", "ab") as file:
        file.write("and at the very end: eureka\n".encode())

    with open(f"{folder}/shop.json", "wb", buffering=1 << 20) as file:
        file.write(b'{"version": 3, "regions": [')
        number = 0
        for region in range(10):
            file.write(b"," if region else b"")
            file.write(f'{{"name": "region {region}", "stores": {{'.encode())
            end = size // 2 * (region + 1) // 10
            store = 0
            while file.tell() < end:
                items = ",\n".join(dump(row(source, number + i, texts)) for i in range(500))
                number += 500
                head = "," if store else ""
                file.write(f'{head}\n"store-{store}": {{"open": true, "items": [{items}]}}'.encode())
                store += 1
            file.write(b"}}")
        file.write(b'], "closing": {"count": %d}}\n' % number)

    with open(f"{folder}/line.jsonl", "wb", buffering=1 << 20) as file:
        file.write(b"[")
        number = 0
        while file.tell() < size:
            items = ",".join(dump(row(source, number + i, texts)) for i in range(500))
            file.write((("," if number else "") + items).encode())
            number += 500
        file.write(b"]\n")

    with open(f"{folder}/keys.json", "wb", buffering=1 << 20) as file:
        count = size // 100
        for start in range(0, count, 1000):
            file.write(b"," if start else b"{")
            file.write(",".join(f'"key-{i}": {i}' for i in range(start, min(start + 1000, count))).encode())
        file.write(b"}\n")


main()
