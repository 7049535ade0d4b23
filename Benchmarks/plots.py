"""Plots of the ratios, as SVG by hand: they follow the colours that the reader prefers, light or dark."""

import math
import os
from html import escape

import tables

# Colours by class: the property, then what it is on light paper and on dark. No variables: not all viewers know them.
COLOURS = [
    (".paper", "fill", "#ffffff", "#0d1117"),
    ("text", "fill", "#1f2328", "#e6edf3"),
    ("text.soft", "fill", "#656d76", "#9198a1"),
    (".line", "stroke", "#d8dee4", "#30363d"),
    (".one", "stroke", "#656d76", "#9198a1"),
    (".goal", "stroke", "#1f2328", "#e6edf3"),
    (".fast", "fill", "#1a7f64", "#3fb68e"),
    (".slow", "fill", "#c4501b", "#f0883e"),
]
LIGHT = "\n".join(f"{kind} {{ {name}: {light} }}" for kind, name, light, _ in COLOURS)
DARK = " ".join(f"{kind} {{ {name}: {dark} }}" for kind, name, _, dark in COLOURS)
STYLE = f"""
text {{ font: 12px system-ui, "DejaVu Sans", sans-serif }}
text.title {{ font-size: 17px; font-weight: 600 }}
text.panel {{ font-size: 13px; font-weight: 600 }}
text.small {{ font-size: 11px }}
.end {{ text-anchor: end }}
.middle {{ text-anchor: middle }}
.goal {{ stroke-width: 2.5 }}
{LIGHT}
@media (prefers-color-scheme: dark) {{ {DARK} }}
"""
EXPLAINED = "logarithmic; right of 1×: lashlang is faster, left of it: slower"


class Drawing:
    def __init__(self, width, height, title, subtitle):
        self.width, self.height, self.title, self.parts = width, height, title, []
        self.text(24, 34, title, "title")
        self.text(24, 54, subtitle, "soft")

    def text(self, x, y, words, kind=""):
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{escape(words)}</text>')

    def line(self, x1, y1, x2, y2, kind="line"):
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>')

    def bar(self, start, end, y, height):
        """From the place of 1 to that of a ratio."""
        left, width = min(start, end), max(1, abs(end - start))
        kind = "fast" if end >= start else "slow"
        self.parts.append(f'<rect x="{left:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height}" rx="1.5" class="{kind}"/>')

    def write(self, path):
        with open(path, "w", encoding="utf-8") as file:
            file.write(
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" width="{self.width}" '
                f'height="{self.height}" role="img" aria-label="{escape(self.title)}">\n<style>{STYLE}</style>\n'
                f'<rect width="{self.width}" height="{self.height}" class="paper"/>\n' + "\n".join(self.parts) + "\n</svg>\n"
            )


class Axis:
    """A logarithmic axis from `left` to `right` that has room for all these ratios, and for 1."""

    def __init__(self, ratios, left, right):
        self.low = math.floor(math.log2(min([1, *ratios])) - 0.2)
        self.high = math.ceil(math.log2(max([1, *ratios])) + 0.2)
        self.left, self.right = left, right

    def place(self, ratio):
        return self.left + (math.log2(ratio) - self.low) / (self.high - self.low) * (self.right - self.left)

    def draw(self, drawing, top, bottom):
        # So few that their names have room.
        step = max(1, math.ceil((self.high - self.low) * 34 / (self.right - self.left)))
        for power in range(self.low, self.high + 1):
            if power % step == 0:
                x = self.place(2.0**power)
                drawing.line(x, top, x, bottom, "one" if power == 0 else "line")
                drawing.text(x, bottom + 14, f"{2 ** power}×" if power >= 0 else f"1/{2 ** -power}", "soft small middle")


def short(ratio):
    return f"{ratio:.0f}" if ratio >= 20 else f"{ratio:.1f}" if ratio >= 1 else f"{ratio:.2f}"


def workload_plot(path, times, runners, workloads, columns=3):
    """One panel a peer, one bar a workload, all on the same axis."""
    title = "Time of each peer, as a multiple of lashlang's"
    found = {peer.name: tables.ratios(times, runners, peer.name) for peer in runners[1:]}
    # Who runs next to nothing of it needs no panel; tables have its ratios.
    found = {name: ratios for name, ratios in found.items() if len(ratios) * 4 >= len(workloads)}
    every = [ratio for ratios in found.values() for ratio in ratios.values()]
    row, names, wide = 15, 66, 300
    tall = 62 + row * len(workloads)
    lines = math.ceil(len(found) / columns)
    drawing = Drawing(48 + columns * wide, 84 + lines * tall, title, EXPLAINED)
    for number, (name, ratios) in enumerate(found.items()):
        left, top = 24 + number % columns * wide, 76 + number // columns * tall
        axis = Axis(every, left + names, left + wide - 46)
        drawing.text(left + names, top + 12, name, "panel")
        axis.draw(drawing, top + 20, top + 24 + row * len(workloads))
        for place, workload in enumerate(workloads):
            y = top + 22 + place * row
            label = workload.name.upper() if workload.name[0] == "w" else workload.name
            ratio = ratios.get(workload.name)
            drawing.text(left + names - 6, y + 11, label, "small end" if ratio else "small end soft")
            if ratio:
                drawing.bar(axis.place(1), axis.place(ratio), y + 2, row - 4)
                drawing.text(max(axis.place(ratio), axis.place(1)) + 4, y + 11, short(ratio), "small soft")
    drawing.write(path)
    return title


def mean_plot(path, times, runners):
    """The geometric means, with a mark where a goal is."""
    title = "Geometric mean over W1 to W9, as a multiple of lashlang's time"
    found = {name: mean for name, (mean, _) in tables.means(times, runners).items() if mean}
    goals = {name: goal for name, goal, kind in tables.GOALS if kind == "mean"}
    goals = {peer: goal for peer in found for name, goal in goals.items() if tables.is_named(peer, name)}
    row, left, width = 30, 150, 760
    drawing = Drawing(width, 112 + row * len(found), title, EXPLAINED + "; upright lines are goals")
    axis = Axis([*found.values(), *goals.values()], left, width - 80)
    bottom = 74 + row * len(found)
    axis.draw(drawing, 68, bottom)
    for place, (name, mean) in enumerate(sorted(found.items(), key=lambda item: -item[1])):
        y = 72 + place * row
        drawing.text(left - 10, y + 18, name, "end")
        drawing.bar(axis.place(1), axis.place(mean), y + 4, row - 10)
        if name in goals:
            drawing.line(axis.place(goals[name]), y + 1, axis.place(goals[name]), y + row - 3, "goal")
        drawing.text(max(axis.place(mean), axis.place(goals.get(name, 1)), axis.place(1)) + 7, y + 18, f"{short(mean)}×")
    drawing.write(path)
    return title


def write(folder, times, runners, workloads):
    """Writes both, and gives back their paths and titles."""
    os.makedirs(folder, exist_ok=True)
    means, single = os.path.join(folder, "means.svg"), os.path.join(folder, "workloads.svg")
    return [(means, mean_plot(means, times, runners)), (single, workload_plot(single, times, runners, workloads))]
