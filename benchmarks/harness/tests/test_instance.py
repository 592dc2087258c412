import unittest
from types import SimpleNamespace
from unittest.mock import patch

from harness import instance


class DecisionTests(unittest.TestCase):
    def test_what_was_decided_is_read_from_the_log(self):
        log = ("INFO 7 --- io.modelserving.models : Model wide:1 is ready: loaded in 1 ms, warmed up in 2 ms; instances: 1, "
               "threads of each: 2; batches of up to 64 rows: the smallest batch (µs per row: 1: 9.0)\n"
               "INFO 7 --- io.modelserving.models : Model ten:1 is ready: loaded in 1 ms; no batches: one sample row only\n"
               "INFO 7 --- io.modelserving.models : Model ten:1 is unloaded\n")
        self.assertEqual(instance.decisions(log), [
            ("wide:1", "batches of up to 64 rows: the smallest batch (µs per row: 1: 9.0)"),
            ("ten:1", "no batches: one sample row only")])


class WarmUpTests(unittest.TestCase):
    def test_warming_up_ends_when_rates_no_longer_grow(self):
        self.assertFalse(instance.steady([100, 100, 100]))
        self.assertFalse(instance.steady([100, 101, 101, 110]))
        self.assertTrue(instance.steady([100, 101, 90, 101]))

    def test_a_server_that_compiles_has_few_connections_first(self):
        self.assertEqual(self.connections(least=10), [instance.CORES] * 2 + [None] * 4)
        self.assertEqual(self.connections(least=0), [None] * 4)

    def connections(self, least):
        seen, server = [], object.__new__(instance.Instance)
        server.server = SimpleNamespace(least_warm_up=least)
        server.bench = SimpleNamespace(options=SimpleNamespace(warm_up=100))
        with patch.object(instance.time, "monotonic", lambda: 3 * len(seen)), \
                patch.object(server, "closed", lambda seconds, connections=None:
                             seen.append(connections) or {"requests_per_second": 1}):
            server.warm_up()
        return seen


if __name__ == "__main__":
    unittest.main()
