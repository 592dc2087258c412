"""A server that runs, and what is asked of it."""

import os
import re
import tempfile
import time
import urllib.request
from pathlib import Path

from . import load
from .plan import CORES
from .processes import Running, answers, free_port

GRPC_CONNECTIONS = 8
OPEN_CONNECTIONS = 512
# of the least time of warming up, the part with few connections
COMPILING_SHARE = 0.6


class Instance:
    """A server that runs and serves one workload."""

    def __init__(self, bench, server, workload, more=()):
        self.bench, self.server, self.workload = bench, server, workload
        port, grpc_port = free_port(), free_port()
        base = f"http://127.0.0.1:{port}"
        environment = {**os.environ, **server.environment, "PORT": str(port), "MODELS": str(bench.models),
                       "WORKLOAD": workload.model}
        grpc = workload.protocol == "grpc"
        more = [*more, f"--spring.grpc.server.port={grpc_port}"] if grpc else list(more)
        path = server.paths.get(workload.key, workload.path)
        self.url = (f"http://127.0.0.1:{grpc_port}" if grpc else base) + path
        self.running = Running([*server.command(port, workload), *more], environment, server.directory,
                               bench.build / f"{server.key}-{workload.key}.log")
        request = None
        if not grpc:
            body = workload.body.read_bytes()
            first = body.splitlines()[0] if workload.varies() else body
            request = urllib.request.Request(self.url, data=first, headers=workload.headers())
        try:
            # ready means that it answers what it is there for, not only that it says so
            self.ready_seconds = self.running.wait_until(
                lambda: answers(base + server.ready_path) and (grpc or answers(self.url, request, workload.expected)),
                timeout=120)
        except BaseException:
            self.running.stop()
            raise

    def decisions(self):
        """How each model is batched and why, as the starter says in its log and in the actuator."""
        return decisions(Path(self.running.log.name).read_text(errors="replace"))

    def closed(self, seconds, connections=None):
        """Keeps connections busy. Returns what the tool saw and what the server spent."""
        options = self.bench.options
        before = self.running.cost()
        if self.workload.protocol == "grpc":
            seen = load.grpc(self.bench.tools["load"], self.url, self.workload, GRPC_CONNECTIONS,
                             max(1, (connections or options.connections) // GRPC_CONNECTIONS), seconds)
        else:
            with tempfile.TemporaryDirectory() as directory:
                seen = load.closed(self.bench.tools["wrk"], self.url, self.workload,
                                   connections or options.connections, seconds, directory)
        after = self.running.cost()
        if seen.succeeded == 0:
            raise RuntimeError(f"no request succeeded; see {self.running.log.name}")
        cpu = after.cpu_seconds - before.cpu_seconds
        return seen.as_dict() | {"server_cpu_seconds": cpu, "cpu_ms_per_request": 1000 * cpu / seen.succeeded,
                                 "memory": after.memory, "resident": after.resident}

    def opened(self, rate, seconds):
        before = self.running.cost()
        seen = load.opened(self.bench.tools["load"], self.url, self.workload, rate, OPEN_CONNECTIONS, seconds)
        after = self.running.cost()
        return seen.as_dict() | {"rate": rate, "server_cpu_seconds": after.cpu_seconds - before.cpu_seconds,
                                 "memory": after.memory, "resident": after.resident}

    def warm_up(self):
        """Loads the server until it no longer gets faster, or the time is up. Returns the seconds.

        A server that compiles while it runs seems to get no faster now and then; it is loaded for some time
        at least. For most of that there are only as many connections as cores: the threads of many take nearly
        all of the time from the one that compiles."""
        start, rates, most = time.monotonic(), [], self.bench.options.warm_up
        least = min(self.server.least_warm_up, most)
        while time.monotonic() - start < COMPILING_SHARE * least:
            self.closed(min(3, most), CORES)
        while time.monotonic() - start < least or time.monotonic() - start < most and not steady(rates):
            rates.append(self.closed(min(3, most))["requests_per_second"])
        return time.monotonic() - start


def decisions(log):
    return re.findall(r"Model (\S+) is ready: .*?((?:no batches|batches of up to).*)", log)


def steady(rates):
    """Whether none of the last three is 2 % above all before."""
    return len(rates) > 3 and max(rates[-3:]) < 1.02 * max(rates[:-3])
