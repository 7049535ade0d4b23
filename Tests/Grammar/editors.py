"""Tries the grammars for editors in the editors: colours in bat and Vim, the parts of the extension for Visual Studio Code.

    python3 Tests/Grammar/editors.py [--binary PATH]

bat takes grammars in the form of Sublime Text only, so the TextMate grammar is converted first, rule by rule: its regular
expressions are tried as they are. An editor that is not installed is left out, and named. Ends with exit code 1 if a word
has another colour than it should, or a snippet is no program.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

from engines import ROOT, parses

PROGRAM = r'''# a comment with if and "quotes"
fn twice(x: int) -> int { return x * 2 }
total = 0x1F  // the other comment
for item in [1.5, 2e3] { print len("a \"word\" # no comment") }
if not true and item.for == null { finish await tools.read({path: r"C:\new"})? }
text = """two
lines"""
'''

# A line, a text in it, and what it is: the end of its scope in TextMate, its group in Vim.
EXPECTED = [
    (1, "if", "comment", "lashComment"),
    (2, "fn", "keyword.declaration", "lashDeclaration"),
    (2, "int", "support.type", "lashType"),
    (2, "return", "keyword.control", "lashStatement"),
    (3, "0x1F", "constant.numeric", "lashNumber"),
    (3, "other", "comment", "lashComment"),
    (4, "for", "keyword.control", "lashStatement"),
    (4, "1.5", "constant.numeric", "lashNumber"),
    (4, "2e3", "constant.numeric", "lashNumber"),
    (4, "print", "keyword.other", "lashEffect"),
    (4, "len", "support.function", "lashBuiltin"),
    (4, '\\"', "constant.character.escape", "lashEscape"),
    (4, "no comment", "string", "lashString"),
    (5, "not", "keyword.operator.word", "lashOperatorWord"),
    (5, "true", "constant.language", "lashConstant"),
    (5, "for", "variable.other.member", "lashMember"),
    (5, "await", "keyword.other", "lashEffect"),
    (5, "path", "variable.other.key", "lashKey"),
    (5, r"\new", "string", "lashRaw"),
    (7, "lines", "string", "lashString"),
]
# A colour for each kind, so that the colours of bat say what a text is.
KINDS = sorted({kind for _, _, kind, _ in EXPECTED}, key=len)


def sublime(grammar):
    """The TextMate grammar as a syntax of Sublime Text, which is YAML, and so can be JSON."""

    def rule(pattern):
        if "begin" in pattern:
            inside = [{"meta_scope": pattern["name"]}, {"match": pattern["end"], "pop": True}]
            return {"match": pattern["begin"], "push": inside[:1] + list(map(rule, pattern.get("patterns", []))) + inside[1:]}
        result = {"match": pattern["match"]}
        if "name" in pattern:
            result["scope"] = pattern["name"]
        if "captures" in pattern:
            result["captures"] = {int(number): capture["name"] for number, capture in pattern["captures"].items()}
        return result

    def yaml(value, indent=0):
        pad = "  " * indent
        if isinstance(value, list):
            return "".join(
                f"{pad}-\n{yaml(item, indent + 1)}" if isinstance(item, dict) else f"{pad}- {json.dumps(item)}\n"
                for item in value
            )
        lines = ""
        for key, item in value.items():
            if isinstance(item, (list, dict)):
                lines += f"{pad}{key}:\n{yaml(item, indent + 1)}"
            else:
                lines += f"{pad}{key}: {json.dumps(item)}\n"
        return lines

    syntax = {"name": grammar["name"], "file_extensions": grammar["fileTypes"], "scope": grammar["scopeName"]}
    return "%YAML 1.2\n---\n" + yaml({**syntax, "contexts": {"main": list(map(rule, grammar["patterns"]))}})


def theme():
    """A theme in which each kind has a colour of its own."""
    items = "".join(
        f"<dict><key>scope</key><string>{kind}</string><key>settings</key><dict><key>foreground</key>"
        f"<string>#{number + 1:02x}0000</string></dict></dict>"
        for number, kind in enumerate(KINDS)
    )
    plain = "<dict><key>settings</key><dict><key>foreground</key><string>#000000</string></dict></dict>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><dict><key>name</key><string>kinds</string>'
        f"<key>settings</key><array>{plain}{items}</array></dict></plist>"
    )


def bat(folder):
    """What is wrong with the colours in bat; none if it is not installed."""
    command = shutil.which("bat") or shutil.which("batcat")
    if not command:
        return None
    for name in ["syntaxes", "themes"]:
        os.makedirs(os.path.join(folder, name))
    with open(os.path.join(ROOT, "Grammar/vscode/syntaxes/lashlang.tmLanguage.json"), encoding="utf-8") as file:
        syntax = sublime(json.load(file))
    write(os.path.join(folder, "syntaxes/lashlang.sublime-syntax"), syntax)
    write(os.path.join(folder, "themes/kinds.tmTheme"), theme())
    cache = os.path.join(folder, "cache")
    environment = {**os.environ, "BAT_CACHE_PATH": cache, "COLORTERM": "truecolor", "BAT_CONFIG_PATH": "/dev/null"}
    built = subprocess.run(
        [command, "cache", "--build", "--source", folder, "--target", cache],
        capture_output=True, text=True, env=environment,
    )
    shown = subprocess.run(
        [command, "--color=always", "--style=plain", "--paging=never", "--wrap=never", "--theme=kinds", "-l", "lashlang"],
        input=PROGRAM, capture_output=True, text=True, env=environment,
    )
    if built.returncode or shown.returncode:
        return [built.stderr + shown.stderr]
    lines = []
    for line in shown.stdout.splitlines():
        kinds, colour = [], 0
        for part in re.finditer(r"\x1b\[([0-9;]*)m|(.)", line):
            if part.group(2) is not None:
                kinds.append((part.group(2), colour))
            else:
                found = re.search(r"38;2;(\d+);0;0", part.group(1))
                colour = int(found.group(1)) if found else 0
        lines.append(kinds)
    problems = []
    for line, text, kind, _ in EXPECTED:
        letters = "".join(letter for letter, _ in lines[line - 1])
        at = place(letters, text, line)
        found = {colour for _, colour in lines[line - 1][at : at + len(text)]}
        if found != {KINDS.index(kind) + 1}:
            names = [KINDS[colour - 1] if colour else "plain" for colour in found]
            problems.append(f"bat: line {line}, {text!r} is {names} and should be {kind}")
    return problems


def place(letters, text, line):
    """Where a text stands in a line; the `for` of line 5 is the field."""
    return letters.index("." + text) + 1 if (line, text) == (5, "for") else letters.index(text)


def vim(folder):
    """What is wrong with the groups in Vim; none if it is not installed."""
    command = shutil.which("vim")
    if not command:
        return None
    program = os.path.join(folder, "a.lash")
    write(program, PROGRAM)
    lines = PROGRAM.splitlines()
    script = [
        "filetype plugin on", "syntax on", f"edit {program}", "let g:found = [&filetype, &commentstring]",
    ]
    for line, text, _, _ in EXPECTED:
        column = place(lines[line - 1], text, line) + 1
        script.append(f"call add(g:found, synIDattr(synID({line}, {column}, 1), 'name'))")
    result = os.path.join(folder, "found")
    script += [f"call writefile(g:found, '{result}')", "qa!"]
    write(os.path.join(folder, "check.vim"), "\n".join(script) + "\n")
    runtime = os.path.join(ROOT, "Grammar/vim")
    subprocess.run(
        [command, "-u", "NONE", "-i", "NONE", "-n", "-es", "-N", "--cmd", f"set runtimepath^={runtime}",
         "-S", os.path.join(folder, "check.vim")],
        stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
    )
    if not os.path.exists(result):
        return ["vim: the script did not come to its end"]
    with open(result, encoding="utf-8") as file:
        found = file.read().splitlines()
    problems = [] if found[:2] == ["lashlang", "# %s"] else [f"vim: file type and comments are {found[:2]}"]
    for (line, text, _, group), name in zip(EXPECTED, found[2:]):
        if name != group:
            problems.append(f"vim: line {line}, {text!r} is {name or 'plain'} and should be {group}")
    return problems


def extension(binary):
    """What is wrong with the extension: files that are named and missing, snippets that are no programs."""
    folder = os.path.join(ROOT, "Grammar/vscode")

    def load(name):
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            return json.load(file)

    package = load("package.json")
    problems = [f"package.json: no {key}" for key in ["name", "publisher", "version", "engines"] if not package.get(key)]
    parts = package["contributes"]
    named = [one["configuration"] for one in parts["languages"]]
    named += [one["path"] for one in parts["grammars"] + parts["snippets"]]
    problems += [f"package.json: {name} is missing" for name in named if not os.path.exists(os.path.join(folder, name))]
    languages = {one["id"] for one in parts["languages"]}
    used = {one["language"] for one in parts["grammars"] + parts["snippets"]}
    problems += [f"package.json: no language {name}" for name in used - languages]
    scope = load(parts["grammars"][0]["path"])["scopeName"]
    if scope != parts["grammars"][0]["scopeName"]:
        problems.append(f"package.json: the scope of the grammar is {scope}")
    configuration = load(parts["languages"][0]["configuration"])
    for pattern in [*configuration["indentationRules"].values(), configuration["wordPattern"]]:
        re.compile(pattern)
    snippets = load(parts["snippets"][0]["path"])
    texts = [expanded("\n".join(snippet["body"])) for snippet in snippets.values()]
    for name, text, parser in zip(snippets, texts, parses(binary, texts)):
        if not parser:
            problems.append(f"snippets.json: {name} is no program: {text!r}")
    prefixes = [snippet["prefix"] for snippet in snippets.values()]
    problems += [f"snippets.json: {prefix} twice" for prefix in set(prefixes) if prefixes.count(prefix) > 1]
    return problems


def expanded(snippet):
    """A snippet as it stands before anybody typed: defaults in place of tab stops, a name where a value has to follow."""
    text = re.sub(r"\$\{\d+:([^{}]*)\}", r"\1", snippet)
    text = re.sub(r"\$\{\d+\}", "", text)
    text = re.sub(r"(?<=return )\$0|(?<=finish )\$0", "x", text)
    return re.sub(r"\$\d+", "", text)


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--binary", default=os.path.join(ROOT, ".build/release/lashlang"))
    arguments = options.parse_args()
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for name, problems in [
            ("bat", bat(folder)), ("vim", vim(folder)), ("the extension for Visual Studio Code", extension(arguments.binary)),
        ]:
            if problems is None:
                print(f"skipped: {name} is not installed")
                continue
            print(f"{name}: {len(problems)} problems")
            for problem in problems:
                print(f"  {problem}")
            failed = failed or bool(problems)
    if not parses(arguments.binary, [PROGRAM])[0]:
        sys.exit("the program that is coloured is none")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
