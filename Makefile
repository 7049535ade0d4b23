# make run    builds everything and runs an example, on a new machine too
# make test   the same set-up, then all tests
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -ec
.DEFAULT_GOAL := help

RELEASE := .build/release/lashlang
FUZZ_SECONDS ?= 60
# On Linux the release is one static file: it starts as fast as a C program, and runs where no Swift is. Where libedit's
# static library is missing, only the Swift libraries come along. Looked for when it is used: `deps` may install it.
STATIC_LIBEDIT = $(shell ls /usr/lib/*/libedit.a 2>/dev/null | head -n 1)
STATIC_FLAGS = $(if $(STATIC_LIBEDIT),-Xswiftc -static-executable $(addprefix -Xlinker ,-ltinfo -lbsd -lmd),--static-swift-stdlib)
RELEASE_FLAGS = -c release --product lashlang $(if $(filter Linux,$(shell uname)),$(STATIC_FLAGS))
# What the linker says of functions of the C library and of Foundation that nothing here calls.
LINKER_ADVICE := in statically linked applications requires|: warning: the use of .[a-z]*. is dangerous

SOURCES := $(wildcard Sources Tests Package.swift)

.PHONY: help deps run test lint format release conformance examples asan fuzz fuzz-check bench static clean

help:
	@echo "make run          build, and run Examples/board.lash"
	@echo "make test         all tests"
	@echo "make lint         the layout of all Swift files, and the imports of the core"
	@echo "make format       put all Swift files into that layout"
	@echo "make asan         all tests under the address sanitizer"
	@echo "make fuzz         feed the library with broken programs for FUZZ_SECONDS=$(FUZZ_SECONDS)"
	@echo "make fuzz-check   the same with inputs that are the same every time"
	@echo "make bench        compare with other languages"
	@echo "make conformance  the case files, through the command line"
	@echo "make examples     all examples, through the command line"
	@echo "make static       a binary that needs no Swift on the machine"

# Installs libedit's headers where nobody has to be asked; says what to do where that is not possible.
deps:
	@command -v swift >/dev/null || { echo "lashlang needs Swift 6.2 or later: https://swift.org/install" >&2; exit 1; }
	@if [ "$$(uname)" = Darwin ]; then \
		pkg-config --exists libedit 2>/dev/null || [ -e "$$(xcrun --show-sdk-path 2>/dev/null)/usr/include/editline/readline.h" ] \
			|| { command -v brew >/dev/null && brew install libedit pkg-config; } \
			|| { echo "lashlang needs libedit: brew install libedit pkg-config" >&2; exit 1; }; \
	elif ! { command -v pkg-config >/dev/null && pkg-config --exists libedit; }; then \
		sudo=; [ "$$(id -u)" = 0 ] || sudo="sudo -n"; \
		{ command -v apt-get >/dev/null \
			&& $$sudo apt-get update -qq </dev/null \
			&& $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq libedit-dev pkg-config </dev/null >/dev/null; } \
			|| { echo "lashlang needs libedit: sudo apt-get install libedit-dev pkg-config   (Fedora: dnf install libedit-devel)" >&2; exit 1; }; \
	fi

release: deps
	@echo swift build '$(RELEASE_FLAGS)'
	@swift build $(RELEASE_FLAGS) 2>&1 | { grep -vE '$(LINKER_ADVICE)' || true; }

run: release
	$(RELEASE) run Examples/board.lash --bind board=@Examples/board.json

# A run of no tests is no success.
test: deps
	@mkdir -p .build
	swift test --disable-xctest 2>&1 | tee .build/test.log
	@grep -qE 'Test run with [1-9][0-9]* tests.* passed' .build/test.log || { echo "no test ran" >&2; exit 1; }

lint:
	swift format lint --strict -r -p $(SOURCES)
	@if grep -rnE '^ *(@preconcurrency |@_exported )?(public |internal |private |fileprivate )?import (struct |class |func )?(Foundation|FoundationEssentials)\b' Sources; then \
		echo "Foundation makes the binary eight times as large; use the standard library" >&2; exit 1; fi

format:
	swift format -i -r -p $(SOURCES)

conformance: release
	$(RELEASE) test Tests/Conformance

# Runs the command that each example names in its first comment.
examples: release
	@for program in Examples/*.lash; do \
		command=$$(sed -n 's/^# *lashlang //p' $$program | head -n 1); \
		echo "$$ lashlang $$command"; $(RELEASE) $$command; done

# The checked heap gives each object an allocation of its own, so that the sanitizer sees every one.
asan: deps
	@mkdir -p .build
	LASH_CHECKED=1 SWIFT_BACKTRACE=enable=no LSAN_OPTIONS=suppressions=$(CURDIR)/Tests/LeakSanitizer.supp:print_suppressions=0 \
		swift test --disable-xctest --sanitize=address --scratch-path .build/asan 2>&1 \
		| { grep -v 'Cannot export local symbol' || true; } | tee .build/asan.log
	@grep -qE 'Test run with [1-9][0-9]* tests.* passed' .build/asan.log || { echo "no test ran" >&2; exit 1; }

fuzz:
	Tests/Fuzz/run.sh $(FUZZ_SECONDS)

fuzz-check:
	Tests/Fuzz/run.sh check

bench: release
	python3 Benchmarks/run.py

# The same without symbols, to give away.
static: release
	mkdir -p .build/static
	strip -o .build/static/lashlang $(RELEASE)
	@ls -l .build/static/lashlang

clean:
	rm -rf .build Tests/Fuzz/.build
