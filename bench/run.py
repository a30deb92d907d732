#!/usr/bin/env python3
"""Runs the benches and prints one table of ratios against the goals of bench/goals.py; writes it as JSON too.

Every program alternates between ours and its peers and compares medians; with --runs each row is the median of whole
runs, its spread shown. Exit status: 0 also when goals are missed; 1 when a bench failed, or, with --strict, something
was not measured; 2 on wrong use.
"""

import argparse
import json
import math
import os
import platform
import re
import statistics
import subprocess
import sys
from pathlib import Path

import goals
import table

HERE = Path(__file__).resolve().parent
KERNELS = "libbench_kernels.so"
SCRIPTS = {"peers": KERNELS, "watch_peer": "../src/cli/leeway"}  # of bench/python, with what each measures


def fail(message, status=1):
    print(f"bench: {message}", file=sys.stderr)
    sys.exit(status)


def options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binaries", type=Path, required=True, help="folder of simd_bench and the others")
    parser.add_argument("--out", type=Path, help="where the JSON goes")
    parser.add_argument("--runs", type=int, default=1, help="whole runs, of which each row is the median")
    parser.add_argument("--target", help="instruction set to force, as LEEWAY_SIMD does: avx2")
    parser.add_argument("--quick", action="store_true", help="shortest form: shows that all works, its numbers mean nothing")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument("--strict", action="store_true", help="fail when something could not be measured")
    return parser.parse_args()


def command_of(tool, benches, args, seconds):
    if tool in SCRIPTS:
        return [sys.executable, str(HERE / "python" / f"{tool}.py"), str(args.binaries / SCRIPTS[tool])] + ["--quick"] * args.quick
    pattern = "|".join(re.escape(bench) for bench in benches)
    return [str(args.binaries / tool), f"--benchmark_filter=^({pattern})/manual_time$", f"--benchmark_min_time={seconds}",
            "--benchmark_format=json"]


def check_binaries(tools, binaries):
    for name in sorted({KERNELS if tool == "peers" else tool for tool in tools if tool != "watch_peer"}):  # says so itself
        if not (binaries / name).exists():
            fail(f"expected {name} in {binaries}, found none; build it: cmake --workflow --preset bench", 2)


def run_tool(tool, benches, args, seconds):
    """The benches' counters by name, and the context that the tool states; a bench takes at least so many seconds."""
    environment = {**os.environ, **({"LEEWAY_SIMD": args.target} if args.target else {})}
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):  # some values keep numpy from starting
        environment.pop(name, None)
    command = command_of(tool, benches, args, seconds)
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        fail(f"{tool} ended with {done.returncode}: {done.stderr.strip()[-2000:]}")
    try:
        output = json.loads(done.stdout)
    except ValueError as error:
        fail(f"expected JSON from {tool}, found something else: {error}")
    found = {bench["name"].removesuffix("/manual_time"): bench for bench in output["benchmarks"]}
    for bench in benches:
        if bench not in found:
            fail(f"{tool} has no bench {bench}, which bench/goals.py names")
        if found[bench].get("error_occurred"):
            fail(f"{tool}: {bench}: {found[bench].get('error_message')}")
    return found, output["context"]


def run_enough(tool, benches, args):
    """run_tool, and again for longer where a slow bench had too few turns."""
    found, context = run_tool(tool, benches, args, 0.001 if args.quick else 0.2)
    few = [bench for bench in benches if found[bench].get("turns", math.inf) < goals.LEAST_REPETITIONS]
    if few and not args.quick:
        found.update(run_tool(tool, few, args, 2)[0])
    return found, context


def measure(args):
    """{(tool, bench): [counters of each run]} and {tool: context}."""
    wanted = {}
    for row in goals.ROWS:
        wanted.setdefault(row.tool, {}).update(dict.fromkeys(row.benches()))
    check_binaries(wanted, args.binaries)
    measured, contexts = {}, {}
    for run in range(args.runs):
        for tool, benches in wanted.items():
            print(f"bench: run {run + 1} of {args.runs}: {tool}", file=sys.stderr, flush=True)
            found, contexts[tool] = run_enough(tool, benches, args)
            for bench in benches:
                measured.setdefault((tool, bench), []).append(found[bench])
    return measured, contexts


def of_one_bench(row, runs):
    """Median of the runs of one bench, as far as a row needs it."""
    ratios = [run[row.counter] for run in runs]
    ratio = statistics.median(ratios)
    if row.absolute:
        return {"ratio": ratio, "repetitions": int(min(run["turns"] for run in runs)), "runs": ratios}
    ours = statistics.median(run["ours_ns"] for run in runs)
    peer = ours / ratio if row.better == "lower" else ours * ratio
    turns = "peer_turns" if row.counter.startswith("vs_") else "turns"
    return {"ratio": ratio, "ours_ns": ours, "peer_ns": peer, "repetitions": int(min(run[turns] for run in runs)),
            "runs": ratios}


def evaluate(row, measured):
    """The row of bench.json."""
    result = {"name": row.name, "better": row.better, "ratio": None, "reachable": row.reachable, "moonshot": row.moonshot,
              "ours_ns": None, "peer_ns": None, "per": row.per, "repetitions": 0}
    benches = dict(zip(row.data, row.benches()))
    for bench in benches.values():
        reason = measured[row.tool, bench][0].get("not_measured")
        if reason:
            return {**result, "not_measured": reason}
    by_data = {data: of_one_bench(row, measured[row.tool, bench]) for data, bench in benches.items()}
    worst = goals.worst(row.better, {data: found["ratio"] for data, found in by_data.items()})
    result.update(by_data[worst])
    if len(by_data) > 1:
        result.update(data=worst, ratios={data: found["ratio"] for data, found in by_data.items()})
    return result


def cpu_name():
    try:
        return re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text()).group(1)
    except (OSError, AttributeError):
        return platform.processor() or platform.machine()


def machine(contexts):
    native = contexts["simd_bench"]
    caches = [f"L{c['level']} {c['type'].lower()} {c['size'] // 1024} KiB" for c in native.get("caches", [])]
    versions = {name: version for name, version in contexts["peers"].items() if name != "leeway_target"}
    return {"cpu": cpu_name(), "cores": os.cpu_count(), "caches": caches, "compiler": native["compiler"],
            "target": native["leeway_target"], "boost": native["boost"].replace("_", "."), **versions,
            "load": round(os.getloadavg()[0], 2), "date": native["date"]}


def check_target(args, contexts):
    found = contexts["simd_bench"]["leeway_target"]
    if args.target and found.lower() != args.target:
        fail(f"expected the instruction set {args.target}, found {found}: this machine or build has no {args.target}", 2)


def check_repetitions(rows):
    for row in rows:
        if row["ratio"] is not None and row["repetitions"] < goals.LEAST_REPETITIONS:
            fail(f"{row['name']}: expected at least {goals.LEAST_REPETITIONS} repetitions, found {row['repetitions']}")


def main():
    args = options()
    if args.runs < 1:
        fail("expected --runs of at least 1", 2)
    measured, contexts = measure(args)
    check_target(args, contexts)
    rows = [evaluate(row, measured) for row in goals.ROWS]
    if not args.quick:
        check_repetitions(rows)
    document = {"format": "leeway.bench", "version": 1, "quick": args.quick, "machine": machine(contexts), "rows": rows}
    if args.out:
        args.out.write_text(json.dumps(document, indent=1) + "\n")
    print((table.markdown if args.markdown else table.text)(document), end="")
    missing = [row for row in rows if row["ratio"] is None]
    sys.exit(1 if args.strict and missing else 0)


if __name__ == "__main__":
    main()
