"""Measures the servers in alternating rounds. See benchmarks/README.md."""

import argparse
import json
import os
import platform
import random
import shutil
import socket
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from . import load, report
from .processes import Running, answers
from .servers import CORES, HERE, servers
from .workloads import workloads


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Bench:
    def __init__(self, options):
        self.options = options
        self.build = options.build.resolve()
        self.models = self.build / "models"
        self.workloads = workloads(self.models)
        self.servers = servers(self.build)
        self.tools = {name: shutil.which(name, path=f"{self.build}/tools/bin:{os.environ['PATH']}")
                      for name in ("wrk", "oha")}
        self.results = []

    def taking_part(self, key):
        wanted = self.options.servers.split(",") if self.options.servers else list(self.servers)
        for server in self.servers.values():
            if key in server.workloads and server.key in wanted:
                missing = server.missing()
                if missing:
                    print(f"skipped: {server.title}: {missing} is missing", flush=True)
                else:
                    yield server

    def start(self, server, workload):
        port = free_port()
        environment = {**os.environ, **server.environment, "PORT": str(port), "MODELS": str(self.models),
                       "WORKLOAD": workload.model}
        running = Running(server.command(port, workload), environment, server.directory,
                          self.build / f"{server.key}-{workload.key}.log")
        base = f"http://127.0.0.1:{port}"
        path = server.paths.get(workload.key, workload.path)
        body = workload.body.read_bytes()
        first = body.splitlines()[0] if workload.varies() else body
        request = urllib.request.Request(base + path, data=first, headers=workload.headers())
        try:
            # ready means that it answers what it is there for, not only that it says so
            seconds = running.wait_until(
                lambda: answers(base + server.ready_path) and answers(base + path, request), timeout=120)
        except RuntimeError:
            running.stop()
            raise
        return running, base + path, seconds

    def record(self, server, workload, kind, **figures):
        entry = {"server": server.key, "workload": workload.key, "kind": kind, **figures}
        self.results.append(entry)
        print(json.dumps(entry), flush=True)

    def closed_round(self, server, workload):
        running, url, ready = self.start(server, workload)
        try:
            with tempfile.TemporaryDirectory() as directory:
                for seconds, measured in ((self.options.warm_up, False), (self.options.seconds, True)):
                    before = running.cost()
                    seen = load.closed(self.tools["wrk"], url, workload, self.options.connections, seconds, directory)
                    after = running.cost()
                    if measured:
                        cpu = (after.cpu_seconds - before.cpu_seconds) / max(1, seen.succeeded)
                        self.record(server, workload, "closed", ready_seconds=ready, cpu_ms_per_request=1000 * cpu,
                                    memory=after.memory, **seen.as_dict())
        finally:
            running.stop()

    def open_round(self, server, workload, rates):
        running, url, _ = self.start(server, workload)
        try:
            with tempfile.TemporaryDirectory() as directory:
                load.closed(self.tools["wrk"], url, workload, self.options.connections, self.options.warm_up,
                            directory)
            for rate in rates:
                seen = load.opened(self.tools["oha"], url, workload, rate, 512, self.options.seconds)
                self.record(server, workload, "open", rate=rate, memory=running.cost().memory, **seen.as_dict())
        finally:
            running.stop()

    def run(self):
        shuffled = random.Random(1)
        for key in self.options.workloads:
            workload = self.workloads[key]
            taking_part = list(self.taking_part(key))
            for _ in range(self.options.rounds):
                shuffled.shuffle(taking_part)
                for server in taking_part:
                    self.guarded(self.closed_round, server, workload)
            rates = self.rates(key, taking_part)
            if rates and self.tools["oha"]:
                for _ in range(max(1, self.options.rounds // 2)):
                    shuffled.shuffle(taking_part)
                    for server in taking_part:
                        self.guarded(self.open_round, server, workload, rates)

    def guarded(self, work, server, *arguments):
        try:
            work(server, *arguments)
        except (RuntimeError, OSError) as failure:
            print(f"failed: {server.title}: {failure}", flush=True)

    def rates(self, key, taking_part):
        """Fractions of what the slowest and the fastest server manage in the closed loop."""
        peaks = [report.median([entry["requests_per_second"] for entry in self.results
                                if entry["workload"] == key and entry["server"] == server.key
                                and entry["kind"] == "closed"]) for server in taking_part]
        peaks = [peak for peak in peaks if peak]
        if not peaks:
            return []
        return sorted({max(1, round(factor * peak)) for peak in (min(peaks), max(peaks))
                       for factor in (0.25, 0.5, 0.9)} | {round(5 * max(peaks))})


def machine():
    processor = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                      if line.startswith("model name")), platform.processor())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {"processor": processor, "cores": CORES, "memory_gib": round(memory), "system": platform.release(),
            "date": time.strftime("%Y-%m-%d"), "python": platform.python_version()}


def main():
    parser = argparse.ArgumentParser(prog="benchmarks/run", description="Measure the servers against each other")
    parser.add_argument("--build", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--workloads", default="abcdef", help="which workloads (default: all)")
    parser.add_argument("--servers", default="", help="comma-separated keys of servers (default: all)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=15, help="of each measurement")
    parser.add_argument("--warm-up", type=int, default=15, help="seconds of load before each measurement")
    parser.add_argument("--connections", type=int, default=50)
    parser.add_argument("--report", action="store_true", help="write docs/benchmarks.md from the results")
    options = parser.parse_args()
    bench = Bench(options)
    if not bench.tools["wrk"]:
        sys.exit("wrk is missing: install it, for instance with the system's package manager")
    if not bench.tools["oha"]:
        print("oha is missing: the open loop is skipped", flush=True)
    bench.run()
    results = {"machine": machine(), "options": {"connections": options.connections, "seconds": options.seconds,
                                                 "warm_up": options.warm_up, "rounds": options.rounds},
               "results": bench.results}
    target = HERE / "results" / "latest.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(results, indent=1) + "\n")
    print(report.table(results, bench.servers, bench.workloads))
    if options.report:
        report.write(results, bench.servers, bench.workloads, HERE.parent / "docs")


if __name__ == "__main__":
    main()
