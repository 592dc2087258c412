import json
import tempfile
import unittest
from pathlib import Path

from harness import plan, report, targets
from harness.__main__ import parse
from harness.results import Results, median
from harness.servers import servers
from harness.workloads import workloads

HEAD = {"machine": {"processor": "P", "cores": 2, "memory_gib": 8, "system": "S", "date": "D"},
        "options": {"connections": 50, "seconds": 8, "warm_up": 24, "rounds": 3, "starts": 5}, "versions": {"mosec": "1"}}
BUILD = Path("build")


def closed(server, rate, workload="a", **more):
    return {"kind": "closed", "workload": workload, "server": server, "requests_per_second": rate, "p50": 1.0,
            "p99": 2.0, "cpu_ms_per_request": 4.0, "memory": 2**20, "resident": 2**21, "tool_cpu_seconds": 1.0,
            "seconds": 8.0, "failed": 0, **more}


def results(*entries):
    return Results(None, HEAD, entries)


class ResultsTests(unittest.TestCase):
    def test_every_result_is_on_disk_at_once_and_can_be_read(self):
        with tempfile.TemporaryDirectory() as directory:
            target = Path(directory) / "results" / "latest.json"
            kept = Results(target, HEAD)
            kept.add(closed("spring", 100))
            self.assertEqual(Results.read(target).entries, kept.entries)
            self.assertEqual(Results.read(target).head, HEAD)

    def test_medians_leave_out_what_is_missing(self):
        self.assertEqual(median([1, None, 3]), 2)
        self.assertIsNone(median([None]))


class TargetTests(unittest.TestCase):
    def find(self, part, *entries):
        return next(target for target in targets.targets(results(*entries)) if part in target.goal)

    def test_ratio_of_medians_decides(self):
        entries = [closed("spring", rate) for rate in (390, 410, 10_000)] + [closed("fastapi-published", 100)]
        target = self.find("as published", *entries)
        self.assertEqual(target.measured, 4.1)
        self.assertTrue(target.met)

    def test_below_the_limit_is_not_met(self):
        target = self.find("as published", closed("spring", 399), closed("fastapi-published", 100))
        self.assertFalse(target.met)

    def test_what_was_not_measured_is_neither_met_nor_missed(self):
        self.assertTrue(all(target.measured is None and target.met is None for target in targets.targets(results())))

    def test_floor_is_the_sum_of_the_medians_of_its_stages(self):
        stages = {"json_base64": 0.2, "jpeg_decode": 2.0, "resize_normalise": 0.1, "session_run": 1.0}
        entries = [{"kind": "floor", "workload": "a", "server": "floor", "one_core": stages, "all_cores": stages,
                    "http_read": reading} for reading in (0.6, 0.7, 9)]
        target = self.find("alone on one core", closed("spring", 1), *entries)
        self.assertAlmostEqual(target.measured, 1)
        self.assertTrue(target.met)

    def test_tails_are_compared_with_the_best_peer_rate_by_rate(self):
        entries = [{"kind": "open", "workload": "e", "server": server, "rate": rate, "p99": p99}
                   for server, rate, p99 in (("spring", 300, 9), ("mosec", 300, 10), ("litserve", 300, 8),
                                             ("spring", 900, 12), ("mosec", 900, 10), ("spring-asynchronous", 300, 1))]
        entries += [closed("spring", 1000, "e"), closed("bare-servlet", 4000, "e")]
        target = self.find("p99 at 300 requests a second, 30 % of the fastest, ≤ 1 × that of the best peer", *entries)
        self.assertAlmostEqual(target.measured, 9 / 8)
        self.assertFalse(target.met)
        self.assertTrue(self.find("p99 at 900 requests a second, 90 % of the fastest, ≤ 1.5 ×", *entries).met)

    def test_memory_is_flat_if_the_last_overload_takes_what_the_first_took(self):
        entries = [{"kind": "overload", "workload": "f", "server": "spring", "peak": 100, "objective": 50, "seconds": 8,
                    "requests_per_second": 96, "accepted_p99": 49, "tool_cpu_seconds": 1, "resident": resident,
                    "resident_before": 50} for resident in (100, 104)]
        self.assertTrue(self.find("goodput", *entries).met)
        self.assertTrue(self.find("p99 of accepted", *entries).met)
        self.assertTrue(self.find("memory flat", *entries).met)


class ReportTests(unittest.TestCase):
    def test_page_shows_servers_and_keeps_what_was_written_by_hand(self):
        entries = results(closed("spring", 400), closed("mosec", 100))
        page = report.page(entries, servers(BUILD), workloads(BUILD), frozenset(), "## What limits us\n\nJPEG.")
        self.assertIn("| Mosec | 100 (100–100) | 4.00 |", page)
        self.assertEqual(report.kept(page), "## What limits us\n\nJPEG.")

    def test_interrupted_results_make_a_page(self):
        self.assertIn("not measured", report.page(results(), servers(BUILD), workloads(BUILD), frozenset(), ""))


class PlanTests(unittest.TestCase):
    def minutes(self, *arguments):
        options = parse(["--build", "build", *arguments])
        known = workloads(BUILD)
        taking_part = {key: sum(key in server.workloads for server in servers(BUILD).values()) for key in known}
        return plan.seconds(options, taking_part, known) / 60

    def test_runs_are_bounded(self):
        self.assertLess(self.minutes(), 60)
        self.assertLess(self.minutes("--quick"), 16)

    def test_what_is_measured_again_replaces_what_was(self):
        options = parse(["--build", "build", "--workloads", "e", "--phases", "load"])
        self.assertTrue(plan.covers(options, closed("spring", 1, "e")))
        self.assertFalse(plan.covers(options, closed("spring", 1, "a")))
        self.assertTrue(plan.covers(options, {"kind": "decision", "workload": "e", "server": "spring"}))
        self.assertFalse(plan.covers(options, {"kind": "overload", "workload": "e", "server": "spring"}))


class ConsistencyTests(unittest.TestCase):
    def test_results_that_are_kept_can_be_reported(self):
        latest = Path(__file__).resolve().parents[2] / "results" / "latest.json"
        if not latest.exists():
            self.skipTest("no results are kept")
        entries = Results(None, json.loads(latest.read_text()), json.loads(latest.read_text())["results"])
        self.assertIn("## Targets", report.tables(entries, servers(BUILD), workloads(BUILD)))


if __name__ == "__main__":
    unittest.main()
