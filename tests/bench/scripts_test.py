"""The scripts of bench/: which row is the worst, when a goal is met, and what compare.py makes of two files.

    scripts_test.py BENCH_FOLDER
"""

import contextlib
import io
import json
import os
import sys
import tempfile
import unittest
import xml.dom.minidom

BENCH = sys.argv.pop(1)
sys.path.insert(0, BENCH)

import compare  # noqa: E402
import docs  # noqa: E402
import goals  # noqa: E402
import plot  # noqa: E402
import run  # noqa: E402
import table  # noqa: E402

MACHINE = {"cpu": "a cpu", "cores": 2, "caches": ["L1 32 KiB"], "target": "AVX2", "compiler": "g++ 12", "boost": "1.74",
           "load": 0.1, "date": "2024-01-01T00:00"}


def row(name, ratio, better="lower", **more):
    return {"name": name, "better": better, "ratio": ratio, "reachable": 2, "moonshot": 1, "ours_ns": 1.0, "peer_ns": 1.0,
            "per": "value", "repetitions": 9, **more}


def document(*rows, **more):
    return {"format": "leeway.bench", "version": 1, "machine": MACHINE, "rows": list(rows), **more}


class Compare(unittest.TestCase):
    def compare(self, old, new, *options):
        """(exit status, all output) of compare.py on two documents, or texts."""
        with tempfile.TemporaryDirectory() as folder:
            paths = [os.path.join(folder, name) for name in ("old.json", "new.json")]
            for path, content in zip(paths, (old, new)):
                if content is not None:
                    with open(path, "w", encoding="utf-8") as file:
                        file.write(content if isinstance(content, str) else json.dumps(content))
            output = io.StringIO()
            with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
                status = compare.main([*paths, *options])
        return status, output.getvalue()

    def status(self, old_ratio, new_ratio, better, *options):
        return self.compare(document(row("a", old_ratio, better)), document(row("a", new_ratio, better)), *options)[0]

    def test_a_change_within_the_noise_is_none(self):
        self.assertEqual(self.status(1.0, 1.14, "lower"), 0)
        self.assertEqual(self.status(100, 88, "higher"), 0)

    def test_worse_is_a_higher_ratio_where_lower_is_better_and_the_other_way_round(self):
        self.assertEqual(self.status(1.0, 1.2, "lower"), 1)
        self.assertEqual(self.status(1.0, 0.5, "lower"), 0)
        self.assertEqual(self.status(100, 80, "higher"), 1)
        self.assertEqual(self.status(100, 200, "higher"), 0)

    def test_the_band_can_be_chosen_and_is_stated(self):
        self.assertEqual(self.status(1.0, 1.2, "lower", "--noise", "0.3"), 0)
        self.assertEqual(self.status(1.0, 1.05, "lower", "--noise", "0.01"), 1)
        status, output = self.compare(document(row("slow row", 1.0)), document(row("slow row", 9.0)))
        self.assertIn("1 rows worse beyond the noise band 15 %: slow row", output)

    def test_rows_of_one_file_only_are_named_and_are_no_regression(self):
        old = document(row("both", 1), row("gone", 1), row("no longer measured", 1))
        new = document(row("both", 1), row("fresh", 1), row("no longer measured", None, not_measured="no numpy"))
        status, output = self.compare(old, new)
        self.assertEqual(status, 0)
        for line in ("gone: only in the old file", "no longer measured: only in the old file", "fresh: only in the new file"):
            self.assertIn(line, output)

    def test_another_machine_is_pointed_out(self):
        other = document(row("a", 1))
        other["machine"] = {**MACHINE, "target": "AVX3"}
        self.assertIn("note: target differs: AVX2, AVX3", self.compare(document(row("a", 1)), other)[1])

    def test_what_cannot_be_used_is_named(self):
        good = document(row("a", 1))
        cases = {
            None: "No such file",
            "{": "expected JSON",
            "[]": "expected the format leeway.bench",
            json.dumps({**good, "format": "other"}): "expected the format leeway.bench",
            json.dumps({**good, "version": 2}): "expected version 1, found 2",
            json.dumps({**good, "rows": []}): "expected rows, found none",
            json.dumps({**good, "quick": True}): "made by --quick",
            json.dumps(document(row("a", 0))): "expected a positive ratio",
            json.dumps(document(row("a", "1"))): "expected a positive ratio",
            json.dumps(document(row("a", 1, "sideways"))): "expected better to be lower or higher",
            json.dumps(document(row("a", 1), row("a", 2))): "found one twice",
            json.dumps(document({"ratio": 1})): "expected rows with a name",
            json.dumps(document(row("b", 1))): "no row was measured in both files",
        }
        for bad, message in cases.items():
            for pair in ((bad, good), (good, bad)):
                status, output = self.compare(*pair)
                self.assertEqual(status, 2, message)
                self.assertIn(message, output)
                self.assertNotIn("Traceback", output)


class Rows(unittest.TestCase):
    def evaluate(self, better, by_data):
        """The row of bench.json from {data: [ratio of each run]}."""
        goal = goals.Row("name", better, 2, 1, "tool", "bench/{}", "x", tuple(by_data))
        measured = {("tool", f"bench/{data}"): [{"x": ratio, "ours_ns": 6.0, "turns": 9} for ratio in ratios]
                    for data, ratios in by_data.items()}
        return run.evaluate(goal, measured)

    def test_are_the_worst_of_their_data(self):
        self.assertEqual(self.evaluate("lower", {"normal": [1], "pareto": [3]})["data"], "pareto")
        self.assertEqual(self.evaluate("higher", {"normal": [1], "pareto": [3]})["data"], "normal")

    def test_are_medians_of_whole_runs_and_keep_each_run(self):
        found = self.evaluate("lower", {"normal": [1, 9, 2]})
        self.assertEqual((found["ratio"], found["runs"], found["ours_ns"], found["peer_ns"]), (2, [1, 9, 2], 6, 3))

    def test_a_peer_takes_ratio_times_as_long_where_higher_is_better(self):
        self.assertEqual(self.evaluate("higher", {"normal": [4]})["peer_ns"], 24)

    def test_say_why_they_were_not_measured(self):
        goal = goals.Row("name", "lower", 2, 1, "tool", "bench", "x")
        found = run.evaluate(goal, {("tool", "bench"): [{"not_measured": "python3-numpy is not installed"}]})
        self.assertIsNone(found["ratio"])
        self.assertIn("not measured: python3-numpy is not installed", table.text(document(found)))

    def test_too_few_repetitions_are_an_error(self):
        with self.assertRaises(SystemExit), contextlib.redirect_stderr(io.StringIO()):
            run.check_repetitions([row("a", 1, repetitions=6)])
        run.check_repetitions([row("a", 1, repetitions=7)])

    def test_goals_are_met_on_their_own_side(self):
        verdicts = [goals.verdict(row("a", ratio)) for ratio in (0.9, 1.5, 2.1)]
        self.assertEqual(verdicts, ["moonshot", "yes", "no"])
        higher = [goals.verdict(row("a", ratio, "higher", reachable=1, moonshot=2)) for ratio in (2.1, 1.5, 0.9)]
        self.assertEqual(higher, ["moonshot", "yes", "no"])

    def test_have_names_of_their_own_and_a_moonshot_beyond_the_reachable(self):
        self.assertEqual(len({goal.name for goal in goals.ROWS}), len(goals.ROWS))
        for goal in goals.ROWS:
            if goal.moonshot is not None:
                self.assertTrue(goals.meets(goal.better, goal.moonshot, goal.reachable), goal.name)


class Pages(unittest.TestCase):
    DOCUMENT = document(row("a < b", 1.5, runs=[1.4, 1.6]), row("c", 8.0, "higher", data="pareto", ratios={"normal": 9.0}))

    def test_the_table_shows_spread_and_worst_data(self):
        text = table.text(self.DOCUMENT)
        self.assertIn("2 runs: 1.40 to 1.60", text)
        self.assertIn("worst on pareto, normal 9.00", text)
        self.assertIn("2 of 2 goals met, 1 of them as moonshots", text)

    def test_markdown_has_as_many_cells_in_each_line(self):
        for page in (table.markdown(self.DOCUMENT), table.markdown(self.DOCUMENT, self.DOCUMENT)):
            lines = [line for line in page.splitlines() if line.startswith("|")]
            self.assertEqual(len({line.count("|") for line in lines}), 1, page)

    def test_the_picture_is_well_formed_and_names_every_row(self):
        picture = plot.picture(self.DOCUMENT)
        texts = [node.firstChild.data for node in xml.dom.minidom.parseString(picture).getElementsByTagName("text")]
        self.assertIn("a < b", texts)
        self.assertIn("c", texts)

    def test_the_page_keeps_what_is_around_the_table(self):
        page = f"before\n{docs.BEGIN}\nold\n{docs.END}\nafter\n"
        self.assertEqual(docs.replaced(page, "new\n"), f"before\n{docs.BEGIN}\nnew\n{docs.END}\nafter\n")
        with self.assertRaises(SystemExit):
            docs.replaced("no markers", "new\n")


if __name__ == "__main__":
    unittest.main()
