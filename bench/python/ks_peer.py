#!/usr/bin/env python3
"""numpy and scipy beside ks_bench: the two-sample KS statistic of 100,000 and 100,000 values.

    ks_peer.py [KS_BENCH [ROUNDS]]

Data by the recipes of ks_bench.cpp (splitmix64). "D only" is numpy's shortest way to the statistic: sort both samples,
search all values in each. scipy.stats.ks_2samp includes the p-value. Prints medians of at least 7 rounds, in
processor time, as ks_bench measures. With the path
of ks_bench, each round also runs it, between the peers, and the ratios are of one run.

Some values of OPENBLAS_CORETYPE slow numpy's start down or stop it: unset it, and OPENBLAS_L2_SIZE, for this command.
"""

import json
import statistics
import subprocess
import sys
import time

import numpy as np
import scipy.stats

SIZE = 100_000


def splitmix64(seed, count):
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.uint64(0x9E3779B97F4A7C15) * np.arange(1, count + 1, dtype=np.uint64)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) * 2.0**-53


def normal(u, v):
    return np.sqrt(-2 * np.log(1 - u)) * np.cos(6.283185307179586 * v)


RECIPES = {
    "normal": normal,
    "lognormal2": lambda u, v: np.exp(2 * normal(u, v)),
    "pareto": lambda u, v: (1 - u) ** (-1 / 1.16),
    "bimodal50": lambda u, v: normal(u, v) + np.where(v < 0.5, -50, 50),
    "rounded0.1": lambda u, v: np.round(normal(u, v) * 10) / 10,
    "half_zeros": lambda u, v: np.where(v < 0.5, 0.0, np.exp(normal(u, 2 * v - 1))),
    "constant": lambda u, v: np.full(len(u), 7.0),
}


def draw(recipe, seed, dtype):
    numbers = splitmix64(seed, 2 * SIZE)
    return RECIPES[recipe](numbers[0::2], numbers[1::2]).astype(dtype)


def d_only(a, b):
    a = np.sort(a)
    b = np.sort(b)
    both = np.concatenate([a, b])
    difference = np.searchsorted(a, both, side="right") / len(a) - np.searchsorted(b, both, side="right") / len(b)
    return np.abs(difference).max()


def microseconds(function, *arguments):
    start = time.process_time()
    function(*arguments)
    return 1e6 * (time.process_time() - start)


def run_bench(bench, recipe, name):
    command = [bench, f"--benchmark_filter=^ks_.*/{name}/{recipe}/{SIZE}/", "--benchmark_min_time=0.05", "--benchmark_format=json"]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    return {row["name"].split("/")[0]: row["ours_ns"] / 1e3 for row in json.loads(result.stdout)["benchmarks"]}


def compare(recipe, name, dtype, bench, rounds):
    times = {"numpy": [], "scipy": [], "ks_reference": [], "ks_two_sample": []}
    reference = draw(recipe, 1, dtype)
    for i in range(rounds):
        live = draw(recipe, 100 + i, dtype)
        times["numpy"].append(microseconds(d_only, reference, live))
        for ours, value in (run_bench(bench, recipe, name) if bench else {}).items():
            times[ours].append(value)
        times["scipy"].append(microseconds(scipy.stats.ks_2samp, reference, live))
    return {which: statistics.median(values) for which, values in times.items() if values}


def main():
    bench = sys.argv[1] if len(sys.argv) > 1 else None
    rounds = max(7, int(sys.argv[2])) if len(sys.argv) > 2 else 7
    print(f"numpy {np.__version__}, scipy {scipy.__version__}, medians of {rounds} rounds, microseconds")
    for name, dtype in (("f32", np.float32), ("f64", np.float64)):
        for recipe in RECIPES:
            medians = compare(recipe, name, dtype, bench, rounds)
            line = " ".join(f"{which} {value:.0f}" for which, value in medians.items())
            for ours in ("ks_reference", "ks_two_sample"):
                if ours in medians:
                    line += f"  numpy/{ours} {medians['numpy'] / medians[ours]:.0f}"
            if "ks_reference" in medians:
                line += f"  scipy/ks_reference {medians['scipy'] / medians['ks_reference']:.0f}"
            print(f"{name} {recipe}: {line}", flush=True)


if __name__ == "__main__":
    main()
