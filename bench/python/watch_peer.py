#!/usr/bin/env python3
"""leeway watch beside the same watch in pandas and scipy, over hotel_bookings: 99 windows of 1,000 rows.

    watch_peer.py LEEWAY [HOTEL_BOOKINGS_CSV_GZ] [--quick]

The reference is the first 20,000 rows, with 16 numeric features, by deciles, and 9 of text. Each turn is a process from its
start to its report, in processor time: ours its text, one line a window and what moved, or all of it as JSON; the turns alternate, medians are compared. The peer is what is usually
written: pandas.read_csv, then for each window and feature PSI by numpy and, if it is numeric, scipy.stats.ks_2samp against the
reference as it is. The careful one prepares edges and shares of the reference once and leaves KS out. Prints what peers.py
prints: per bench ratio (peer / ours), ours_ns, turns; or not_measured and why. Results are compared before anything is timed.
"""

import gzip
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
DATA = PROJECT.parent / "shared" / "data" / "hotel_bookings.csv.gz"
BENCHES = ("watch/csv", "watch/json", "watch/gz", "watch/careful", "watch/after_imports")
NOT_FEATURES = ["booking_id", "booking_date", "arrival_date", "label_date"]
REFERENCE, WINDOW, WINDOWS, QUICK_WINDOWS = 20_000, 1_000, 99, 5
SMOOTHING = 0.5

# ---- the peer


def shares(counts):
    return (counts + SMOOTHING) / (counts.sum() + SMOOTHING * len(counts))


def psi(reference, live):
    return float(((live - reference) * np.log(live / reference)).sum())


def deciles(reference):
    return np.unique(np.quantile(reference, np.arange(1, 10) / 10, method="lower"))


def count(values, edges):
    return np.histogram(values, np.concatenate([[-np.inf], edges, [np.inf]]))[0]


def count_categories(values, categories):
    """How often each category, and at the end all others together."""
    found = values.value_counts()
    known = found.reindex(categories, fill_value=0).to_numpy()
    return np.append(known, found.sum() - known.sum())


def is_numeric(column):
    return pd.api.types.is_numeric_dtype(column)


def compare_feature(reference, live):
    reference, live = reference.dropna(), live.dropna()
    if not is_numeric(reference):
        categories = reference.unique()
        return {"psi": psi(shares(count_categories(reference, categories)), shares(count_categories(live, categories)))}
    edges = deciles(reference)
    ks = stats.ks_2samp(reference, live)
    return {"psi": psi(shares(count(reference, edges)), shares(count(live, edges))), "ks": float(ks.statistic),
            "p_value": float(ks.pvalue)}


def windows_of(live):
    return [live[begin:begin + WINDOW] for begin in range(0, len(live), WINDOW)]


def watch(reference, live):
    return [{name: compare_feature(reference[name], window[name]) for name in reference} for window in windows_of(live)]


class PreparedFeature:
    def __init__(self, reference):
        values = reference.dropna()
        self.numeric = is_numeric(reference)
        self.cells = deciles(values) if self.numeric else pd.Index(values.unique())
        self.shares = shares(self.count(values))

    def count(self, values):
        if self.numeric:
            cells = np.searchsorted(self.cells, values.to_numpy(), side="right")
        else:
            cells = self.cells.get_indexer(values)  # -1: another
        return np.bincount(cells % (len(self.cells) + 1), minlength=len(self.cells) + 1)

    def compare(self, live):
        return {"psi": psi(self.shares, shares(self.count(live.dropna())))}


def watch_carefully(reference, live):
    prepared = {name: PreparedFeature(reference[name]) for name in reference}
    return [{name: feature.compare(window[name]) for name, feature in prepared.items()} for window in windows_of(live)]


def run_peer(how, train, live, out):
    """The peer's process; on standard output how many nanoseconds of it importing took."""
    reference = pd.read_csv(train).drop(columns=NOT_FEATURES)
    started = used_ns(resource.RUSAGE_SELF)
    found = (watch_carefully if how == "careful" else watch)(reference, pd.read_csv(live))
    Path(out).write_text(json.dumps(found, indent=1))
    print(started)


# ---- the measurement


def used_ns(who):
    usage = resource.getrusage(who)
    return (usage.ru_utime + usage.ru_stime) * 1e9


class Job:
    """Files of the data, the profile, and the processes over them."""

    def __init__(self, leeway, data, folder, windows):
        self.leeway, self.folder, self.windows = leeway, Path(folder), windows
        lines = gzip.decompress(data.read_bytes()).splitlines(keepends=True)
        self.write("train.csv", lines[: 1 + REFERENCE])
        self.write("live.csv", lines[:1] + lines[1 + REFERENCE : 1 + REFERENCE + windows * WINDOW])
        (self.folder / "live.csv.gz").write_bytes(gzip.compress(self.path("live.csv").read_bytes(), 6))
        self.profile()

    def path(self, name):
        return self.folder / name

    def write(self, name, lines):
        self.path(name).write_bytes(b"".join(lines))

    def profile(self):
        """The peer's features, of the peer's kinds."""
        features = pd.read_csv(self.path("train.csv")).drop(columns=NOT_FEATURES)
        numeric = [name for name in features if is_numeric(features[name])]
        text = [name for name in features if name not in numeric]
        subprocess.run([self.leeway, "profile", self.path("train.csv"), "--out", self.path("profile"), "--quiet", "--exclude",
                        ",".join(NOT_FEATURES), "--numeric", ",".join(numeric), "--categorical", ",".join(text)], check=True)

    def ours(self, live, as_json=False):
        command = [self.leeway, "watch", self.path("profile"), self.path(live), "--window", str(WINDOW), "--metrics", "psi,ks"]
        return timed(command + ["--json", self.path("ours.json"), "--quiet"] * as_json)[0]

    def peer(self, how, live):
        """Nanoseconds of the process, and of these after importing and reading the reference."""
        command = [sys.executable, __file__, "--peer", how, *map(self.path, ("train.csv", live, "peer.json"))]
        taken, output = timed(command)
        return taken, taken - float(output)

    def result(self, name):
        return json.loads(self.path(name).read_text())


def timed(command):
    before = used_ns(resource.RUSAGE_CHILDREN)
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, check=True)
    return used_ns(resource.RUSAGE_CHILDREN) - before, done.stdout


def demand(condition, what):
    if not condition:
        sys.exit(f"watch_peer.py: {what}: ours and the peer's results differ")


def check_feature(ours, peer, where):
    """KS of the cells bounds that of the values. PSI agrees where cells do: ours pools rare categories."""
    metrics = {metric["name"]: metric for metric in ours["metrics"]}
    demand(("ks" in metrics) == ("ks" in peer), f"{where}: kind")
    if "ks" in peer:
        value, bound = metrics["ks"]["value"], metrics["ks"]["error_bound"]
        demand(value - 1e-9 <= peer["ks"] <= value + bound + 1e-9, f"{where}: KS")
    if ours["feature"] == "stays_in_week_nights":
        demand(abs(metrics["psi"]["value"] - peer["psi"]) < 1e-9, f"{where}: PSI")


def check_results(windows, ours, peer, careful):
    demand(len(ours) == len(peer) == len(careful) == windows, "windows")
    for index, (window, others, careful_others) in enumerate(zip(ours, peer, careful)):
        demand(window["rows"] == WINDOW and len(window["report"]["features"]) == len(others) == 25, f"window {index}")
        for feature in window["report"]["features"]:
            name = feature["feature"]
            check_feature(feature, others[name], f"window {index}, {name}")
            demand(abs(others[name]["psi"] - careful_others[name]["psi"]) < 1e-9, f"window {index}, {name}: careful")


def check(job):
    job.ours("live.csv", as_json=True)
    job.peer("plain", "live.csv")
    ours, peer = job.result("ours.json")["windows"], job.result("peer.json")
    job.peer("careful", "live.csv")
    check_results(job.windows, ours, peer, job.result("peer.json"))


def measure(job, rounds):
    ours, peer = {name: [] for name in BENCHES}, {name: [] for name in BENCHES}
    for _ in range(rounds):
        for live, how, bench in (("live.csv", "plain", "csv"), ("live.csv.gz", "plain", "gz"), ("live.csv", "careful", "careful")):
            ours[f"watch/{bench}"].append(job.ours(live))
            whole, inner = job.peer(how, live)
            peer[f"watch/{bench}"].append(whole)
            if bench == "csv":
                ours["watch/json"].append(job.ours(live, as_json=True))
                peer["watch/json"].append(whole)
                ours["watch/after_imports"].append(ours["watch/csv"][-1])
                peer["watch/after_imports"].append(inner)
    medians = {name: statistics.median(times) for name, times in ours.items()}
    return [{"name": name, "ratio": statistics.median(peer[name]) / medians[name], "ours_ns": medians[name], "turns": rounds}
            for name in BENCHES]


def skipped(reason):
    return [{"name": name, "not_measured": reason} for name in BENCHES]


def results(leeway, data, quick):
    if absent:
        return skipped(absent)
    if not Path(leeway).exists():
        return skipped("the command leeway is not built")
    if not data.exists():
        return skipped(f"no file {os.path.relpath(data, PROJECT)}")
    with tempfile.TemporaryDirectory() as folder:
        job = Job(leeway, data, folder, QUICK_WINDOWS if quick else WINDOWS)
        check(job)
        return measure(job, 1 if quick else 7)


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--quick"]
    if arguments[:1] == ["--peer"]:
        return run_peer(*arguments[1:])
    if len(arguments) not in (1, 2):
        sys.exit(__doc__)
    found = results(arguments[0], Path(arguments[1]) if len(arguments) == 2 else DATA, "--quick" in sys.argv)
    json.dump({"context": {}, "benchmarks": found}, sys.stdout)


try:
    import numpy as np
    import pandas as pd
    from scipy import stats

    absent = ""
except ImportError as error:
    absent = f"{error}; try: sh cmake/setup.sh bench"

if __name__ == "__main__":
    main()
