"""What is measured: the workloads, the files that they read, and how they are cut down where each instruction is counted."""

import dataclasses
import os

import document

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
FOLDER = os.path.join(ROOT, ".build/benchmark-data")

# Kind and bytes.
FILES = {
    "json-5": (document.write_json, 5_000_000),
    "json-100": (document.write_json, 100_000_000),
    "log-100": (document.write_log, 100_000_000),
    "json-small": (document.write_json, 200_000),
    "log-small": (document.write_log, 1_000_000),
}


@dataclasses.dataclass(frozen=True)
class Workload:
    """A program that exists in every language."""

    name: str
    title: str
    # The file that it gets as a text, or as a value to print.
    file: str = ""
    # What the functions and programs are called, where two workloads share them.
    program: str = ""
    # Whether it takes so long, or so much memory, that it is measured only when that is asked for.
    long: bool = False
    # What is replaced in the program, and by what, to get a smaller one.
    smaller: tuple = ()

    @property
    def function(self):
        return self.program or self.name

    @property
    def label(self):
        return f"{self.name.upper() if self.name[0] == 'w' else self.name} {self.title}"

    @property
    def source(self):
        return os.path.join(HERE, "Programs", self.function + ".lash")

    @property
    def small_file(self):
        return self.file and self.file.split("-")[0] + "-small"


ALL = [
    Workload("w1", "sum loop, 10^7", smaller=(("1000000", "100000"),)),
    Workload("w2", "Collatz, n < 30,000", smaller=(("30000", "2000"),)),
    Workload("w3", "sieve, 10^6", smaller=(("1000000", "100000"),)),
    Workload("w4", "format, join, split 10^6", smaller=(("1000000", "50000"),)),
    Workload("w5", "histogram, 10^6 over 100 keys", smaller=(("1000000", "100000"),)),
    Workload("w6", "200,000 records, filter, sum", smaller=(("200000", "20000"),)),
    Workload("w7", "5 MB of JSON, parse and visit", file="json-5"),
    Workload("w8", "matrix product, 120^3", smaller=(("n = 120", "n = 50"),)),
    Workload("w9a", "20,000 copies of 1,000 elements", smaller=(("20000", "5000"),)),
    Workload("w9b", "2 * 10^6 assignments in place", smaller=(("1000000", "100000"),)),
    Workload("w10", "fib(27)", smaller=(("fib(27)", "fib(18)"),)),
    Workload("w11a", "sort 10^6 numbers, 5 times", smaller=(("1000000", "20000"),)),
    Workload("w11b", "sort 10^6 texts, 3 times", smaller=(("1000000", "10000"),)),
    Workload("w12", "10^5 records, sort_by and group", smaller=(("100000", "10000"),)),
    Workload("w13", "a record of 10^6 keys", smaller=(("1000000", "20000"),)),
    Workload("w14", "10^6 updates of a.b.c.d[i].e", smaller=(("1000000", "50000"),)),
    Workload("w15", "500,000 lines formatted", smaller=(("500000", "20000"),)),
    Workload("w16", "200,000 lines split and joined", smaller=(("200000", "10000"),)),
    Workload("w17", "300,000 records grouped by text", smaller=(("300000", "20000"),)),
    Workload("parse", "5 MB of JSON", file="json-5"),
    Workload("print", "5 MB of JSON", file="json-5"),
    Workload("tiny", "10 statements, compiled and run"),
    Workload("parse100", "100 MB of JSON", file="json-100", program="parse", long=True),
    Workload("print100", "100 MB of JSON", file="json-100", program="print", long=True),
    Workload("find", "a word in 100 MB of text", file="log-100", long=True),
    Workload("lines", "of 100 MB, split and searched", file="log-100", long=True),
    Workload("replace", "a word of all lines of 100 MB", file="log-100", long=True),
    Workload("slice", "10^5 parts of 100 MB of text", file="log-100", long=True, smaller=(("100000", "1000"),)),
]
BY_NAME = {workload.name: workload for workload in ALL}
# What the goals are about.
CORE = [w for w in ALL if w.name in ("w1", "w2", "w3", "w4", "w5", "w6", "w7", "w8", "w9a", "w9b")]
JSON = {w.name for w in ALL if w.file.startswith("json")}


def path_of(file):
    """Where a file of the workloads is; it is written when it is missing. Beside it lies a `.json` of the same bytes."""
    path = os.path.join(FOLDER, file + ".txt")
    if not os.path.exists(path):
        os.makedirs(FOLDER, exist_ok=True)
        write, size = FILES[file]
        write(path + ".new", size)
        os.replace(path + ".new", path)
    if not os.path.exists(path[:-4] + ".json"):
        os.symlink(os.path.basename(path), path[:-4] + ".json")
    return path


def bindings(workload, small=False):
    """The options of the command line that give a workload its file."""
    file = workload.small_file if small else workload.file
    if not file:
        return []
    path = path_of(file)
    return ["--bind", f"document=@{path[:-4] + '.json' if workload.function == 'print' else path}"]
