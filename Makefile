# make run    builds everything and runs an example, on a new machine too
# make test   the same set-up, then all tests
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -ec
.DEFAULT_GOAL := help

RELEASE := .build/release/lashlang
# Where `install` puts things: below PREFIX, and that below DESTDIR, for those who make packages.
PREFIX ?= /usr/local
TARGET = $(DESTDIR)$(PREFIX)
FUZZ_SECONDS ?= 60
# On Linux the release is one static file: it starts as fast as a C program, and runs where no Swift is. Where libedit's
# static library is missing, only the Swift libraries come along. Looked for when it is used: `deps` may install it.
STATIC_LIBEDIT = $(shell ls /usr/lib/*/libedit.a 2>/dev/null | head -n 1)
STATIC_FLAGS = $(if $(STATIC_LIBEDIT),-Xswiftc -static-executable $(addprefix -Xlinker ,-ltinfo -lbsd -lmd),--static-swift-stdlib)
# The interpreter dispatches all instructions in one place of twenty bytes. Where that lies across two cache lines of the
# processor, loops over numbers take up to three quarters more. Functions that begin with a cache line give it the same
# place in every build: now 16 bytes behind the beginning of a line.
ALIGNMENT := -Xswiftc -Xllvm -Xswiftc -align-all-functions=6
RELEASE_FLAGS = -c release --product lashlang $(ALIGNMENT) $(if $(filter Linux,$(shell uname)),$(STATIC_FLAGS))
# What the linker says of functions of the C library and of Foundation that nothing here calls.
LINKER_ADVICE := in statically linked applications requires|: warning: the use of .[a-z]*. is dangerous

SOURCES := $(wildcard Sources Tests Package.swift)

.PHONY: help swift deps run test lint format release conformance examples asan soak crash fuzz fuzz-check bench bench-all bench-peers \
	instructions static share install uninstall clean grammar grammar-check grammar-llama editors

help:
	@echo "make run          build, and run Examples/board.lash"
	@echo "make test         all tests"
	@echo "make lint         the layout of all Swift files, and the imports of the core"
	@echo "make format       put all Swift files into that layout"
	@echo "make asan         the same under the address sanitizer, but for the network and the database"
	@echo "make fuzz         feed the library with broken programs for FUZZ_SECONDS=$(FUZZ_SECONDS)"
	@echo "make fuzz-check   the same with inputs that are the same every time"
	@echo "make soak         200 sessions of 50 turns, whose model and store fail now and then"
	@echo "make crash        kill a run at 300 moments, and look whether anything is lost"
	@echo "make bench        compare with other languages; bench-peers installs them; bench-all measures everything"
	@echo "make instructions hold the instructions that workloads need to their budgets; UPDATE=1 writes those"
	@echo "make conformance  the case files, through the command line"
	@echo "make examples     all examples, through the command line"
	@echo "make grammar      write the grammars for people, engines and editors; grammar-check and grammar-llama try them with real engines"
	@echo "make editors      the grammars for editors, in the editors"
	@echo "make static       a binary that needs no Swift on the machine"
	@echo "make install      the command, its manual pages and shell completions, below PREFIX=$(PREFIX)"
	@echo "make uninstall    take them away again"

swift:
	@command -v swift >/dev/null || { echo "Swift is missing: lashlang is built with Swift 6.2 or later." >&2; \
		echo "Install it as https://swift.org/install says, and run make again." >&2; exit 1; }

# Installs the headers of libedit and SQLite where nobody has to be asked; says what to do where that is not possible.
deps: swift
	@if [ "$$(uname)" = Darwin ]; then \
		pkg-config --exists libedit 2>/dev/null || [ -e "$$(xcrun --show-sdk-path 2>/dev/null)/usr/include/editline/readline.h" ] \
			|| { command -v brew >/dev/null && brew install libedit pkg-config; } \
			|| { echo "lashlang needs libedit: brew install libedit pkg-config" >&2; exit 1; }; \
	elif ! { command -v pkg-config >/dev/null && pkg-config --exists libedit sqlite3; }; then \
		sudo=; [ "$$(id -u)" = 0 ] || sudo="sudo -n"; \
		{ command -v apt-get >/dev/null \
			&& $$sudo apt-get update -qq </dev/null \
			&& $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq libedit-dev libsqlite3-dev pkg-config </dev/null >/dev/null; } \
			|| { echo "libedit and SQLite are needed: sudo apt-get install libedit-dev libsqlite3-dev pkg-config   (Fedora: dnf install libedit-devel sqlite-devel)" >&2; exit 1; }; \
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

lint: swift
	swift format lint --strict -r -p $(SOURCES)
	@if grep -rnE '^ *(@preconcurrency |@_exported )?(public |internal |private |fileprivate )?import (struct |class |func )?(Foundation|FoundationEssentials)\b' Sources; then \
		echo "Foundation makes the binary eight times as large; use the standard library" >&2; exit 1; fi

format: swift
	swift format -i -r -p $(SOURCES)

conformance: release
	$(RELEASE) test Tests/Conformance

# Writes what is made of the grammar.
grammar: release
	$(RELEASE) grammar ebnf > Grammar/lashlang.ebnf
	$(RELEASE) grammar gbnf > Grammar/lashlang.gbnf
	$(RELEASE) grammar lark > Grammar/lashlang.lark
	$(RELEASE) grammar lark-python > Grammar/lashlang-python.lark
	$(RELEASE) grammar vim > Grammar/vim/syntax/lashlang.vim
	$(RELEASE) grammar textmate > Grammar/vscode/syntaxes/lashlang.tmLanguage.json

# Real engines judge programs under the grammars; without them, only what is written at random is tried.
grammar-check: release
	@command -v python3 >/dev/null || { echo "skipped: no engines can be installed, Python is missing"; exit 0; }; \
	python=.build/venv/bin/python; \
	{ [ -x $$python ] || python3 -m venv .build/venv; } >/dev/null 2>&1 \
		&& $$python -m pip install -q --disable-pip-version-check --timeout 20 --retries 1 lark llguidance </dev/null \
		|| { echo "skipped: no engines can be installed"; [ -x $$python ] || python=python3; }; \
	$$python Tests/Grammar/engines.py $(GRAMMAR_CHECK)

# llama.cpp writes programs under the grammar. It is built for that, which takes minutes and a compiler for C++.
grammar-llama: release
	@[ -x .build/venv/bin/python ] || python3 -m venv .build/venv
	@.build/venv/bin/python -m pip install -q --disable-pip-version-check llama-cpp-python gguf </dev/null
	.build/venv/bin/python Tests/Grammar/llama.py $(GRAMMAR_CHECK)

# The grammars for editors in the editors that are installed.
editors: release
	python3 Tests/Grammar/editors.py

# Runs the command that each example names in its first comment.
examples: release
	@for program in Examples/*.lash; do \
		command=$$(sed -n 's/^# *lashlang //p' $$program | head -n 1); \
		echo "$$ lashlang $$command"; $(RELEASE) $$command; done

# The checked heap gives each object an allocation of its own, so that the sanitizer sees every one. Optimised, with the
# assertions on: it is the code that people get, and the tests take a sixth of the time.
CHECKED_FLAGS := -c release -Xswiftc -enable-testing -Xswiftc -assert-config -Xswiftc Debug

asan: deps
	@mkdir -p .build
	LASH_CHECKED=1 SWIFT_BACKTRACE=enable=no LSAN_OPTIONS=suppressions=$(CURDIR)/Tests/LeakSanitizer.supp:print_suppressions=0 \
		swift test --disable-xctest $(CHECKED_FLAGS) --sanitize=address --scratch-path .build/asan 2>&1 \
		| { grep -v 'Cannot export local symbol' || true; } | tee .build/asan.log
	@grep -qE 'Test run with [1-9][0-9]* tests.* passed' .build/asan.log || { echo "no test ran" >&2; exit 1; }

# Both have a small version among the tests.
soak: deps
	LASH_SOAK=1 swift test --disable-xctest --filter SoakTests

crash: deps
	LASH_CRASHES=300 swift test --disable-xctest --filter CrashTests

fuzz:
	Tests/Fuzz/run.sh $(FUZZ_SECONDS)

fuzz-check:
	Tests/Fuzz/run.sh check

# What others there are to compare with, as far as this machine can get them.
bench-peers:
	@sudo=; [ "$$(id -u)" = 0 ] || sudo="sudo -n"; \
	for package in lua5.4 luajit nodejs jq ripgrep time; do \
		dpkg -s $$package >/dev/null 2>&1 || $$sudo apt-get install -y -qq $$package </dev/null >/dev/null 2>&1 \
			|| echo "cannot install $$package"; done
	@[ -x .build/bench-venv/bin/python ] || python3 -m venv .build/bench-venv
	@for package in orjson pydantic-monty quickjs starlark-pyo3; do \
		.build/bench-venv/bin/pip install -q --disable-pip-version-check $$package </dev/null || echo "cannot install $$package"; done

bench: release
	python3 Benchmarks/run.py --skip-build

# Everything there is to measure, into the files of the repository.
bench-all: release
	python3 Benchmarks/run.py --skip-build --rounds 9 --long --packages --markdown Benchmarks/results.md --plots Benchmarks/plots

# UPDATE=1 writes the budgets.
instructions: release
	@sudo=; [ "$$(id -u)" = 0 ] || sudo="sudo -n"; \
	command -v valgrind >/dev/null || { command -v apt-get >/dev/null && $$sudo apt-get update -qq </dev/null >/dev/null 2>&1 \
		&& $$sudo apt-get install -y -qq valgrind </dev/null >/dev/null 2>&1; } || { echo "skipped: no valgrind"; exit 0; }; \
	python3 Benchmarks/instructions.py $(RELEASE) $(if $(UPDATE),--update)

# The same without symbols, to give away.
static: release
	mkdir -p .build/static
	strip -o .build/static/lashlang $(RELEASE)
	@ls -l .build/static/lashlang

# Manual pages and completions, made from what the command says of itself.
# `sudo make install` often finds no Swift: what was built before is installed then.
share: $(if $(and $(wildcard $(RELEASE)),$(if $(shell command -v swift),,missing)),,release)
	@rm -rf .build/share && mkdir -p .build/share/man
	@$(RELEASE) --experimental-dump-help >.build/share/help.json
	@for name in "" $$($(RELEASE) -e 'finish join([c.commandName for c in help.command.subcommands], " ")' \
			--bind help=@.build/share/help.json); do \
		[ "$$name" = help ] || $(RELEASE) run Examples/Manual/manual.lash --bind help=@.build/share/help.json \
			--bind-text name="$$name" >.build/share/man/lashlang$${name:+-$$name}.1; done
	@for shell in bash zsh fish; do \
		$(RELEASE) --generate-completion-script $$shell >.build/share/completion.$$shell; done

install: share
	@install -d "$(TARGET)/bin" "$(TARGET)/share/man/man1" "$(TARGET)/share/bash-completion/completions" \
		"$(TARGET)/share/zsh/site-functions" "$(TARGET)/share/fish/vendor_completions.d"
	install -s -m 755 $(RELEASE) "$(TARGET)/bin/lashlang"
	install -m 644 .build/share/man/*.1 "$(TARGET)/share/man/man1"
	install -m 644 .build/share/completion.bash "$(TARGET)/share/bash-completion/completions/lashlang"
	install -m 644 .build/share/completion.zsh "$(TARGET)/share/zsh/site-functions/_lashlang"
	install -m 644 .build/share/completion.fish "$(TARGET)/share/fish/vendor_completions.d/lashlang.fish"

uninstall:
	rm -f "$(TARGET)/bin/lashlang" "$(TARGET)/share/man/man1/lashlang.1" "$(TARGET)"/share/man/man1/lashlang-*.1 \
		"$(TARGET)/share/bash-completion/completions/lashlang" "$(TARGET)/share/zsh/site-functions/_lashlang" \
		"$(TARGET)/share/fish/vendor_completions.d/lashlang.fish"

clean:
	rm -rf .build Tests/Fuzz/.build
