"""Starts servers and says what they cost, with the processes that they start themselves."""

import http.client
import os
import signal
import socket
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """CPU seconds used so far and memory held now, in bytes: the proportional set size, in which
    pages that processes share count once, and the sum of the resident sets, in which they count for
    each process."""

    cpu_seconds: float
    memory: int
    resident: int


def _stat(process):
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[1]), int(fields[2]), (int(fields[11]) + int(fields[12])) / TICKS


def _memory(process):
    found = {}
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]:
        name, value, *_ = line.split()
        found[name] = int(value) * 1024
    return found.get("Pss:", 0), found.get("Rss:", 0)


class Running:
    """A server in a process group of its own."""

    def __init__(self, command, environment, directory, log):
        self.log = open(log, "wb")
        self.started = time.monotonic()
        self.process = subprocess.Popen(command, env=environment, cwd=directory, stdout=self.log,
                                        stderr=subprocess.STDOUT, start_new_session=True)

    def members(self):
        group = self.process.pid
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    if _stat(entry.name)[1] == group:
                        yield entry.name
                except (FileNotFoundError, ProcessLookupError):
                    pass

    def cost(self):
        seconds = memory = resident = 0
        for process in self.members():
            try:
                seconds += _stat(process)[2]
                proportional, own = _memory(process)
                memory += proportional
                resident += own
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                pass
        return Cost(seconds, memory, resident)

    def wait_until(self, ready, timeout):
        """Waits until `ready()` is true; returns the seconds since the start."""
        while time.monotonic() - self.started < timeout:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}; see {self.log.name}")
            if ready():
                return time.monotonic() - self.started
            time.sleep(0.01)
        raise RuntimeError(f"the server was not ready after {timeout} s; see {self.log.name}")

    def stop(self):
        for sign, patience in ((signal.SIGTERM, 20), (signal.SIGKILL, 5)):
            try:
                os.killpg(self.process.pid, sign)
                self.process.wait(patience)
                break
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue
        try:
            # workers that outlived their parent
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.log.close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(url, request=None, expected=""):
    """Whether a server answers a request with 200, and with what is expected in it."""
    try:
        with urllib.request.urlopen(request or url, timeout=5) as response:
            return response.status == 200 and expected.encode() in response.read()
    except (OSError, http.client.HTTPException):
        return False
