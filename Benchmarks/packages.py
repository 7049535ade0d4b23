"""The measurements that are Swift packages of their own."""

import os
import subprocess
import sys

from workloads import HERE, ROOT

# As `make release` builds: what the standard library does often is not called through a table then, and the interpreter's
# dispatch lies in one cache line.
FLAGS = ["-Xswiftc", "-Xllvm", "-Xswiftc", "-align-all-functions=6"]
if sys.platform == "linux":
    FLAGS.append("--static-swift-stdlib")
# What each of them measures is said in README.md.
PACKAGES = ["TinyPrograms", "HostCalls", "Bindings", "Snapshots", "Turns", "StoredTurns"]


def report(names=PACKAGES):
    """Builds and runs them. Each prints Markdown."""
    parts = []
    for name in names:
        print(f"package {name}", file=sys.stderr)
        where = ["-c", "release", "--package-path", os.path.join(HERE, name), "--scratch-path", os.path.join(ROOT, ".build/bench")]
        subprocess.run(["swift", "build", *where, *FLAGS], stdout=sys.stderr, check=True)
        done = subprocess.run(["swift", "run", "--skip-build", *where, *FLAGS, name], stdout=subprocess.PIPE, text=True, check=True)
        parts.append(f"## {name}\n\n{done.stdout.strip()}")
    return parts
