#!/usr/bin/env python3
"""Draws bench.json as SVG on standard output: each measured goal a bar, as a share of the goal, on a log scale.

    plot.py BENCH_JSON
"""

import json
import math
import sys
from html import escape

import goals
import table

LEFT, WIDTH, LINE, TOP = 380, 380, 20, 52
LEAST, MOST = 0.25, 8  # times as good as the reachable goal
COLOURS = {"moonshot": "#1a7f37", "yes": "#57ab5a", "no": "#cf222e"}


def times_better(row, ratio):
    return row["reachable"] / ratio if row["better"] == "lower" else ratio / row["reachable"]


def x_of(factor):
    share = math.log(min(max(factor, LEAST), MOST) / LEAST) / math.log(MOST / LEAST)
    return LEFT + WIDTH * share


def text(x, y, content, anchor="start", colour="#57606a"):
    return f'<text x="{x:.0f}" y="{y}" text-anchor="{anchor}" fill="{colour}">{escape(content)}</text>'


def bar(row, y):
    goal, end = x_of(1), x_of(times_better(row, row["ratio"]))
    left, width = min(goal, end), max(abs(end - goal), 1)
    drawn = [
        text(LEFT - 8, y + 12, row["name"], "end", "#24292f"),
        f'<rect x="{left:.1f}" y="{y + 2}" width="{width:.1f}" height="12" fill="{COLOURS[goals.verdict(row)]}"/>',
        text(LEFT + WIDTH + 8, y + 12, table.number(row["ratio"])),
    ]
    if row["moonshot"] is not None:
        moonshot = x_of(times_better(row, row["moonshot"]))
        drawn.append(f'<path d="M{moonshot:.1f} {y}v16" stroke="#8250df" stroke-width="2"/>')
    return drawn


def picture(document):
    rows = [row for row in document["rows"] if goals.verdict(row)]
    height = TOP + LINE * len(rows) + 12
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 70}" height="{height}" font-family="sans-serif" '
             'font-size="12">', f'<rect width="100%" height="{height}" fill="#ffffff"/>',
             text(8, 18, f"Goals, {document['machine']['target']}: bars to the right of the line beat the goal, "
                         "the mark is the moonshot; at the end the ratio", colour="#24292f")]
    for factor in (0.25, 0.5, 1, 2, 4, 8):
        lines.append(text(x_of(factor), TOP - 12, f"x{factor:g}", "middle"))
        colour = "#24292f" if factor == 1 else "#d0d7de"
        lines.append(f'<path d="M{x_of(factor):.1f} {TOP - 6}V{height - 8}" stroke="{colour}"/>')
    for i, row in enumerate(rows):
        lines += bar(row, TOP + LINE * i)
    return "\n".join(lines + ["</svg>"]) + "\n"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        print(picture(json.load(file)), end="")


if __name__ == "__main__":
    main()
