import unittest

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


if __name__ == "__main__":
    unittest.main()
