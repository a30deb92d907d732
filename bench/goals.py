"""The rows of the benchmark table: what each compares, where its numbers come from, and the goals.

A goal that depends on data names all the data it must hold on; its row is the worst of them.
"""

from dataclasses import dataclass
from typing import Optional

ANY = ("normal", "lognormal2", "pareto", "bimodal50", "rounded0.1")
NORMAL = ("normal",)
NONE = ("",)


@dataclass(frozen=True)
class Row:
    name: str
    better: str  # "lower": ours / a limit; "higher": a peer / ours
    reachable: Optional[float]  # None: shown without a goal
    moonshot: Optional[float]
    tool: str  # a program of bench/, or "peers" or "watch_peer": of bench/python
    bench: str  # its name there, {} standing for the data
    counter: str = "ratio"
    data: tuple = NONE
    per: str = "value"  # what the nanoseconds are for
    absolute: bool = False  # the number is in the unit that the name says, not a ratio

    def benches(self):
        return [self.bench.format(data) for data in self.data]


def _cells(counter, name, size, bounds, data=ANY):
    return [
        Row(f"{name}{cells}", "higher", *bounds[cells], "simd_bench", f"count/f32/{cells}/{{}}/{size}", counter, data)
        for cells in bounds
    ]


M16, K64 = 1 << 24, 1 << 16

ROWS = [
    Row("f32 deciles / read, 16Mi", "lower", 1.6, 1.2, "simd_bench", f"count/f32/10/{{}}/{M16}", "x_read", NORMAL),
    Row("f32 deciles any edges / read, 16Mi", "lower", 2.0, 1.2, "simd_bench", f"count/f32/10/{{}}/{M16}", "x_read", ANY),
    Row("f32 deciles / read, 64Ki", "lower", 5, 3.5, "simd_bench", f"count/f32/10/{{}}/{K64}", "x_read", NORMAL),
    Row("f32 deciles any edges / read, 64Ki", "lower", 7.5, 3.5, "simd_bench", f"count/f32/10/{{}}/{K64}", "x_read", ANY),
    Row("f64 deciles / read, 16Mi", "lower", 1.7, 1.25, "simd_bench", f"count/f64/10/{{}}/{M16}", "x_read", ANY),
    Row("f32 256 bins any edges / read, 16Mi", "lower", 9, 4.5, "simd_bench", f"count/f32/256/{{}}/{M16}", "x_read", ANY),
    Row("f32 64 bins / read, 16Mi", "lower", 5.5, 3, "simd_bench", f"count/f32/64/{{}}/{M16}", "x_read", ANY),
    Row("vs np.histogram(edges), 1Mi f32 B10", "higher", 120, 250, "peers", "np.histogram/10/{}", data=ANY),
    Row("vs np.histogram(edges), 1Mi f32 B64", "higher", 50, 100, "peers", "np.histogram/64/{}", data=ANY),
    Row("vs np.histogram(edges), 1Mi f32 B256", "higher", 28, 60, "peers", "np.histogram/256/{}", data=ANY),
    Row("vs searchsorted+bincount, 1Mi f32 B10", "higher", 80, 150, "peers", "searchsorted/10/{}", data=ANY),
    Row("vs pd.cut+bincount, 1Mi f32 B10", "higher", None, None, "peers", "pd.cut/10/{}", data=ANY),
    *_cells("vs_boost_variable", "vs Boost variable, fresh data 16Mi f32 B", M16,
            {10: (60, 100), 64: (40, 70), 256: (28, 60)}),
    *_cells("vs_branchless", "vs honest branchless scalar, 64Ki B", K64, {10: (20, 35), 64: (8, 15), 256: (6, 12)}),
    Row("vs Boost regular, uniform 64, 16Mi", "higher", 4, 8, "simd_bench", f"count/f32/64/equal_width/{M16}",
        "vs_boost_regular"),
    Row("vs fast-histogram loop, uniform 64, 16Mi", "higher", 2.2, 4.5, "simd_bench", f"count/f32/64/equal_width/{M16}",
        "vs_fast_histogram"),
    Row("vs fast_histogram.histogram1d, uniform 64, 1Mi", "higher", None, None, "peers", "fast_histogram/64"),
    Row("row record / copy, F=16", "lower", 2.6, 2, "row_bench", "row_record/16", per="row"),
    Row("row record / copy, F=100", "lower", 4.2, 3, "row_bench", "row_record/100", per="row"),
    Row("row record / copy, F=500", "lower", 5, 3.5, "row_bench", "row_record/500", per="row"),
    Row("row record / copy, 64 rows in cache, F=100", "lower", None, None, "row_bench", "row_record_small/100", per="row"),
    Row("rows batch no copy / copy, F=100", "lower", 3.3, 2.3, "row_bench", "row_batch/100", per="row"),
    Row("KS D, presorted ref, 100k / numpy D-only (normal)", "higher", 50, 150, "peers", "ks_d/{}", data=NORMAL, per="job"),
    Row("KS D, presorted ref, 100k / numpy D-only (any data)", "higher", None, None, "peers", "ks_d/{}", data=ANY, per="job"),
    Row("KS vs scipy incl. p-value, 100k, shift 0", "higher", 50, 150, "peers", "ks_p/{}", data=NORMAL, per="job"),
    Row("KS D, presorted ref, 100k / sorted by std::sort (any data)", "higher", None, None, "ks_bench",
        "ks_reference/f32/{}/100000", data=ANY, per="job"),
    Row("PSI 1M x 20 vs np.histogram loop", "higher", 90, 200, "peers", "psi/np.histogram", per="job"),
    Row("PSI 1M x 20 vs searchsorted loop", "higher", None, None, "peers", "psi/searchsorted", per="job"),
    Row("leeway watch, 99 windows x 25, CSV / pandas and scipy", "higher", 30, None, "watch_peer", "watch/csv", per="job"),
    Row("leeway watch, 99 windows x 25, CSV / pandas and scipy, imported", "higher", None, None, "watch_peer",
        "watch/after_imports", per="job"),
    Row("leeway watch, 99 windows x 25, CSV to JSON / pandas and scipy", "higher", None, None, "watch_peer", "watch/json",
        per="job"),
    Row("leeway watch, 99 windows x 25, gzip / pandas and scipy", "higher", None, None, "watch_peer", "watch/gz", per="job"),
    Row("leeway watch, 99 windows x 25, CSV / careful, no KS", "higher", None, None, "watch_peer", "watch/careful", per="job"),
    Row("PSI 1M x 20 / copy of the rows", "lower", None, None, "row_bench", "psi_rows/1000000x20", per="job"),
    Row("in a host: added CPU ns per row, F=100", "lower", 60, None, "embed_bench", "embed/block_rows:64/drain_ms:1000",
        "embed_added_cpu_ns", absolute=True),
    Row("in a host: 99.9th percentile of record, us", "lower", 5, None, "embed_bench", "embed/block_rows:64/drain_ms:1000",
        "embed_p999_us", absolute=True),
    Row("in a host: 99.9th percentile of record, us, low latency", "lower", 1, None, "embed_bench",
        "embed/block_rows:8/drain_ms:1000", "embed_low_latency_p999_us", absolute=True),
    Row("in a host: two threads / one", "higher", 1.75, None, "embed_bench", "two_threads", "two_threads_ratio",
        absolute=True),
    Row("in a host: two threads / one, against memcpy", "higher", 0.95, None, "embed_bench", "two_threads",
        "two_threads_vs_memcpy", absolute=True),
    Row("moments f32 / count of 10 cells, 16Mi", "lower", None, None, "moments_bench", f"moments/f32/normal/{M16}",
        "moments_x_count"),
    Row("exact retraining interval / one std::log", "lower", None, None, "retrain_bench", "normalized_interval/any", "x_log",
        per="solve"),
    Row("contract check of a row / copy, F=64", "lower", None, None, "contract_bench", "contract_row/64", per="row"),
    Row("contract check of a row with codes and means / copy, F=64", "lower", None, None, "contract_bench",
        "contract_row_mixed/64", per="row"),
    Row("1 ms snapshots, CPU per row", "lower", 1.05, 1.01, "row_bench", "row_snapshots/100", per="row"),
]

LEAST_REPETITIONS = 7


def worst(better, ratios):
    """The key of `ratios` with the ratio farthest from any goal."""
    return (max if better == "lower" else min)(ratios, key=ratios.get)


def meets(better, ratio, goal):
    if goal is None:
        return False
    return ratio <= goal if better == "lower" else ratio >= goal


def verdict(row):
    """"moonshot", "yes", "no", or "" where there is no goal or no number; of a row of bench.json."""
    if row["ratio"] is None or row["reachable"] is None:
        return ""
    if meets(row["better"], row["ratio"], row["moonshot"]):
        return "moonshot"
    return "yes" if meets(row["better"], row["ratio"], row["reachable"]) else "no"
