"""Lets real engines judge programs under the exported grammars, and compares them with the parser.

    python3 Tests/Grammar/engines.py [--binary PATH] [--seed N] [--mutations N] [--samples N] [--lark-every N]

Engines are llguidance and lark, from PyPI, each used if it can be imported; the script says which. Every program of the
case files is judged, and mutations of them: a token left out, doubled, swapped with another. Programs are also written at
random under the GBNF, by a reader of GBNF of its own, and each has to parse. Ends with exit code 1 if there is a
disagreement that none of the exceptions at the head of the grammars explains, or if a written program is none.
"""

import argparse
import collections
import glob
import json
import os
import random
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TOKENS = re.compile(
    r'"""(?:"{0,2}(?:[^"\\]|\\[\s\S]))*"""|"(?:[^"\\]|\\[\s\S])*"|\'(?:[^\'\\]|\\[\s\S])*\'|[A-Za-z_]\w*|[0-9.]+'
    r"|==|!=|<=|>=|&&|\|\||\S"
)
# Words that are variables where nothing follows that gives them their meaning; rules cannot look ahead.
AMBIGUOUS = {
    "start", "sleep", "Type", "wait_signal", "signal_run", "parallel", "let", "while", "break", "continue", "finish",
    "yield", "wake", "fail", "type", "process", "trigger", "fn",
}
UNCOUNTABLE = {"E0108": "nesting", "E0119": "a name twice"}


def programs():
    """The programs of the case files, without what is said of them."""
    for path in sorted(glob.glob(os.path.join(ROOT, "Tests/Conformance/**/*.lash"), recursive=True)):
        with open(path, encoding="utf-8", errors="replace", newline="") as file:
            for part in re.split(r"^---\n", file.read(), flags=re.M):
                text = re.sub(r"[ \t]*//!.*", "", part)
                if 0 < len(text) < 2000 and "\ufffd" not in text:
                    yield text


def mutated(texts, count, seed):
    """Programs with one token changed, the same ones every time."""
    pick = random.Random(seed)
    pool = [text for text in texts if len(text) < 400]
    for _ in range(count):
        tokens = TOKENS.findall(re.sub(r"(#|//).*", "", pick.choice(pool)))
        if len(tokens) < 3:
            continue
        at, other = pick.randrange(len(tokens)), pick.randrange(len(tokens))
        change = pick.randrange(4)
        if change == 0:
            del tokens[at]
        elif change == 1:
            tokens.insert(at, tokens[at])
        elif change == 2:
            tokens[at], tokens[other] = tokens[other], tokens[at]
        else:
            tokens[at] = tokens[other]
        yield " ".join(tokens)


def parses(binary, texts):
    """Whether the parser takes each of the texts. One process judges many."""
    verdicts = []
    with tempfile.TemporaryDirectory() as folder:
        for start in range(0, len(texts), 500):
            names = []
            for number, text in enumerate(texts[start : start + 500]):
                name = os.path.join(folder, f"{number}.lash")
                with open(name, "w", encoding="utf-8", newline="") as file:
                    file.write(text)
                names.append(name)
            run = subprocess.run([binary, "check", "--json", *names], capture_output=True, text=True)
            if run.returncode not in (0, 65):
                sys.exit(f"lashlang check ends with {run.returncode}: {run.stderr[:500]}")
            for file in json.loads(run.stdout)["files"]:
                stages = {found["stage"] for found in file["diagnostics"] if found.get("severity") == "error"}
                verdicts.append("parse" not in stages)
    return verdicts


def llguidance_judge(grammar):
    from llguidance import LLMatcher, LLTokenizer

    tokenizer = LLTokenizer("byte")
    rules = LLMatcher.grammar_from_lark(grammar)
    problem = LLMatcher.validate_grammar(rules)
    if problem:
        sys.exit(f"llguidance refuses the grammar: {problem}")

    # One matcher for all: to make one takes ten times as long as to read a program.
    matcher = LLMatcher(tokenizer, rules)

    def judge(text):
        matcher.reset()
        tokens = tokenizer.tokenize_bytes(text.encode())
        return matcher.try_consume_tokens(tokens) == len(tokens) and matcher.is_accepting()

    return judge


def lark_judge(grammar):
    import lark

    parser = lark.Lark(grammar, parser="earley", lexer="basic")

    def judge(text):
        try:
            parser.parse(text)
            return True
        except lark.exceptions.LarkError:
            return False

    return judge


def rewritten(text):
    """The text without one of the things in which rules are narrower than the parser, in each way, with its name."""
    for word in re.finditer(r"\b[A-Za-z_]+\b", text):
        if word.group() in AMBIGUOUS:
            yield "words as names", text[: word.start()] + "zz_" + text[word.start() :]
    for comma in re.finditer(r",", text):
        yield "a comma at the end", text[: comma.start()] + " " + text[comma.end() :]
    for number in re.finditer(r"\d\.?(?=[eE])", text):
        yield "a number that touches a name", text[: number.end()] + " " + text[number.end() :]
    for quotes in re.finditer(r"(\"\"|'')(?=[\"'])", text):
        yield "quotes", text[: quotes.end()] + " " + text[quotes.end() :]


def uncountable(binary, text):
    """What the parser refuses a text for, where no rules can say that; none if it says anything else."""
    run = subprocess.run([binary, "check", "--json", "-"], input=text, capture_output=True, text=True)
    found = json.loads(run.stdout)["files"][0]["diagnostics"]
    codes = {one["code"] for one in found if one["stage"] == "parse"}
    if codes <= set(UNCOUNTABLE):
        return " and ".join(sorted(UNCOUNTABLE[code] for code in codes))
    # `return` is the variable where there is one of that name.
    renamed = re.sub(r"\breturn(?=\s*[:=])", "zz_return", text)
    return "a variable with the name return" if renamed != text and parses(binary, [renamed])[0] else None


def narrower(binary, text, judge):
    """Which exceptions explain that the rules refuse a program: without them both accept it. None if nothing does."""
    candidates, seen = [((), text)], {text}
    for _ in range(4):
        candidates = [
            (names + (name,), change)
            for names, before in candidates
            for name, change in rewritten(before)
            if change not in seen and not seen.add(change)
        ][:200]
        accepted = [(names, change) for names, change in candidates if judge(change)]
        for (names, _), verdict in zip(accepted, parses(binary, [change for _, change in accepted])):
            if verdict:
                return " and ".join(sorted(set(names)))
    return None


# GBNF


class Sampler:
    """Writes texts at random under a grammar in GBNF."""

    def __init__(self, text):
        self.rules = {}
        for line in text.splitlines():
            if "::=" in line and not line.startswith("#"):
                name, body = line.split("::=", 1)
                self.position, self.text = 0, body.strip()
                self.rules[name.strip()] = self.alternatives()

    def blank(self):
        while self.position < len(self.text) and self.text[self.position] == " ":
            self.position += 1

    def alternatives(self):
        found = [self.sequence()]
        while self.position < len(self.text) and self.text[self.position] == "|":
            self.position += 1
            found.append(self.sequence())
        return ("or", found)

    def sequence(self):
        parts = []
        self.blank()
        while self.position < len(self.text) and self.text[self.position] not in "|)":
            part = self.part()
            while self.position < len(self.text) and self.text[self.position] in "?*+":
                part = (self.text[self.position], part)
                self.position += 1
            parts.append(part)
            self.blank()
        return ("seq", parts)

    def part(self):
        sign = self.text[self.position]
        if sign == "(":
            self.position += 1
            inner = self.alternatives()
            assert self.text[self.position] == ")"
            self.position += 1
            return inner
        if sign in '"[':
            end = self.position + 1
            while self.text[end] != ('"' if sign == '"' else "]"):
                end += 2 if self.text[end] == "\\" else 1
            body = self.text[self.position + 1 : end]
            self.position = end + 1
            if sign == '"':
                return ("text", body.encode().decode("unicode_escape"))
            return ("set", self.letters(body))
        match = re.match(r"[a-z][a-z0-9-]*", self.text[self.position :])
        self.position += match.end()
        return ("rule", match.group())

    @staticmethod
    def letters(body):
        negated = body.startswith("^")
        pattern = re.compile(f"[{body}]")
        # A little of everything.
        pool = "abcxyz_ABC019 .,:+-éß漢" if negated else "".join(map(chr, range(32, 127)))
        return [letter for letter in pool if pattern.match(letter)]

    def sample(self, pick, budget=80):
        out, pending = [], [("rule", "root")]
        while pending:
            kind, body = pending.pop()
            small = len(out) > budget
            if kind == "text":
                out.append(body)
            elif kind == "set":
                out.append(pick.choice(body))
            elif kind == "rule":
                pending.append(self.rules[body])
            elif kind == "seq":
                pending.extend(reversed(body))
            elif kind == "or":
                pending.append(self.shortest(body) if small else pick.choice(body))
            elif kind == "?":
                if not small and pick.random() < 0.5:
                    pending.append(body)
            elif kind in "*+":
                repeats = 0 if small else pick.choice([0, 0, 1, 2])
                pending.extend([body] * (repeats + (kind == "+")))
            if len(out) > 20 * budget:
                return None
        return "".join(out)

    def shortest(self, choices):
        return min(choices, key=self.depth)

    def depth(self, node):
        if not hasattr(self, "depths"):
            self.depths = {name: 10**6 for name in self.rules}
            for _ in range(60):
                for name, rule in self.rules.items():
                    self.depths[name] = min(self.depths[name], 1 + self.measure(rule))
        return self.measure(node)

    def measure(self, node):
        kind, body = node
        if kind == "rule":
            return self.depths[body]
        if kind == "seq":
            return max([0] + [self.measure(part) for part in body])
        if kind == "or":
            return min(self.measure(part) for part in body)
        if kind == "+":
            return self.measure(body)
        return 0


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--binary", default=os.path.join(ROOT, ".build/release/lashlang"))
    options.add_argument("--seed", type=int, default=1, help="of the mutations and of what is written at random")
    options.add_argument("--mutations", type=int, default=10_000)
    options.add_argument("--samples", type=int, default=10_000)
    options.add_argument("--lark-every", type=int, default=4, help="lark is slow: it judges every n-th program")
    arguments = options.parse_args()
    binary = arguments.binary
    export = lambda name: subprocess.run(
        [binary, "grammar", name], capture_output=True, text=True, check=True
    ).stdout
    cases = list(dict.fromkeys(programs()))
    texts = cases + list(mutated(cases, arguments.mutations, arguments.seed))
    verdicts = parses(binary, texts)
    failed = False
    for name, form, make, step in [
        ("llguidance", "lark", llguidance_judge, 1),
        ("lark", "lark-python", lark_judge, arguments.lark_every),
    ]:
        try:
            judge = make(export(form))
        except ImportError:
            print(f"skipped: {name} is not installed")
            continue
        counts, reasons, unexplained = collections.Counter(), collections.Counter(), []
        for text, parser in list(zip(texts, verdicts))[::step]:
            engine = judge(text)
            counts[parser, engine] += 1
            if parser != engine:
                reason = narrower(binary, text, judge) if parser else uncountable(binary, text)
                reasons[reason] += 1
                if reason is None:
                    unexplained.append((parser, text))
        print(
            f"{name}: {sum(counts.values())} programs, both accept {counts[True, True]}, both refuse "
            f"{counts[False, False]}, only the parser accepts {counts[True, False]}, only the rules accept "
            f"{counts[False, True]}; unexplained {len(unexplained)}"
        )
        for reason, count in reasons.most_common():
            print(f"    {count:5} {reason}")
        for parser, text in unexplained[:10]:
            print(f"  {'parser' if parser else 'rules'} only: {text!r}")
        failed = failed or bool(unexplained)
    sampler, pick = Sampler(export("gbnf")), random.Random(arguments.seed)
    written = [text for text in (sampler.sample(pick) for _ in range(arguments.samples)) if text is not None]
    refused = [text for text, parser in zip(written, parses(binary, written)) if not parser]
    reasons = {text: uncountable(binary, text) for text in refused}
    wrong = [text for text, reason in reasons.items() if reason is None]
    print(f"gbnf: {len(written)} programs written at random, {len(written) - len(refused)} parse; unexplained {len(wrong)}")
    for reason, count in collections.Counter(reasons.values()).most_common():
        print(f"    {count:5} {reason}")
    for text in wrong[:5]:
        print(f"  refused: {text!r}")
    sys.exit(1 if failed or wrong else 0)


if __name__ == "__main__":
    main()
