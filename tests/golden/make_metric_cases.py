#!/usr/bin/python3
"""Writes metric_cases.json, the golden cases of the metrics that make_drift_cases.py does not have.

    /usr/bin/python3 make_metric_cases.py [FOLDER]

Needs Debian 12's python3-scipy (1.10) and python3-mpmath; takes some 20 seconds and gives the same bytes every time.
Values come from scipy and numpy; those that scipy has not, or not to 1e-12, from their definition in fractions;
limit laws from mpmath, by other formulas than the library's: Bessel functions for Cramer-von Mises (Anderson & Darling
1952), and their integral for Anderson-Darling.
"""

import math
import sys
import warnings
from fractions import Fraction
from pathlib import Path

import mpmath as mp
import numpy as np
import scipy
from scipy import stats

from make_drift_cases import expand, random_counts, sample_recipes, write

warnings.simplefilter("ignore")  # scipy on p-values beyond its table
mp.mp.dps = 60
CASES = 300


def cramer_von_mises_limit(x):
    """P(W >= x)."""
    if x < 0.003:
        return 1.0
    with mp.workdps(60 + int(2.2 * x)):  # 1 - P(W < x) cancels as many digits
        return float(1 - cramer_von_mises_below(mp.mpf(x)))


def cramer_von_mises_below(x):
    total = mp.mpf(0)
    for k in range(10_000):
        q = mp.mpf(4 * k + 1) ** 2 / (16 * x)
        term = mp.gamma(k + mp.mpf(1) / 2) / mp.factorial(k) * mp.sqrt(4 * k + 1) * mp.exp(-q) * mp.besselk(mp.mpf(1) / 4, q)
        total += term
        if term < mp.mpf(10) ** -mp.mp.dps:
            break
    return total / (mp.pi ** mp.mpf(1.5) * mp.sqrt(x))


def anderson_darling_limit(z):
    """P(A >= z)."""
    if z < 0.02:
        return 1.0
    z = mp.mpf(z)
    total = mp.mpf(0)
    for j in range(200):
        t = (4 * j + 1) ** 2 * mp.pi ** 2 / (8 * z)
        width = 10 / mp.sqrt(t)
        part = mp.quad(lambda w: mp.exp(z / (8 * (w * w + 1)) - t * w * w), [0, width / 4, width])
        term = mp.binomial(-mp.mpf(1) / 2, j) * (4 * j + 1) * mp.exp(-t) * part
        total += term
        if abs(term) < mp.mpf(10) ** -36:
            break
    return float(1 - mp.sqrt(2 * mp.pi) / z * total)


def law_cases():
    points = [0.004, 0.01, 0.03, 0.1, 0.2, 0.4614, 0.7435, 1.168, 2, 4, 6]
    ad_points = [0.03, 0.1, 0.3, 0.7, 1, 1.933, 2.492, 3.857, 6, 10, 20]
    return [[x, cramer_von_mises_limit(x), y, anderson_darling_limit(y)] for x, y in zip(points, ad_points)]


COUNT_FIELDS = ["chi_square", "chi_square_p", "yates", "yates_p", "g", "g_p", "cramers_v", "total_variation",
                "l_infinity", "hellinger", "steps"]


def tests(table):
    """Chi-square without and with Yates' correction, and G: in fractions, as scipy loses digits on large counts."""
    rows, size, cells = [int(x) for x in table.sum(axis=1)], int(table.sum()), table.shape[1]
    pairs = [(Fraction(int(table[i, c])), Fraction(rows[i] * int(table[:, c].sum()), size))
             for i in range(2) for c in range(cells)]
    correction = Fraction(1, 2) if cells == 2 else 0
    yates = sum((abs(o - e) - min(correction, abs(o - e))) ** 2 / e for o, e in pairs)
    exact = lambda f: mp.mpf(f.numerator) / f.denominator
    g = 2 * mp.fsum(exact(o) * mp.log(exact(o / e)) for o, e in pairs if o)
    values = [float(sum((o - e) ** 2 / e for o, e in pairs)), float(yates), float(g)]
    row = []
    options = ({"correction": False}, {"correction": True}, {"correction": False, "lambda_": "log-likelihood"})
    for value, option in zip(values, options):
        value = max(value, 0.0)
        scipy_value = stats.chi2_contingency(table, **option)[0]
        assert abs(scipy_value - value) <= 1e-11 * value + 1e-14 * size, (value, scipy_value)
        row += [value, float(stats.chi2.sf(value, cells - 1)) if cells > 1 else 1.0]
    return row


def count_case(rng, index):
    reference, live = random_counts(rng, index)
    table = np.array([reference, live])
    p, q = table[0] / table[0].sum(), table[1] / table[1].sum()
    table = table[:, table.sum(axis=0) > 0]
    row = tests(table)
    cells = np.arange(len(p))
    row += [math.sqrt(row[0] / table.sum()), np.abs(p - q).sum() / 2, np.abs(p - q).max(),
            math.sqrt(((np.sqrt(p) - np.sqrt(q)) ** 2).sum() / 2),
            stats.wasserstein_distance(cells, cells, p, q) / max(1, len(p) - 1)]
    return [reference, live, [float(x) for x in row]]


def cramer_von_mises(a, b):
    """By definition, in fractions."""
    n, m = len(a), len(b)
    a, b = np.sort(a), np.sort(b)
    values = np.concatenate([a, b])
    i, j = np.searchsorted(a, values, "right"), np.searchsorted(b, values, "right")
    squares = sum(int(d) ** 2 for d in i * m - j * n)
    return float(Fraction(squares, n * m * (n + m) ** 2))


def p_of_cramer_von_mises(a, b):
    """Exact from scipy for at most 20 values a side; else the limit law at the mean and variance of Anderson 1962."""
    n, m = len(a), len(b)
    if max(n, m) <= 20:
        return float(stats.cramervonmises_2samp(a, b, method="exact").pvalue)
    k, size = n * m, n + m
    mean = Fraction(size + 1, 6 * size)
    variance = Fraction((size + 1) * (4 * k * size - 3 * (n * n + m * m) - 2 * k), 45 * size ** 2 * 4 * k)
    t = mp.mpf(cramer_von_mises(a, b))
    return cramer_von_mises_limit(mp.mpf(1) / 6 + (t - mp.mpf(mean.numerator) / mean.denominator)
                                  / mp.sqrt(45 * mp.mpf(variance.numerator) / variance.denominator))


SAMPLE_FIELDS = ["wasserstein", "cramer_von_mises", "cramer_von_mises_p", "cramer_von_mises_p_scipy",
                 "anderson_ksamp", "anderson_ksamp_p"]


def sample_case(rng, index):
    recipes = sample_recipes(rng, index)
    for recipe in recipes:
        recipe[2] = min(recipe[2], 3000) if index % 3 else 2 + recipe[2] % 19
    a, b = map(expand, recipes)
    distinct = len(np.unique(np.concatenate([a, b])))
    p = scipy_p = None
    if distinct == len(a) + len(b) and min(len(a), len(b)) > 1:  # scipy: without ties only
        p = p_of_cramer_von_mises(a, b)
        scipy_p = float(stats.cramervonmises_2samp(a, b).pvalue)
    ad = [None, None]
    if distinct > 1 and len(a) + len(b) >= 4:
        result = stats.anderson_ksamp([a, b])
        ad = [float(result.statistic), float(result.significance_level)]
    return recipes + [[float(stats.wasserstein_distance(a, b)), cramer_von_mises(a, b), p, scipy_p] + ad]


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent)
    made_by = f"make_metric_cases.py with scipy {scipy.__version__}, numpy {np.__version__}, mpmath {mp.__version__}"
    rng = np.random.default_rng(1952)
    write(folder / "metric_cases.json", {
        "counts": [count_case(rng, index) for index in range(CASES)],
        "samples": [sample_case(rng, index) for index in range(CASES)],
        "laws [x, cramer_von_mises, y, anderson_darling]": law_cases(),
    }, made_by=made_by, count_fields=COUNT_FIELDS, sample_fields=SAMPLE_FIELDS)


if __name__ == "__main__":
    main()
