#!/bin/sh
# Fuzzes for the given number of seconds (default 60): Tests/Fuzz/run.sh 600
# Inputs that break a promise are kept under Tests/Fuzz/crashes; the exit code is then not zero.
set -eu
seconds=${1:-60}
cd "$(dirname "$0")/../.."
export LASH_CHECKED=1 SWIFT_BACKTRACE=enable=no
# Swift heeds only the last `-sanitize`, so both stand in one: otherwise the fuzzer sees no coverage.
swift build -c release --sanitize=fuzzer --sanitize=address -Xswiftc -sanitize=fuzzer,address --package-path Tests/Fuzz --scratch-path .build/fuzz
mkdir -p Tests/Fuzz/crashes .build/fuzz-corpus
status=0
# -rss_limit_mb: the sanitizer keeps freed memory for a while.
timeout -k 2 $((seconds + 60)) .build/fuzz/release/FuzzLashlang \
    -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=4096 -print_final_stats=1 \
    -dict=Tests/Fuzz/lashlang.dict -artifact_prefix=Tests/Fuzz/crashes/ \
    .build/fuzz-corpus Tests/Fuzz/corpus-seed || status=$?
if [ "$status" -ne 0 ]; then
    echo "fuzzing stopped with exit code $status; see Tests/Fuzz/crashes" >&2
fi
exit "$status"
