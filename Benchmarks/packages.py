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


def run(name, *arguments):
    """Builds and runs one of them. It prints Markdown, which is returned."""
    print(f"package {name}", file=sys.stderr)
    built = os.path.join(ROOT, ".build/bench")
    # What is kept of the last plan would be that of another package, or lack new files.
    command = ["swift", "build", "-c", "release", "--disable-build-manifest-caching", "--scratch-path", built]
    subprocess.run([*command, "--package-path", os.path.join(HERE, name), *FLAGS], stdout=sys.stderr, check=True)
    command = [os.path.join(built, "release", name), *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()


def report():
    """What all of them print."""
    return [f"## {name}\n\n{run(name)}" for name in PACKAGES]


def main():
    if sys.argv[1:] and sys.argv[1] not in PACKAGES:
        sys.exit(f"usage: packages.py [NAME [ARGUMENT...]]; there are {', '.join(PACKAGES)}")
    print(run(*sys.argv[1:]) if sys.argv[1:] else "\n\n".join(report()))


if __name__ == "__main__":
    main()
