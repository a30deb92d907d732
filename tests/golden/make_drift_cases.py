#!/usr/bin/python3
"""Writes drift_cases.json and stats_cases.json, the golden cases of the metrics and of the laws behind them.

    /usr/bin/python3 make_drift_cases.py [FOLDER]

Needs Debian 12's python3-scipy (1.10) and python3-mpmath; takes some 30 seconds and gives the same bytes every time.
Metrics come from scipy and numpy, p-values from scipy, from integer arithmetic, and where neither reaches 1e-9 from
mpmath. Numbers are written by repr, so they read back exactly; infinity is the string "inf".

Samples are stored as recipes, which the reader expands: the values of splitmix64 from a seed, z >> 11 times 2^-53,
and then arithmetic that rounds alike on every machine.
"""

import json
import math
import random
import sys
import warnings
from fractions import Fraction
from pathlib import Path

import mpmath as mp
import numpy as np
import scipy
from scipy import stats
from scipy.spatial.distance import jensenshannon
from scipy.special import rel_entr

warnings.simplefilter("error")  # scipy warns where it leaves the exact method
mp.mp.dps = 50
CASES = 1000
EXACT_LIMIT = 10_000
TAIL = 4.5  # of n d^2, from which P(both sides) is below 1e-11 of the tail

# ---- The law of the one-sample statistic --------------------------------------------------------------------


def durbin(d, n):
    """P(D_n >= d) by the matrix of Durbin 1973, in scaled integers. Exact; for n d < 20."""
    bits = 500 + n  # on the way the row falls to about exp(-n / e)
    c = n * Fraction(d)
    k = math.floor(c) + 1
    h, order = k - c, 2 * k - 1
    scaled = lambda x: (x.numerator << bits) // x.denominator
    powers = [scaled(h ** i) for i in range(order + 1)]
    corner = scaled(max(Fraction(0), 2 * h - 1) ** order)
    matrix = np.zeros((order, order), dtype=object)
    for i in range(order):
        for j in range(min(i + 2, order)):
            entry = 1 << bits
            if j == 0:
                entry -= powers[i + 1]
            if i == order - 1:
                entry -= powers[order - j]
            if j == 0 and i == order - 1:
                entry += corner
            matrix[i, j] = entry // math.factorial(i - j + 1)
    row = np.array([0] * order, dtype=object)
    row[k - 1] = 1 << bits
    for step in range(1, n + 1):
        row = np.array([int(x) >> bits for x in row.dot(matrix) * step // n], dtype=object)
    return 1 - mp.mpf(int(row[k - 1])) / mp.mpf(1 << bits)


def pelz_good(d, n):
    """P(D_n >= d) by the expansion of Pelz & Good 1976, whose error is O(n^-2): for n >= 1e7."""
    x, n, pi = mp.mpf(d) * mp.sqrt(n), mp.mpf(n), mp.pi
    halves = [mp.mpf(2 * k + 1) / 2 for k in range(40)]
    half_sum = lambda f: 2 * mp.fsum(f(h) * mp.exp(-(pi * h / x) ** 2 / 2) for h in halves)
    whole_sum = lambda f: 2 * mp.fsum(f(mp.mpf(k)) * mp.exp(-(pi * k / x) ** 2 / 2) for k in range(1, 40))
    root = mp.sqrt(2 * pi)
    k0 = root / (2 * x) * half_sum(lambda h: 1)
    k1 = root / (12 * x ** 4) * half_sum(lambda h: (pi * h) ** 2 - x ** 2)
    k2 = root / (144 * x ** 7) * half_sum(
        lambda h: 6 * x ** 6 + 2 * x ** 4 + (2 * x ** 4 - 5 * x ** 2) * (pi * h) ** 2 + (1 - 2 * x ** 2) * (pi * h) ** 4
    ) - root / (72 * x ** 3) * whole_sum(lambda k: (pi * k) ** 2)
    k3 = root / (12960 * x ** 10) * half_sum(
        lambda h: (5 - 30 * x ** 2) * (pi * h) ** 6 + (212 * x ** 4 - 60 * x ** 2) * (pi * h) ** 4
        + (135 * x ** 4 - 96 * x ** 6) * (pi * h) ** 2 - 30 * x ** 6 - 90 * x ** 8
    ) + root / (432 * x ** 6) * whole_sum(lambda k: 3 * (pi * k * x) ** 2 - (pi * k) ** 4)
    return 1 - k0 - k1 / mp.sqrt(n) - k2 / n - k3 / n ** mp.mpf("1.5")


def poles(d, n):
    """P(D_n >= d) from the poles of Kolmogorov's generating function (derived in src/stats/kolmogorov.cpp), n d >= 16."""
    c, n = n * mp.mpf(d), mp.mpf(n)
    total = mp.mpf(0)
    for j in range(1, 1000):
        s = lambda b: 1 / b - mp.cot(b)
        b = mp.findroot(lambda b: 2 * c * b + mp.atan(s(b)) - j * mp.pi, j * mp.pi / (2 * c + mp.mpf(1) / 3))
        weight = mp.exp(n * (b * mp.cot(b) - 1 - mp.log(b / mp.sin(b))))
        if weight < mp.mpf(10) ** -30:
            break
        slope = 2 * c + (mp.csc(b) ** 2 - 1 / b ** 2) / (1 + s(b) ** 2)
        total += weight * (1 - (-1) ** j * mp.sqrt(1 + s(b) ** 2)) / slope
    return 1 - mp.exp(mp.loggamma(n + 1) + n - n * mp.log(n)) * total


def twice_one_sided(d, n):
    """2 P(D+_n >= d): Smirnov's sum, term by term to n = 1000, beyond by the trapezoidal rule on a grid of its own."""
    d, n = mp.mpf(d), mp.mpf(n)
    steps = int(mp.floor(n * (1 - d))) if n <= 1000 else 600
    width = mp.mpf(1) if n <= 1000 else n * (1 - d) / steps
    log_n = mp.loggamma(n + 1)
    total = (1 - d) ** n / d if n <= 1000 else mp.mpf(0)
    for i in range(1, steps + (n <= 1000)):
        j = i * width
        if n * (1 - d) <= j:
            break
        total += width * mp.exp(log_n - mp.loggamma(j + 1) - mp.loggamma(n - j + 1) + (j - 1) * mp.log(d + j / n)
                                + (n - j) * mp.log(1 - d - j / n))
    return 2 * d * total


def law(d, n):
    """P(D_n >= d), by the best of the above, and 1 or 0 where a double cannot tell."""
    x2 = n * d * d
    if n * d <= 0.5:
        return 1.0
    if d >= 1 or x2 > 372:
        return 0.0
    if d >= 0.5 or x2 >= TAIL:
        return float(twice_one_sided(d, n))
    if n >= 10 ** 7:
        return float(pelz_good(d, n)) if x2 > 0.03 else 1.0
    if x2 < 0.02 and n > 400:
        return 1.0
    if n * d < 16 or (n * d < 20 and n <= 400):
        return float(durbin(d, n))
    return float(poles(d, n))


def check_law():
    """The oracles hold each other."""
    for n, x2 in [(60, 4.6), (100, 2.7), (100, 4.4), (300, 0.9), (300, 4.5)]:
        d = math.sqrt(x2 / n)
        exact = durbin(d, n)
        assert abs(poles(d, n) / exact - 1) < 1e-9, (n, x2)
        if x2 >= TAIL:
            assert abs(twice_one_sided(d, n) / exact - 1) < 1e-10, (n, x2)
    for x2 in [0.05, 0.3, 1, 2.5, 4.5]:
        d = math.sqrt(x2 * 1e-8)
        assert abs(poles(d, 10 ** 6) - pelz_good(d, 10 ** 6)) < 1e-12, x2
        assert abs(poles(d, 10 ** 8) / pelz_good(d, 10 ** 8) - 1) < 1e-10, x2
        assert abs(stats.kstwo.sf(d, 10 ** 8) / float(pelz_good(d, 10 ** 8)) - 1) < 1e-5, x2


def law_cases(rng):
    sizes = [1, 2, 3, 5, 10, 17, 40, 57, 100, 150, 300, 1000, 3000, 10 ** 4, 10 ** 5, 10 ** 6, 10 ** 7, 10 ** 8, 10 ** 9]
    squares = [0.03, 0.06, 0.12, 0.25, 0.5, 0.8, 1.2, 1.7, 2.3, 3, 3.7, 4.3, 4.6, 5.5, 8, 20, 60, 150, 300, 345]
    cases = []
    for n in sizes:
        for x2 in squares:
            d = math.sqrt(x2 * rng.uniform(0.97, 1.03) / n)
            if not 0.5 < n * d or d >= 1 or (400 < n and x2 < 4.5 and n * d < 16):
                continue
            cases.append([n, d, law(d, n)])
        for d in [0.5 / n, 0.501 / n, 0.6 / n, 1 / n, 1.5 / n, 2 / n, 0.5, 0.75, 0.999]:
            if n <= 150 and 0 < d < 1:
                cases.append([n, d, law(d, n)])
    return [case for case in cases if case[2] == 0 or case[2] > 1e-300]


# ---- Lattice paths and tables, in integers ------------------------------------------------------------------


def lattice(n, m, h):
    """P(D_{n,m} >= h / lcm(n, m))."""
    g = math.gcd(n, m)
    row = [0] * (m + 1)
    for i in range(n + 1):
        for j in range(m + 1):
            if abs(i * (m // g) - j * (n // g)) >= h:
                row[j] = 0
            elif i == 0 and j == 0:
                row[j] = 1
            else:
                row[j] = (row[j] if i else 0) + (row[j - 1] if j else 0)
    total = math.comb(n + m, n)
    return float(Fraction(total - row[m], total))


def lattice_cases(rng):
    cases = []
    for index in range(300):
        n, m = rng.randint(1, 40 + index), rng.randint(1, 40 + index // 2)
        if index % 5 == 0:
            m = n
        multiple = math.lcm(n, m)
        h = rng.choice([1, multiple, rng.randint(1, multiple), max(1, round(multiple * rng.random() / math.sqrt(min(n, m))))])
        cases.append([n, m, h, lattice(n, m, min(h, multiple))])
    return cases


def fisher(a, n, b, m):
    """Two-sided: all tables at most 1 + 1e-7 times as probable as this one."""
    weight = lambda k: math.comb(n, k) * math.comb(m, a + b - k)
    tables = [weight(k) for k in range(max(0, a + b - m), min(n, a + b) + 1)]
    return float(Fraction(sum(w for w in tables if w * 10 ** 7 <= weight(a) * (10 ** 7 + 1)), math.comb(n + m, a + b)))


def least_expected(a, n, b, m):
    return Fraction(min(n, m) * min(a + b, n + m - a - b), n + m)


def proportion_cases(rng):
    cases = []
    while len(cases) < 400:
        n, m = (rng.randint(1, rng.choice([5, 30, 100, 400, 1500])) for _ in range(2))
        p = rng.choice([0.002, 0.02, 0.1, 0.5, 0.9, 0.995])
        q = rng.choice([p, p, 0.01, 0.3, 0.999])
        a, b = sum(rng.random() < p for _ in range(n)), sum(rng.random() < q for _ in range(m))
        if least_expected(a, n, b, m) < 20:
            value = fisher(a, n, b, m)
        else:
            value = float(stats.chi2_contingency([[a, n - a], [b, m - b]], correction=False)[1])
        if value > 1e-300:
            cases.append([a, n, b, m, value])
    return cases


def beyond_range(beyond, live, reference):
    """The beta-binomial tail, summed in integers."""
    n, m = live, reference
    ways = sum(math.comb(n, x) * math.factorial(x + 1) * math.factorial(n - x + m - 2) for x in range(beyond, n + 1))
    return float(Fraction(ways * m * (m - 1), math.factorial(n + m)))


def beyond_cases(rng):
    cases = []
    for _ in range(200):
        live, reference = rng.randint(1, 90), rng.randint(2, 90)
        beyond = rng.randint(0, rng.choice([min(5, live), live]))
        cases.append([beyond, live, reference, beyond_range(beyond, live, reference)])
    return cases


# ---- Metrics on counts --------------------------------------------------------------------------------------


def split_total(rng, shares, total):
    """Counts of `total` draws; by their means, rounded, where drawing would be slow."""
    shares = shares / shares.sum()
    if total <= 10 ** 7:
        return rng.multinomial(total, shares)
    return np.floor(shares * total).astype(np.int64)


def random_total(rng, index):
    bounds = [(1, 12), (10, 300), (100, 3000), (500, 9000), (10_001, 10 ** 6), (10 ** 6, 10 ** 12)]
    low, high = bounds[rng.choice(6, p=[0.1, 0.25, 0.25, 0.15, 0.15, 0.1])]
    return int(math.exp(rng.uniform(math.log(low), math.log(high))))


def random_counts(rng, index):
    cells = int(rng.choice([1, 2, 3, 5, 10, 10, 10, 20, 30]))
    totals = [random_total(rng, index) for _ in range(2)]
    if index % 3 == 0:
        totals[1] = totals[0]
    shares = rng.dirichlet(np.full(cells, rng.choice([0.2, 1, 5])))
    effective = totals[0] * totals[1] / sum(totals)
    tilt = rng.choice([0, 1, 1, 2, 5]) / math.sqrt(effective) if index % 4 else rng.uniform(0, 2)
    other = shares * np.exp(min(tilt, 3) * rng.standard_normal(cells))
    reference, live = split_total(rng, shares, totals[0]), split_total(rng, other, totals[1])
    if index % 17 == 0:  # constants: all in one cell, the same or another
        reference[:] = 0
        reference[rng.integers(cells)] = totals[0]
    if index % 34 == 0:
        live[:] = 0
        live[rng.integers(cells)] = totals[1]
    if index % 23 == 0:
        live = reference * int(rng.integers(1, 4))  # the same shares
    reference[0] += reference.sum() == 0
    live[0] += live.sum() == 0
    return [int(x) for x in reference], [int(x) for x in live]


def number(x):
    return "inf" if math.isinf(x) else float(x)


def divergences(p, q):
    """p reference, q live."""
    live_reference, reference_live = rel_entr(q, p).sum(), rel_entr(p, q).sum()
    with np.errstate(invalid="ignore"):  # the root of a sum that rounding left below 0
        distances = [float(np.nan_to_num(jensenshannon(p, q, base=base))) for base in (math.e, 2)]
    return [live_reference + reference_live, live_reference, reference_live, distances[0] ** 2, distances[1] ** 2,
            distances[0], distances[1]]


def statistic_of(a, b):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the p-value, which is not used
        return float(stats.ks_2samp(a, b, method="asymp").statistic)


def exact_p(statistic, n, m, exact):
    """scipy's exact p; integers where scipy gives up, as it does when its sum comes out above 1 by rounding."""
    try:
        return float(exact().pvalue)
    except RuntimeWarning:
        print("in integers:", n, m, statistic)
        return lattice(n, m, round(statistic * math.lcm(n, m)))


def p_values(statistic, n, m, exact):
    """[p, scipy's p], alike where scipy is exact."""
    if max(n, m) <= EXACT_LIMIT:
        p = exact_p(statistic, n, m, exact)
        return [p, p]
    size = int(np.round(n * m / (n + m)))
    return [law(statistic, size), float(stats.kstwo.sf(statistic, size))]


def ks_of_counts(reference, live):
    n, m = sum(reference), sum(live)
    statistic = float(np.max(np.abs(np.cumsum(reference) / n - np.cumsum(live) / m)))
    cells = np.arange(len(live))
    exact = lambda: stats.ks_2samp(np.repeat(cells, reference), np.repeat(cells, live), method="exact")
    if max(n, m) <= EXACT_LIMIT:
        assert abs(statistic_of(np.repeat(cells, reference), np.repeat(cells, live)) - statistic) < 1e-14
    return [statistic] + p_values(statistic, n, m, exact)


def count_case(rng, index):
    reference, live = random_counts(rng, index)
    p, q = np.array(reference) / sum(reference), np.array(live) / sum(live)
    half = len(live) / 2
    smooth_p = (np.array(reference) + 0.5) / (sum(reference) + half)
    smooth_q = (np.array(live) + 0.5) / (sum(live) + half)
    values = divergences(p, q) + divergences(smooth_p, smooth_q) + ks_of_counts(reference, live)
    return [reference, live, [number(x) for x in values]]


COUNT_FIELDS = [f"{metric}/{smoothing}" for smoothing in ("none", "jeffreys") for metric in (
    "psi", "kl_live_reference", "kl_reference_live", "js_divergence_e", "js_divergence_2", "js_distance_e",
    "js_distance_2")] + ["ks", "ks_p", "ks_p_scipy"]

# ---- Metrics on samples -------------------------------------------------------------------------------------


def splitmix64(seed, size):
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, size + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def expand(recipe):
    """scale is a power of two, so that scaling never rounds."""
    kind, seed, size, scale, shift = recipe
    u = (splitmix64(seed, size) >> np.uint64(11)) * 2.0 ** -53
    if kind == "uniform":
        return u * scale + shift
    if kind == "square":
        return u * u * scale + shift
    if kind == "grid":
        return np.floor(u * scale) + np.floor(shift)
    if kind == "atom":  # a quarter of the values alike
        return np.where(u < 0.25, 0.0, u * scale + shift)
    return np.full(size, shift)  # constant


def sample_sizes(rng, index):
    if index % 20 == 0:
        return int(rng.integers(10_001, 40_000)), int(rng.choice([rng.integers(1, 200), rng.integers(5000, 40_000)]))
    limit = int(rng.choice([3, 30, 300, 3000]))
    n, m = int(rng.integers(1, limit + 1)), int(rng.integers(1, limit + 1))
    return (n, n) if index % 5 == 1 else (n, m)


def sample_recipes(rng, index):
    sizes = sample_sizes(rng, index)
    effective = sizes[0] * sizes[1] / sum(sizes)
    kind = str(rng.choice(["uniform", "square", "grid", "atom"]))
    scale = float(2.0 ** rng.integers(2, 8)) if kind == "grid" else float(2.0 ** rng.integers(-3, 4))
    moved = float(scale * rng.choice([0, 0.5, 1, 2, 6]) / math.sqrt(effective)) if index % 7 else scale * rng.random()
    kinds, shifts = [kind, kind], [0.0, float(moved)]
    if index % 29 == 0:
        kinds[1] = "constant"
    if index % 58 == 0:
        kinds[0], shifts[0] = "constant", float(rng.choice([0.0, moved]))
    if index % 31 == 0:
        kinds[1] = "square"
    return [[kinds[i], int(rng.integers(2 ** 53)), sizes[i], scale, shifts[i]] for i in range(2)]


def sample_case(rng, index):
    recipes = sample_recipes(rng, index)
    a, b = map(expand, recipes)
    exact = lambda: stats.ks_2samp(a, b, method="exact")
    statistic = statistic_of(a, b)
    return recipes + [[statistic] + p_values(statistic, len(a), len(b), exact)]


# ---- Writing ------------------------------------------------------------------------------------------------


def write(path, lists, **rest):
    parts = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in rest.items()]
    for key, rows in lists.items():
        lines = ",\n".join(json.dumps(row, separators=(",", ":"), allow_nan=False) for row in rows)
        parts.append(f"{json.dumps(key)}: [\n{lines}\n]")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n")
    print(path, path.stat().st_size, "bytes")


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent)
    made_by = f"make_drift_cases.py with scipy {scipy.__version__}, numpy {np.__version__}, mpmath {mp.__version__}"
    check_law()
    rng = random.Random(1951)
    write(folder / "stats_cases.json", {
        "kolmogorov [n, d, p]": law_cases(rng),
        "two_samples [n, m, h, p]": lattice_cases(rng),
        "two_proportions [events_a, trials_a, events_b, trials_b, p]": proportion_cases(rng),
        "beyond_range [beyond, live, reference, p]": beyond_cases(rng),
    }, made_by=made_by)
    rng = np.random.default_rng(1933)
    write(folder / "drift_cases.json", {
        "counts": [count_case(rng, index) for index in range(CASES)],
        "samples": [sample_case(rng, index) for index in range(CASES)],
    }, made_by=made_by, count_fields=COUNT_FIELDS, recipe=["kind", "seed", "size", "scale", "shift"],
        sample_fields=["ks", "p", "p_scipy"])


if __name__ == "__main__":
    main()
