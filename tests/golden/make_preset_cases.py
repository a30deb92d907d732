#!/usr/bin/python3
"""Writes preset_cases.json: ten cases each for the presets tfdv and whylogs, worked from published definitions.

    /usr/bin/python3 make_preset_cases.py [FOLDER]

Needs nothing but Python; gives the same bytes every time. Arithmetic is in fractions up to the last root or logarithm,
and counts value by value: slow, plain, and unlike the library. What is computed:

TFDV, jensen_shannon_divergence (www.tensorflow.org/tfx/data_validation/get_started, "Checking data skew and drift";
schema.proto, FeatureComparator; statistics.proto, Histogram): (KL(P || M) + KL(Q || M)) / 2 in bits, M = (P + Q) / 2.
Of strings, P and Q are the shares of each string. Of numbers, they come from standard histograms of ten buckets of equal
width over each side's own range, cut at the boundaries of both, values spread evenly inside a bucket; a bucket without
width is a point mass of its own.
TFDV, infinity_norm: the largest absolute difference of the shares of a string.

whylogs, drift algorithms (whylogs.readthedocs.io, example "Drift Algorithm Configuration"):
Hellinger: sqrt(sum (sqrt p - sqrt q)^2) / sqrt 2 over min(30, ceil((n + m) / 4)), at least 2, bins of equal width from the
smallest value to (1 + 1e-7) times the largest, with the mass below and above; bins narrower than single precision at
the largest magnitude (2^-23 of its power of two) are made fewer.
KS: the largest difference of both distribution functions (of values below) at 100 evenly spaced quantiles of each.
Chi-square: over the categories of the target, against int(reference share * target size); infinite if that is 0;
degrees: categories of the target - 1, at least 1; p-value from scipy is left out, as its law is tested elsewhere.
"""

import json
import math
import sys
from fractions import Fraction
from pathlib import Path


class Lcg:
    """MMIX's generator (Knuth): the values are written out, so any would do."""

    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2 ** 64
        return (self.state >> 40) / 2 ** 24


def bits(p, q):
    """Jensen-Shannon divergence of two lists of fractions."""
    total = 0.0
    for a, b in zip(p, q):
        m = (a + b) / 2
        total += sum(float(x) * math.log2(x / m) for x in (a, b) if x > 0)
    return total / 2


def histogram(sample):
    """[(low, high, count)]; numbers are floats, as they would be stored."""
    low, high = min(sample), max(sample)
    if low == high:
        return [(low, high, len(sample))]
    edges = [i * ((high - low) / 10) + low for i in range(10)] + [high]
    inside = lambda x, i: edges[i] <= x < edges[i + 1] or (i == 9 and x == high)
    return [(edges[i], edges[i + 1], sum(inside(x, i) for x in sample)) for i in range(10)]


def tfdv_numbers(a, b):
    sides = [histogram(a), histogram(b)]
    edges = sorted({edge for side in sides for low, high, _ in side if low < high for edge in (low, high)})
    points = sorted({low for side in sides for low, high, _ in side if low == high})
    shares = []
    for side, sample in zip(sides, (a, b)):
        cells = []
        for low, high in zip(edges, edges[1:]):
            part = [Fraction(high) - Fraction(low), Fraction(0)]
            for start, end, count in side:
                if start <= low and high <= end and start < end:
                    part[1] += count * part[0] / (Fraction(end) - Fraction(start))
            cells.append(part[1] / len(sample))
        cells += [Fraction(sum(c for low, high, c in side if low == high == x), len(sample)) for x in points]
        shares.append(cells)
    return bits(*shares)


def shares_of(a, b):
    names = sorted(set(a) | set(b))
    return [[Fraction(side.count(name), len(side)) for name in names] for side in (a, b)]


def tfdv_strings(a, b):
    return bits(*shares_of(a, b))


def tfdv_infinity_norm(a, b):
    return float(max(abs(p - q) for p, q in zip(*shares_of(a, b))))


def whylogs_hellinger(a, b):
    low, high = min(a + b), max(a + b)
    high += abs(high) * 1e-7
    bins = max(2, min(30, math.ceil((len(a) + len(b)) / 4)))
    interval = 2.0 ** (math.floor(math.log2(max(abs(low), abs(high)))) - 23)
    if (high - low) / bins < interval:
        bins = max(1, math.floor((high - low) / interval))
    width = (high - low) / bins
    edges = [low + i * width for i in range(bins + 1)]
    cell = lambda x: sum(edge <= x for edge in edges)
    total = 0.0
    for c in range(bins + 2):
        p, q = (Fraction(sum(cell(x) == c for x in side), len(side)) for side in (a, b))
        total += (math.sqrt(p) - math.sqrt(q)) ** 2
    return math.sqrt(total) / math.sqrt(2)


def whylogs_ks(a, b):
    largest = Fraction(0)
    for side in (sorted(a), sorted(b)):
        for i in range(100):
            share = i * (1 / 99) if i < 99 else 1.0
            x = side[min(math.floor(share * len(side)), len(side) - 1)]
            p, q = (Fraction(sum(y < x for y in other), len(other)) for other in (a, b))
            largest = max(largest, abs(p - q))
    return float(largest)


def whylogs_chi_square(a, b):
    """a reference, b target."""
    total = Fraction(0)
    for name in set(b):
        expected = int(a.count(name) / len(a) * len(b))
        if expected == 0:
            return "inf"
        total += Fraction((b.count(name) - expected) ** 2, expected)
    return float(total)


def numbers(seed, size, low, high, grid=None):
    source = Lcg(seed)
    values = [low + (high - low) * source.uniform() for _ in range(size)]
    return [float(round(x / grid) * grid) for x in values] if grid else values


def strings(**counts):
    return [name for name, count in counts.items() for _ in range(count)]


def case(preset, metric, compute, a, b, what):
    return {"preset": preset, "metric": metric, "what": what, "value": compute(a, b), "reference": a, "live": b}


def tfdv_cases():
    js, norm = "js_divergence", "l_infinity"
    return [
        case("tfdv", js, tfdv_numbers, numbers(1, 40, 0, 1), numbers(2, 30, 0, 1), "ranges nearly alike"),
        case("tfdv", js, tfdv_numbers, numbers(3, 40, 0, 1), numbers(4, 30, 0.5, 3), "ranges that overlap"),
        case("tfdv", js, tfdv_numbers, numbers(5, 20, 0, 1), numbers(6, 20, 2, 3), "ranges apart: 1 bit"),
        case("tfdv", js, tfdv_numbers, numbers(7, 50, 0, 10, 1), numbers(8, 35, 0, 10, 1), "whole numbers, with ties"),
        case("tfdv", js, tfdv_numbers, [2.0] * 5, numbers(9, 20, 0, 4), "a constant against a range"),
        case("tfdv", js, tfdv_numbers, [2.0] * 5, [2.0] * 3, "the same constant"),
        case("tfdv", js, tfdv_numbers, [2.0] * 5, [3.0] * 3, "two constants: 1 bit"),
        case("tfdv", js, tfdv_strings, strings(a=5, b=3, c=2), strings(a=1, b=4, d=5), "one gone, one new"),
        case("tfdv", norm, tfdv_infinity_norm, strings(a=5, b=3, c=2), strings(a=1, b=4, d=5), "one gone, one new"),
        case("tfdv", norm, tfdv_infinity_norm, strings(yes=90, no=10), strings(yes=40, no=5), "two strings"),
    ]


def whylogs_cases():
    hellinger, ks, chi = "hellinger", "ks", "chi_square"
    return [
        case("whylogs", hellinger, whylogs_hellinger, numbers(11, 40, 0, 1), numbers(12, 30, 0.2, 1.5), "18 bins"),
        case("whylogs", hellinger, whylogs_hellinger, numbers(13, 90, -3, 1), numbers(14, 60, -2, 2), "30 bins"),
        case("whylogs", hellinger, whylogs_hellinger, [1.0, 2.0], [2.0, 5.0], "2 bins, the least"),
        case("whylogs", hellinger, whylogs_hellinger, numbers(15, 30, -9, -4), numbers(16, 40, -7, -1), "below zero"),
        case("whylogs", hellinger, whylogs_hellinger, [1e9 + 20 * x for x in range(40)], [1e9 + 10 * x for x in range(40)],
             "bins narrower than single precision"),
        case("whylogs", ks, whylogs_ks, numbers(17, 80, 0, 1), numbers(18, 60, 0.1, 1.2), "fewer values than quantiles"),
        case("whylogs", ks, whylogs_ks, numbers(19, 50, 0, 10, 1), numbers(20, 70, 0, 8, 1), "ties"),
        case("whylogs", chi, whylogs_chi_square, strings(a=50, b=30, c=20), strings(a=21, b=22, c=8), "rounded down"),
        case("whylogs", chi, whylogs_chi_square, strings(a=50, b=30, c=20), strings(a=21, b=22), "one gone, not counted"),
        case("whylogs", chi, whylogs_chi_square, strings(a=50, b=30), strings(a=21, b=22, c=1), "one new: infinite"),
    ]


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent)
    cases = tfdv_cases() + whylogs_cases()
    lines = ",\n".join(json.dumps(one, separators=(",", ":"), allow_nan=False) for one in cases)
    path = folder / "preset_cases.json"
    path.write_text('{\n"made_by": "make_preset_cases.py",\n"cases": [\n' + lines + "\n]\n}\n")
    print(path, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
