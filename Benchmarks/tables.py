"""Tables in Markdown of what was measured."""

import math

from workloads import BY_NAME, CORE

CORE_NAMES = [workload.name for workload in CORE]


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def time_table(times, runners, workloads, pick):
    def cell(runner, workload):
        values = times.get((runner.name, workload.name))
        if not values:
            return "–"
        milliseconds = pick(values) / 1e6
        return f"{milliseconds:.1f}" if milliseconds >= 1 else f"{milliseconds:.4f}"

    rows = [[workload.label, *(cell(runner, workload) for runner in runners)] for workload in workloads]
    return table(["ms", *(runner.name for runner in runners)], rows)


def memory_table(peaks, runners, workloads):
    def cell(runner, workload):
        peak = peaks.get((runner.name, workload.name))
        return f"{peak / 1e6:.1f}" if peak else "–"

    rows = [[workload.label, *(cell(runner, workload) for runner in runners)] for workload in workloads]
    return table(["MB", *(runner.name for runner in runners)], rows)


def ratios(times, runners, peer):
    """How many times as long as lashlang a peer takes, by workload: ratios of the minima."""
    ours = runners[0].name
    return {
        name: min(values) / min(times[ours, name])
        for (runner, name), values in times.items()
        if runner == peer and (ours, name) in times
    }


def geometric_mean(values):
    values = list(values)
    return math.exp(sum(map(math.log, values)) / len(values)) if values else None


def means(times, runners):
    """By peer, the geometric means over W1 to W9 and over all workloads; `None` where there is none."""
    found = {}
    for peer in runners[1:]:
        own = ratios(times, runners, peer.name)
        found[peer.name] = (geometric_mean(own[name] for name in CORE_NAMES if name in own), geometric_mean(own.values()))
    return found


def ratio_table(times, runners, workloads):
    own = {peer.name: ratios(times, runners, peer.name) for peer in runners[1:]}

    def text(ratio, mark=""):
        return "–" if ratio is None else f"{mark}{ratio:.2f}{mark}"

    rows = [[workload.label, *(text(own[peer].get(workload.name)) for peer in own)] for workload in workloads]
    both = means(times, runners)
    rows.append(["**geometric mean, W1 to W9**", *(text(both[peer][0], "**") for peer in own)])
    rows.append(["**geometric mean of all**", *(text(both[peer][1], "**") for peer in own)])
    return table(["peer / lashlang", *own], rows)


# What lashlang wants to be: so many times as fast as a peer. The last word says over what.
GOALS = [
    ("Lua 5.4", 1, "least"),
    ("Lua 5.4", 2, "mean"),
    ("CPython", 3.5, "mean"),
    ("QuickJS", 4, "mean"),
    ("monty", 15, "mean"),
    ("node --jitless", 2, "mean"),
    ("LuaJIT -joff", 1, "mean"),
    ("orjson", 1, "parse"),
    ("node", 3, "parse"),
    ("orjson", 1 / 1.3, "print"),
]


def is_named(peer, name):
    """Names may have a version behind them."""
    return peer == name or peer.rpartition(" ")[0] == name and name == "CPython"


def goal_table(times, runners):
    rows = []
    for name, goal, kind in GOALS:
        peer = next((runner.name for runner in runners[1:] if is_named(runner.name, name)), None)
        found = ratios(times, runners, peer)
        core = {workload: found[workload] for workload in CORE_NAMES if workload in found}
        remark = ""
        if kind == "mean":
            what, value = f"{name}: geometric mean, W1 to W9", geometric_mean(core.values())
        elif kind == "least":
            least = min(core, key=core.get, default=None)
            what, value = f"{name}: every workload of W1 to W9", core.get(least)
            remark = f" ({least.upper()})" if least else ""
        else:
            what, value = f"{name}: {kind}, {BY_NAME[kind].title}", found.get(kind)
        measured, met = ("–", "not measured") if value is None else (f"{value:.2f}{remark}", "yes" if value >= goal else "no")
        rows.append([what, f"{goal:.2f}", measured, met])
    return table(["goal: lashlang is as fast as the peer, times", "wanted", "measured", "met"], rows)
