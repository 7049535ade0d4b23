"""The workloads of Programs/ for CPython: python3 w.py NAME [DOCUMENT] prints nanoseconds and result as JSON.

With orjson, `ORJSON=1 python3 w.py parse DOCUMENT` uses that.
"""

import json
import os
import sys
import time


def w1():
    total = 0
    for _ in range(10):
        for i in range(1000000):
            total += i * 2 % 7
    return total


def w2():
    steps = 0
    for i in range(1, 30000):
        m = i
        while m != 1:
            if m % 2 == 0:
                m //= 2
            else:
                m = m * 3 + 1
            steps += 1
    return steps


def w3():
    limit = 1000000
    prime = []
    for _ in range(limit):
        prime.append(True)
    i = 2
    count = 0
    while i < limit:
        if prime[i]:
            count += 1
            j = i * i
            while j < limit:
                prime[j] = False
                j += i
        i += 1
    return count


def w4():
    items = []
    for i in range(1000000):
        items.append("item{}".format(i))
    line = ",".join(items)
    parts = line.split(",")
    return len("; ".join(parts))


def w5():
    names = []
    counts = {}
    for i in range(100):
        names.append("key{}".format(i))
        counts[names[i]] = 0
    for i in range(1000000):
        counts[names[i % 100]] += 1
    return counts[names[7]]


def w6():
    records = []
    for i in range(200000):
        records.append({"id": i, "group": i % 10, "score": i * 3 % 101, "name": "nm"})
    chosen = [record for record in records if record["score"] > 50]
    total = 0
    for record in chosen:
        total += record["score"]
    return total


def w7(document):
    total = 0
    for entry in json.loads(document):
        total += entry["score"]
        total += len(entry["tags"])
        total += entry["nested"]["y"]
    return total


def w8():
    n = 120
    a = [[(i * 3 + j) % 11 for j in range(n)] for i in range(n)]
    b = [[(i * 5 + j) % 11 for j in range(n)] for i in range(n)]
    c = [[0 for _ in range(n)] for _ in range(n)]
    for i in range(n):
        for j in range(n):
            z = 0
            for k in range(n):
                z += a[i][k] * b[k][j]
            c[i][j] = z
    return c[n - 1][n - 1]


def w9a():
    base = list(range(1000))
    total = 0
    for i in range(20000):
        copy = base[:]
        copy[i % 1000] = 1
        total += copy[5]
    return total


def w9b():
    base = list(range(1000))
    total = 0
    for _ in range(2):
        for i in range(1000000):
            base[i % 1000] = i
            total += base[5]
    return total


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def w10():
    return fib(27)


def numbers(count):
    seed = 1
    for _ in range(count):
        seed = seed * 16807 % 2147483647
        yield seed


def w11a():
    xs = list(numbers(1000000))
    total = 0
    for i in range(5):
        ys = sorted(xs)
        total += ys[i * 1000]
    return total


def w11b():
    xs = ["key " + str(number) for number in numbers(1000000)]
    total = 0
    for i in range(3):
        ys = sorted(xs)
        total += len(ys[i * 1000])
    return total


def w12():
    rows = [{"group": number % 1000, "value": i} for i, number in enumerate(numbers(100000))]
    groups = []
    last = None
    for row in sorted(rows, key=lambda row: row["group"]):
        if row["group"] != last:
            last = row["group"]
            groups.append({"group": last, "total": 0})
        groups[-1]["total"] += row["value"]
    return sorted(groups, key=lambda group: group["total"], reverse=True)[0]["total"] + len(groups)


def w13():
    names = ["key{}".format(i) for i in range(1000000)]
    places = {}
    for i in range(1000000):
        places[names[i]] = i
    total = 0
    for i in range(1000000):
        total += places[names[i * 7919 % 1000000]]
    return total + len(places)


def w14():
    a = {"b": {"c": {"d": [{"e": i} for i in range(100)]}}}
    for i in range(1000000):
        a["b"]["c"]["d"][i % 100]["e"] = a["b"]["c"]["d"][(i + 1) % 100]["e"] + 1
    return a["b"]["c"]["d"][7]["e"]


def w15():
    total = 0
    for i in range(500000):
        total += len("order {}: {} of {}".format(i, i % 7, "paper"))
    return total


def w16():
    line = "17,paper,white,A4,500,3.99,Ulm,open"
    total = 0
    for i in range(200000):
        fields = line.split(",")
        fields[0] = "18"
        total += len("; ".join(fields))
    return total


def w17():
    rows = []
    seed = 1
    for i in range(300000):
        seed = seed * 16807 % 2147483647
        rows.append({"city": "city {}".format(seed % 1000), "value": i})
    groups = {}
    for row in rows:
        if row["city"] not in groups:
            groups[row["city"]] = {"count": 0, "total": 0}
        group = groups[row["city"]]
        group["count"] += 1
        group["total"] += row["value"]
    return groups["city 7"]["total"] + groups["city 8"]["count"] + len(groups)


def find(document):
    count = 0
    at = document.find("ERROR")
    while at != -1:
        count += 1
        last = at
        at = document.find("ERROR", at + 5)
    return count + last


def lines(document):
    lines = document.split("\n")
    count = 0
    for line in lines:
        if "ERROR" in line:
            count += 1
    return len(lines) + count


def replace(document):
    return len(document.replace("INFO", "information"))


def slice(document):
    total = 0
    for i in range(100000):
        part = document[i * 900 : i * 900 + 20]
        if part.startswith("2"):
            total += len(part)
    return total


def write(value):
    """`json.dumps` as the others write: without spaces, and with letters as they are."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def tiny(source):
    """The least time of a compilation and a run, of many."""
    least, turns = None, 2000
    for _ in range(turns):
        variables = {}
        start = time.perf_counter_ns()
        exec(compile(source, "tiny", "exec"), variables)
        taken = time.perf_counter_ns() - start
        least = taken if least is None else min(least, taken)
    return least, variables["result"]


def main():
    name = sys.argv[1]
    loads, dumps = json.loads, write
    if os.environ.get("ORJSON"):
        import orjson

        loads, dumps = orjson.loads, orjson.dumps
    arguments = []
    if len(sys.argv) > 2:
        with open(sys.argv[2], encoding="utf-8") as file:
            arguments.append(file.read())
    if name == "tiny":
        nanoseconds, result = tiny(*arguments)
    elif name == "print":
        value = loads(*arguments)
        start = time.perf_counter_ns()
        result = dumps(value)
        nanoseconds = time.perf_counter_ns() - start
        result = len(result.decode() if isinstance(result, bytes) else result)
    else:
        work = (lambda document: len(loads(document))) if name == "parse" else globals()[name]
        start = time.perf_counter_ns()
        result = work(*arguments)
        nanoseconds = time.perf_counter_ns() - start
    print(json.dumps({"ns": nanoseconds, "result": result}))


if __name__ == "__main__":
    main()
