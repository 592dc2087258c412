"""Keeps results, on disk after every measurement."""

import json
import os
import statistics


def median(values):
    values = [value for value in values if value is not None]
    return statistics.median(values) if values else None


class Results:
    def __init__(self, target, head, entries=()):
        self.target, self.head, self.entries = target, head, list(entries)

    @classmethod
    def read(cls, target):
        content = json.loads(target.read_text())
        return cls(target, {name: value for name, value in content.items() if name != "results"}, content["results"])

    def add(self, entry):
        self.entries.append(entry)
        self.write()

    def write(self):
        """Replaces the file at once, so that an interruption leaves the last or the new one."""
        self.target.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.target.with_suffix(".new")
        fresh.write_text(json.dumps({**self.head, "results": self.entries}, indent=1) + "\n")
        os.replace(fresh, self.target)

    def of(self, kind, workload=None, server=None):
        return [entry for entry in self.entries if entry["kind"] == kind
                and workload in (None, entry["workload"]) and server in (None, entry["server"])]

    def median(self, kind, workload, server, name):
        return median(entry.get(name) for entry in self.of(kind, workload, server))

    def range(self, kind, workload, server, name):
        values = [entry[name] for entry in self.of(kind, workload, server) if name in entry]
        return (min(values), max(values)) if values else None
