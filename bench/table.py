#!/usr/bin/env python3
"""Prints bench.json as a table: table.py BENCH_JSON [--markdown [OTHER_JSON]]; the ratios of OTHER in a column beside."""

import json
import sys

import goals

HEADS = ["row", "ratio", "reachable", "moonshot", "met?", "ours ns", "peer ns", "repetitions"]


def number(value):
    """Three significant digits, as far as they are before the point all of them."""
    if value is None:
        return ""
    digits = 3 if abs(value) < 1 else 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    return f"{value:.{digits}f}" if digits else f"{value:,.0f}"


def limit(row, key):
    if row[key] is None:
        return ""
    return ("<= " if row["better"] == "lower" else ">= ") + f"{row[key]:g}"


def remark(row):
    """What a row says beside its numbers."""
    parts = []
    if row.get("data"):
        normal = row["ratios"].get("normal")
        parts.append(f"worst on {row['data']}" + ("" if row["data"] == "normal" else f", normal {number(normal)}"))
    if len(row.get("runs", [])) > 1:
        parts.append(f"{len(row['runs'])} runs: {number(min(row['runs']))} to {number(max(row['runs']))}")
    return "; ".join(parts)


def cells(row):
    if row["ratio"] is None:
        return [row["name"], "", limit(row, "reachable"), limit(row, "moonshot"), "", "", "", "",
                f"not measured: {row['not_measured']}"]
    return [row["name"], number(row["ratio"]), limit(row, "reachable"), limit(row, "moonshot"), goals.verdict(row),
            number(row["ours_ns"]), number(row["peer_ns"]), str(row["repetitions"]), remark(row)]


def summary(document):
    verdicts = [goals.verdict(row) for row in document["rows"]]
    judged = [verdict for verdict in verdicts if verdict]
    unmeasured = sum(row["ratio"] is None for row in document["rows"])
    line = f"{len(judged) - judged.count('no')} of {len(judged)} goals met, {judged.count('moonshot')} of them as moonshots"
    return line + (f"; {unmeasured} rows not measured" if unmeasured else "")


def machine_line(document):
    m = document["machine"]
    versions = ", ".join(f"{name} {m[name]}" for name in ("numpy", "scipy", "pandas", "fast_histogram") if name in m)
    return (f"{m['cpu']}, {m['cores']} cores, {', '.join(m['caches'])}; {m['target']}; {m['compiler']}, Boost {m['boost']}"
            f"{', ' + versions if versions else ''}; load {m['load']}, {m['date'][:10]}")


NOTE = ("Ratio: ours / the limit after the slash where lower is better (<=), the peer / ours where higher is (>=); ns per "
        "value, row or job.")


def text(document):
    lines = [HEADS + [""]] + [cells(row) for row in document["rows"]]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEADS))]
    out = []
    for line in lines:
        aligned = [line[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(line[1:], widths[1:])]
        out.append("  ".join(aligned + [line[-1]]).rstrip())
    quick = ["QUICK: these numbers mean nothing."] if document.get("quick") else []
    return "\n".join(out + [""] + quick + [summary(document), NOTE, machine_line(document)]) + "\n"


def markdown(document, beside=None):
    other = {row["name"]: row for row in beside["rows"]} if beside else {}
    heads = HEADS[:2] + ([f"{beside['machine']['target']} ratio"] if beside else []) + HEADS[2:] + ["remarks"]
    lines = [f"| {' | '.join(heads)} |", "|---" + "|--:" * (len(heads) - 2) + "|---|"]
    for row in document["rows"]:
        line = cells(row)
        if beside:
            line.insert(2, number(other.get(row["name"], {}).get("ratio")))
        lines.append(f"| {' | '.join(line)} |")
    return "\n".join(lines + ["", f"{summary(document)}. {NOTE}", "", f"Measured on: {machine_line(document)}."]) + "\n"


def main():
    paths = [argument for argument in sys.argv[1:] if argument != "--markdown"]
    if not paths:
        sys.exit(__doc__)
    documents = [json.load(open(path)) for path in paths]
    print(markdown(*documents[:2]) if "--markdown" in sys.argv else text(documents[0]), end="")


if __name__ == "__main__":
    main()
