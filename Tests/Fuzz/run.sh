#!/bin/sh
# Fuzzes for the given number of seconds (default 60): Tests/Fuzz/run.sh 600
# With `check` in place of a number: all seeds, and the same mutations of them every time.
# LASH_FUZZ_ONLY=J takes all inputs for JSON, LASH_FUZZ_ONLY=S for snapshots, and LASH_FUZZ_ONLY=x for programs.
# Inputs that break a promise are kept under Tests/Fuzz/crashes; the exit code is then not zero.
set -eu
seconds=${1:-60}
cd "$(dirname "$0")/../.."
export LASH_CHECKED=1 SWIFT_BACKTRACE=enable=no
export LSAN_OPTIONS="suppressions=$PWD/Tests/LeakSanitizer.supp:print_suppressions=0"
# Swift heeds only the last `-sanitize`, so both stand in one: otherwise the fuzzer sees no coverage.
swift build -c release --sanitize=fuzzer --sanitize=address -Xswiftc -sanitize=fuzzer,address --package-path Tests/Fuzz --scratch-path .build/fuzz
mkdir -p Tests/Fuzz/crashes .build/fuzz-corpus
# Snapshots are of the code at hand, so they are made anew.
rm -rf .build/fuzz-seeds
mkdir .build/fuzz-seeds
LASH_SEEDS=.build/fuzz-seeds ASAN_OPTIONS=detect_leaks=0 .build/fuzz/release/FuzzLashlang -runs=0 2>/dev/null
status=0
corpus=.build/fuzz-corpus
if [ "$seconds" = check ]; then
    seconds=60
    corpus=$(mktemp -d)
    set -- -seed=1 -runs=6000
else
    set --
fi
# -rss_limit_mb: the sanitizer keeps freed memory for a while.
timeout -k 2 $((seconds + 60)) .build/fuzz/release/FuzzLashlang \
    -max_total_time="$seconds" -max_len=4096 -timeout=30 -rss_limit_mb=4096 -print_final_stats=1 "$@" \
    -dict=Tests/Fuzz/lashlang.dict -artifact_prefix=Tests/Fuzz/crashes/ \
    "$corpus" Tests/Fuzz/corpus-seed .build/fuzz-seeds || status=$?
if [ "$status" -ne 0 ]; then
    echo "fuzzing stopped with exit code $status; see Tests/Fuzz/crashes" >&2
fi
exit "$status"
