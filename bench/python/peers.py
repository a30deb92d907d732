#!/usr/bin/env python3
"""numpy, scipy, pandas and others beside the library, taking turns in one process on the same arrays.

    peers.py BENCH_KERNELS_LIBRARY [--quick]

Prints what the C++ benches print with --benchmark_format=json: a context with versions, and per bench ratio (peer /
ours), ours_ns, turns; or not_measured and why. Data by the recipes of bench/support.hpp; processor time of the thread;
medians. Results are compared before anything is timed.
"""

import ctypes
import importlib
import json
import statistics
import sys
import time

MODULES = {"numpy": "python3-numpy", "scipy": "python3-scipy", "pandas": "python3-pandas", "fast_histogram": None}
CELLS = (10, 64, 256)
DATA = ("normal", "lognormal2", "pareto", "bimodal50", "rounded0.1")
found, absent = {}, {}
for module, package in MODULES.items():
    try:
        found[module] = importlib.import_module("scipy.stats" if module == "scipy" else module)
    except ImportError as error:
        absent[module] = f"{package} is not installed" if package else f"optional: {error}"
np = found.get("numpy")
quick = "--quick" in sys.argv
ROUNDS, SIZE, KS_SIZE, PSI_ROWS, PSI_FEATURES = (2, 1 << 16, 10_000, 20_000, 20) if quick else (9, 1 << 20, 100_000, 1_000_000, 20)
results = []


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
}


def draw(recipe, size, seed):
    numbers = splitmix64(seed, 2 * size)
    return RECIPES[recipe](numbers[0::2], numbers[1::2]).astype(np.float32)


def nanoseconds(function, calls=1):
    start = time.thread_time_ns()
    for _ in range(calls):
        function()
    return (time.thread_time_ns() - start) / calls


def compare(items, ours, peers, calls=4):
    """Times ours and each (bench, function) of `peers` in turns; `items` is what one call works through."""
    ours_ns, peer_ns = [], {name: [] for name in peers}
    for _ in range(ROUNDS):
        ours_ns.append(nanoseconds(ours, calls))
        for name, peer in peers.items():
            peer_ns[name].append(nanoseconds(peer))
    median = statistics.median(ours_ns)
    for name, times in peer_ns.items():
        results.append({"name": name, "ratio": statistics.median(times) / median, "ours_ns": median / items, "turns": ROUNDS})


def skip(names, needs):
    """Notes that `names` cannot be measured if a module of `needs` is absent, and says so."""
    reason = "; ".join(absent[module] for module in needs if module in absent)
    results.extend({"name": name, "not_measured": reason} for name in names if reason)
    return bool(reason)


def demand(condition, what):
    if not condition:
        sys.exit(f"peers.py: {what}: ours and the peer's results differ")


def pointer(array):
    return ctypes.c_void_p(array.ctypes.data)


def float_edges(edges):
    """The same cells for float values: each edge rounded up."""
    rounded = edges.astype(np.float32)
    return np.where(rounded < edges, np.nextafter(rounded, np.float32(np.inf)), rounded)


def count_call(library, edges, lower, upper, x):
    interior, cells = edges.astype(np.float64), np.zeros(len(edges) + 1, dtype=np.uint64)
    plan = ctypes.c_void_p(library.bench_count_new(pointer(interior), len(interior), ctypes.c_double(lower), ctypes.c_double(upper)))
    demand(plan.value, "the axis")
    arguments = plan, pointer(x), ctypes.c_size_t(len(x)), pointer(cells)
    return cells, lambda: library.bench_count(*arguments)


def bench_counting(library, recipe, cells):
    x = draw(recipe, SIZE, 1)
    sample = draw(recipe, 100_000, 2)
    edges = np.unique(np.quantile(sample, np.arange(1, cells) / cells, method="lower"))
    bins = np.concatenate([[-np.inf], edges, [np.inf]]).astype(np.float32)
    peers = {
        f"np.histogram/{cells}/{recipe}": lambda: np.histogram(x, bins)[0],
        f"searchsorted/{cells}/{recipe}": lambda: np.bincount(np.searchsorted(edges, x, side="right"), minlength=len(edges) + 1),
    }
    if "pandas" in found:
        cut = found["pandas"].cut
        peers[f"pd.cut/{cells}/{recipe}"] = lambda: np.bincount(cut(x, bins, right=False, labels=False), minlength=len(edges) + 1)
    counts, ours = count_call(library, edges, float(sample.min()), float(sample.max()), x)
    ours()
    for name, peer in peers.items():
        demand(np.array_equal(peer(), counts), name)
    compare(SIZE, ours, peers)


def bench_fast_histogram(library):
    x = draw("normal", SIZE, 1)
    edges = np.linspace(-4, 4, 65, dtype=np.float32)[1:-1]
    counts, ours = count_call(library, edges, -4.0, 4.0, x)
    ours()
    histogram1d = found["fast_histogram"].histogram1d
    peer = lambda: histogram1d(x, bins=64, range=(-4, 4))
    demand(np.array_equal(peer()[1:-1], counts[1:-1]), "fast_histogram")
    compare(SIZE, ours, {"fast_histogram/64": peer})


def numpy_d(a, b):
    a, b = np.sort(a), np.sort(b)
    both = np.concatenate([a, b])
    return np.abs(np.searchsorted(a, both, side="right") / len(a) - np.searchsorted(b, both, side="right") / len(b)).max()


def bench_ks(library, recipe):
    reference, live = draw(recipe, KS_SIZE, 1), draw(recipe, KS_SIZE, 100)
    prepared = ctypes.c_void_p(library.bench_ks_new(pointer(reference), ctypes.c_size_t(KS_SIZE)))
    demand(prepared.value, "the reference of KS")
    arguments = prepared, pointer(live), ctypes.c_size_t(KS_SIZE)
    statistic = lambda: library.bench_ks(*arguments)
    demand(abs(statistic() - numpy_d(reference, live)) < 1e-9, f"KS D of {recipe}")
    compare(1, statistic, {f"ks_d/{recipe}": lambda: numpy_d(reference, live)})
    if recipe == "normal" and not skip(["ks_p/normal"], ["scipy"]):
        p_value = lambda: library.bench_ks_p_value(*arguments)
        scipy_ks = lambda: found["scipy"].ks_2samp(reference, live)
        demand(abs(p_value() - scipy_ks().pvalue) < 1e-3, "KS p-value")
        compare(1, p_value, {"ks_p/normal": scipy_ks})


def shares(counts):
    return (counts + 0.5) / (counts.sum() + len(counts) / 2)


def psi_loop(count, references, rows, edges):
    live = [shares(count(rows[:, f], edges[f])) for f in range(PSI_FEATURES)]
    return np.array([((q - p) * np.log(q / p)).sum() for p, q in zip(references, live)])


def bench_psi(library):
    rows = draw("normal", PSI_ROWS * PSI_FEATURES, 1).reshape(PSI_ROWS, PSI_FEATURES)
    training = draw("normal", 10_000 * PSI_FEATURES, 2).reshape(10_000, PSI_FEATURES)
    job = ctypes.c_void_p(library.bench_psi_new(pointer(training), ctypes.c_size_t(10_000), ctypes.c_size_t(PSI_FEATURES)))
    buffer, values, edges = np.zeros(4096), np.zeros(PSI_FEATURES), []
    for f in range(PSI_FEATURES):
        size = library.bench_psi_edges(job, ctypes.c_size_t(f), pointer(buffer))
        edges.append(float_edges(buffer[:size].copy()))
    bins = [np.concatenate([[-np.inf], e, [np.inf]]).astype(np.float32) for e in edges]
    by_histogram = lambda x, b: np.histogram(x, b)[0]
    by_search = lambda x, e: np.bincount(np.searchsorted(e, x, side="right"), minlength=len(e) + 1)
    references = [shares(by_histogram(training[:, f], bins[f])) for f in range(PSI_FEATURES)]
    arguments = job, pointer(rows), ctypes.c_size_t(PSI_ROWS), pointer(values)
    ours = lambda: library.bench_psi(*arguments)
    ours()
    peers = {
        "psi/np.histogram": lambda: psi_loop(by_histogram, references, rows, bins),
        "psi/searchsorted": lambda: psi_loop(by_search, references, rows, edges),
    }
    for name, peer in peers.items():
        demand(np.abs(peer() - values).max() < 1e-9, name)
    compare(1, ours, peers, calls=2)


def load(path):
    library = ctypes.CDLL(path)
    library.bench_target.restype = ctypes.c_char_p
    for function in (library.bench_count_new, library.bench_ks_new, library.bench_psi_new):
        function.restype = ctypes.c_void_p
    for function in (library.bench_ks, library.bench_ks_p_value):
        function.restype = ctypes.c_double
    library.bench_psi_edges.restype = ctypes.c_size_t
    library.bench_count.restype = library.bench_psi.restype = None
    return library


def main():
    library = load(sys.argv[1])
    counting = [f"{peer}/{cells}/{data}" for peer in ("np.histogram", "searchsorted") for cells in CELLS for data in DATA]
    all_numpy = counting + [f"ks_d/{data}" for data in DATA] + ["ks_p/normal", "psi/np.histogram", "psi/searchsorted"]
    no_numpy = skip(all_numpy, ["numpy"])
    skip([f"pd.cut/{cells}/{data}" for cells in CELLS for data in DATA], ["numpy", "pandas"])
    if not skip(["fast_histogram/64"], ["numpy", "fast_histogram"]):
        bench_fast_histogram(library)
    for recipe in () if no_numpy else DATA:
        for cells in CELLS:
            bench_counting(library, recipe, cells)
        bench_ks(library, recipe)
    if not no_numpy:
        bench_psi(library)
    context = {name: sys.modules[name].__version__ for name in found}
    context.update(leeway_target=library.bench_target().decode(), python=sys.version.split()[0])
    json.dump({"context": context, "benchmarks": results}, sys.stdout)


if __name__ == "__main__":
    main()
