"""Runs servers and measures them. A server that fails is left out, and said to be."""

import json
import random
import subprocess
import time
from pathlib import Path

from .instance import Instance
from .plan import OPEN_SECONDS, OPEN_WARM_UPS, open_rates
from .results import median
from .servers import CORES, java
from .targets import BARE

# workloads that are measured against each other
GROUPS = ("a", "b", "cg", "d", "e", "f")
PARENT = Path(__file__).resolve().parent.parent


class Bench:
    def __init__(self, options, workloads, servers, tools, results):
        self.options, self.workloads, self.servers, self.tools = options, workloads, servers, tools
        self.build = options.build.resolve()
        self.models = self.build / "models"
        self.results = results
        self.shuffled = random.Random(1)

    def taking_part(self, key):
        wanted = self.options.servers.split(",") if self.options.servers else list(self.servers)
        return [server for server in self.servers.values()
                if key in server.workloads and server.key in wanted and not server.missing()]

    def say_skipped(self):
        for server in self.servers.values():
            if server.missing():
                print(f"skipped: {server.title}: {server.missing()} is missing", flush=True)
        print("skipped: Triton, DJL Serving: they come as container images, not from package registries", flush=True)

    def run(self):
        for group in GROUPS:
            keys = [key for key in group if key in self.options.workloads]
            if keys and "load" in self.options.phases:
                self.measure(keys)
        for phase, work in (("floor", self.floor), ("start", self.starts)):
            if phase in self.options.phases and "a" in self.options.workloads:
                self.guarded(phase, work)
        for workload in self.workloads.values():
            if workload.objective and workload.key in self.options.workloads and "overload" in self.options.phases:
                self.guarded(f"overload of {workload.key}", self.overload, workload)

    def guarded(self, what, work, *arguments):
        """Returns what the work returns, or nothing if it fails."""
        try:
            return work(*arguments)
        except Exception as failure:  # whatever it is, the others are still to be measured
            print(f"failed: {what}: {type(failure).__name__}: {failure}", flush=True)
            return None

    def record(self, kind, workload, server, **figures):
        entry = {"kind": kind, "workload": workload, "server": server, **figures}
        self.results.add(entry)
        print(json.dumps(entry), flush=True)

    def measure(self, keys):
        instances = []
        try:
            for key in keys:
                workload = self.workloads[key]
                if workload.protocol == "grpc" and not self.tools["load"]:
                    continue
                for server in self.taking_part(key):
                    instance = self.guarded(f"{server.title} ({key})", Instance, self, server, workload)
                    if instance:
                        instances.append(instance)
            instances = [instance for instance in instances if self.tried(instance, self.warmed)]
            for _ in range(self.options.rounds):
                self.shuffled.shuffle(instances)
                instances = [instance for instance in instances if self.tried(instance, self.closed_round)]
                if "c" in keys:
                    self.guarded("the session in process", self.in_process)
            if not self.tools["load"]:
                return
            rates = {key: self.rates(key) for key in keys}
            instances = [instance for instance in instances
                         if self.tried(instance, self.open_warm_up, rates[instance.workload.key])]
            for _ in range(max(1, self.options.rounds // 2)):
                self.shuffled.shuffle(instances)
                instances = [instance for instance in instances
                             if self.tried(instance, self.open_round, rates[instance.workload.key])]
        finally:
            for instance in instances:
                instance.running.stop()

    def tried(self, instance, work, *arguments):
        """Whether it worked. A server that failed is stopped."""
        what = f"{instance.server.title} ({instance.workload.key})"
        if self.guarded(what, lambda: work(instance, *arguments) or True):
            return True
        instance.running.stop()
        return False

    def warmed(self, instance):
        for model, decision in instance.decisions():
            self.record("decision", instance.workload.key, instance.server.key, model=model, decision=decision)
        seconds = instance.warm_up()
        self.record("start", instance.workload.key, instance.server.key, ready_seconds=instance.ready_seconds,
                    warm_up_seconds=seconds)

    def closed_round(self, instance):
        self.record("closed", instance.workload.key, instance.server.key, **instance.closed(self.options.seconds))

    def open_warm_up(self, instance, rates):
        """An open loop runs code that a closed one does not: nothing waits, and there are more connections. Where
        that is compiled while it runs, it is compiled before anything is measured."""
        if rates and self.options.warm_up and instance.server.least_warm_up:
            own = self.peak(instance.workload.key, instance.server.key) or rates[0]
            for _ in range(OPEN_WARM_UPS):
                instance.opened(max(1, round(min(rates[-1], 0.9 * own))), min(self.options.warm_up, OPEN_SECONDS))

    def open_round(self, instance, rates):
        own = self.peak(instance.workload.key, instance.server.key)
        for rate in rates:
            if instance.workload.every_rate or own and rate <= own:
                self.record("open", instance.workload.key, instance.server.key,
                            **instance.opened(rate, self.options.seconds))

    def peak(self, workload, server):
        return median(entry["requests_per_second"] for entry in self.results.of("closed", workload, server))

    def rates(self, key):
        """Shares of what the fastest server managed in the closed loop, or ours where the workload says so."""
        workload = self.workloads[key]
        peaks = [self.peak(key, "spring")] if workload.every_rate else []
        peaks = [peak for peak in peaks if peak] or [
            peak for peak in (self.peak(key, server) for server in self.servers if server != BARE) if peak]
        return sorted({max(1, round(share * max(peaks))) for share in open_rates(self.options, workload)}) if peaks else []

    def java_main(self, name, *arguments, limit):
        libraries = PARENT / "micro/target"
        output = subprocess.run(
            [java(), "--enable-native-access=ALL-UNNAMED", "-cp", f"{libraries}/*:{libraries}/lib/*",
             f"io.modelserving.benchmarks.{name}", *map(str, arguments)],
            capture_output=True, text=True, check=False, timeout=limit)
        if output.returncode != 0:
            raise RuntimeError(f"{name}: {output.stderr.strip()[-500:]}")
        return json.loads(output.stdout.splitlines()[-1])

    def in_process(self):
        seen = self.java_main("SessionInProcess", self.models, 2, self.options.seconds, CORES,
                              limit=self.options.seconds + 60)
        self.record("closed", "c", "in-process", requests_per_second=seen["rows"] / seen["seconds"],
                    cpu_ms_per_request=1000 * seen["cpu_seconds"] / seen["rows"], tool_cpu_seconds=0,
                    server_cpu_seconds=seen["cpu_seconds"], seconds=seen["seconds"], succeeded=seen["rows"])

    def floor(self):
        """The stages of a picture alone, and what the server spends to read its body."""
        stages = self.java_main("FloorBenchmark", self.models, 1 if self.options.quick else 2, CORES, limit=300)
        workload = self.workloads["a"]
        instance = Instance(self, self.servers["spring"], workload)
        try:
            instance.url = instance.url.replace(workload.path, "/discard")
            instance.warm_up()
            for _ in range(max(2, self.options.rounds)):
                reading = instance.closed(self.options.seconds)
                self.record("floor", "a", "floor", **stages, http_read=reading["cpu_ms_per_request"])
        finally:
            instance.running.stop()

    def starts(self):
        """Starts servers again and again. The first start of each only brings its files into memory."""
        taking_part = [server for server in self.taking_part("a") if server.key.startswith(("spring", "fastapi"))
                       and server.key != "spring-pipeline"
                       and server.key != "fastapi-pytorch"]
        for turn in range(self.options.starts + 1):
            self.shuffled.shuffle(taking_part)
            for server in taking_part:
                instance = self.guarded(server.title, Instance, self, server, self.workloads["a"])
                if instance:
                    cost = instance.running.cost()
                    instance.running.stop()
                    if turn:
                        self.record("restart", "a", server.key, ready_seconds=instance.ready_seconds,
                                    cpu_seconds=cost.cpu_seconds, memory=cost.memory, resident=cost.resident)

    def overload(self, workload):
        """Five times what a server can do, again and again, so that memory can be compared. What it can do is
        measured without an objective: refused callers of a closed loop ask again at once."""
        for server in self.taking_part(workload.key):
            if server.key == "spring":
                best = self.capacity(server, workload)
                objective = workload.objective
                try:
                    instance = Instance(self, server, workload, server.objective(workload, objective))
                except RuntimeError as failure:
                    print(f"overload without an objective, which does not start: {failure}", flush=True)
                    instance, objective = Instance(self, server, workload), None
                try:
                    instance.warm_up()
                    for _ in range(OPEN_WARM_UPS):
                        instance.opened(round(best["requests_per_second"]), min(self.options.warm_up, OPEN_SECONDS))
                    before = instance.running.cost()
                    for turn in range(3):
                        seen = instance.opened(round(5 * best["requests_per_second"]), self.options.seconds)
                        self.record("overload", workload.key, server.key, turn=turn,
                                    peak=best["requests_per_second"], peak_tool_cpu_seconds=best["tool_cpu_seconds"],
                                    peak_seconds=best["seconds"], objective=objective,
                                    memory_before=before.memory, resident_before=before.resident, **seen)
                        time.sleep(1)
                finally:
                    instance.running.stop()

    def capacity(self, server, workload):
        """The most that a server answers in a closed loop."""
        instance = Instance(self, server, workload)
        try:
            instance.warm_up()
            seen = [instance.closed(self.options.seconds, connections) for connections in (16, 50, 128)]
            return max(seen, key=lambda one: one["requests_per_second"])
        finally:
            instance.running.stop()
