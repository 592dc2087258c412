import json
import unittest

from harness import load


class ParsingTests(unittest.TestCase):
    def test_result_of_wrk_becomes_rates_and_times(self):
        seen = load.parse_wrk("  100 requests in 2s\nRESULT 100 5 1 2000000 1.500 2.500 9.000\n", 0.25)
        self.assertEqual(seen.requests_per_second, 50)
        self.assertEqual((seen.p50, seen.p90, seen.p99, seen.accepted_p99), (1.5, 2.5, 9, 9))
        self.assertEqual((seen.succeeded, seen.refused, seen.failed, seen.tool_cpu_seconds), (100, 5, 1, 0.25))

    def test_output_of_wrk_without_a_result_is_refused(self):
        with self.assertRaisesRegex(RuntimeError, "no result"):
            load.parse_wrk("unable to connect", 0)

    def test_goodput_counts_what_was_answered_in_time(self):
        times = {"p50": 1, "p90": 2, "p99": 3, "max": 4}
        seen = load.parse_load(json.dumps({
            "seconds": 4, "in_time": 100, "succeeded": 120, "refused": 30, "failed": 0, "unanswered": 7,
            "all": times, "accepted": {**times, "p99": 2.5}, "refusals": {**times, "p99": 0.5}, "late": times}), 1)
        self.assertEqual(seen.requests_per_second, 25)
        self.assertEqual((seen.p99, seen.accepted_p99, seen.refusal_p99), (3, 2.5, 0.5))
        self.assertEqual((seen.succeeded, seen.unanswered), (120, 7))


if __name__ == "__main__":
    unittest.main()
