#!/usr/bin/env python3
"""Compares two files of bench/run.py row by row.

    compare.py OLD.json NEW.json [--noise 0.15]

A row has become worse when its ratio moved the wrong way by more than the noise, a share of the old ratio. Exit status:
0 none has, 1 one has, 2 a file cannot be used.
"""

import argparse
import json
import sys

import table

FORMAT, VERSION = "leeway.bench", 1


class Unusable(Exception):
    pass


def demand(condition, message):
    if not condition:
        raise Unusable(message)


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < float("inf")


def check_row(row, path):
    demand(isinstance(row, dict) and isinstance(row.get("name"), str), f"{path}: expected rows with a name, found another")
    where = f"{path}: row {row['name']!r}"
    demand(row.get("better") in ("lower", "higher"), f"{where}: expected better to be lower or higher, found {row.get('better')!r}")
    demand("ratio" in row and (row["ratio"] is None or is_number(row["ratio"])),
           f"{where}: expected a positive ratio, or null, found {row.get('ratio')!r}")


def check(document, path):
    demand(isinstance(document, dict) and document.get("format") == FORMAT, f"{path}: expected the format {FORMAT}, found another")
    version = document.get("version")
    demand(version == VERSION, f"{path}: expected version {VERSION}, found {version!r}")
    demand(not document.get("quick"), f"{path}: made by --quick, whose numbers mean nothing")
    rows = document.get("rows")
    demand(isinstance(rows, list) and rows, f"{path}: expected rows, found none")
    for row in rows:
        check_row(row, path)
    demand(len({row["name"] for row in rows}) == len(rows), f"{path}: expected each row once, found one twice")


def load(path):
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise Unusable(f"{path}: expected JSON, found something else: {error}") from error
    check(document, path)
    return document


def measured(document):
    return {row["name"]: row for row in document["rows"] if row["ratio"] is not None}


def change(old, new):
    """How many times worse the new ratio is: above 1 worse, below 1 better."""
    return new["ratio"] / old["ratio"] if new["better"] == "lower" else old["ratio"] / new["ratio"]


def word(factor, noise):
    if factor > 1 + noise:
        return "WORSE"
    return "better" if factor < 1 / (1 + noise) else ""


def report(old, new, noise):
    """Prints the table; returns the names of rows that have become worse."""
    before, after = measured(old), measured(new)
    worse = []
    for name in (name for name in before if name in after):
        factor = change(before[name], after[name])
        verdict = word(factor, noise)
        worse += [name] * (verdict == "WORSE")
        ratios = f"{table.number(before[name]['ratio']):>8} -> {table.number(after[name]['ratio']):>8}"
        print(f"{name:<60} {ratios}  {100 * (after[name]['ratio'] / before[name]['ratio'] - 1):+6.1f} %  {verdict}".rstrip())
    for name in before.keys() - after.keys():
        print(f"{name}: only in the old file")
    for name in after.keys() - before.keys():
        print(f"{name}: only in the new file")
    for key in ("cpu", "target", "compiler"):
        values = [document.get("machine", {}).get(key) for document in (old, new)]
        if values[0] != values[1]:
            print(f"note: {key} differs: {values[0]}, {values[1]}")
    return worse


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--noise", type=float, default=0.15, help="share by which ratios may move (0.15)")
    args = parser.parse_args(arguments)
    if not 0 <= args.noise < float("inf"):
        parser.error("expected a --noise of at least 0")
    try:
        old, new = load(args.old), load(args.new)
        demand(measured(old).keys() & measured(new).keys(), "no row was measured in both files")
    except Unusable as error:
        print(f"compare: {error}", file=sys.stderr)
        return 2
    worse = report(old, new, args.noise)
    band = f"noise band {100 * args.noise:g} %"
    print(f"{len(worse)} rows worse beyond the {band}: {', '.join(worse)}" if worse else f"no row worse beyond the {band}")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
