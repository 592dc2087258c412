"""Loads a server: closed loop over HTTP with wrk, open loop and gRPC with our own `load`.

In the open loop the time of a request is counted from when it was due, not from when a
connection was free to send it, so that a slow server can't hide behind a slow client."""

import json
import os
import re
import resource
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Load:
    """What a load tool saw. Times in milliseconds, the tool's own CPU time in seconds.

    `p50` to `p99` are those of all requests but the refused ones; in the open loop, one that was
    not answered counts as old as it was in the end. `accepted_p99` is that of answers with 200."""

    requests_per_second: float
    p50: float
    p90: float
    p99: float
    accepted_p99: float
    succeeded: int
    refused: int
    failed: int
    unanswered: int
    seconds: float
    tool_cpu_seconds: float
    late_p99: float = 0
    refusal_p99: float = 0

    def as_dict(self):
        return asdict(self)


WRK_SCRIPT = """
wrk.method = "POST"
local bodies, next_body = {}, 0
if os.getenv("BODY"):match("%.jsonl$") then
  for line in io.lines(os.getenv("BODY")) do table.insert(bodies, line) end
else
  local file = io.open(os.getenv("BODY"), "rb")
  table.insert(bodies, file:read("*a"))
  file:close()
end
for name, value in string.gmatch(os.getenv("HEADERS"), "([^:\\n]+): ([^\\n]+)") do
  wrk.headers[name] = value
end
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init()
  ok, refused, failed, requests = 0, 0, 0, {}
  for i, body in ipairs(bodies) do requests[i] = wrk.format(nil, nil, nil, body) end
end
function request()
  next_body = next_body % #requests + 1
  return requests[next_body]
end
function response(status)
  if status == 200 then ok = ok + 1
  elseif status == 429 or status == 503 then refused = refused + 1
  else failed = failed + 1 end
end
function done(summary, latency)
  local sum = { ok = 0, refused = 0, failed = 0 }
  for _, thread in ipairs(threads) do
    for name in pairs(sum) do sum[name] = sum[name] + thread:get(name) end
  end
  io.write(string.format("RESULT %d %d %d %d %.3f %.3f %.3f\\n", sum.ok, sum.refused,
    sum.failed + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    summary.duration, latency:percentile(50) / 1000, latency:percentile(90) / 1000, latency:percentile(99) / 1000))
end
"""


def _run(command, environment, limit):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        output = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=limit)
    except subprocess.TimeoutExpired as failure:
        raise RuntimeError(f"{command[0]} did not end within {limit} s") from failure
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if output.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {output.stderr.strip()}")
    return output.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def closed(wrk, url, workload, connections, seconds, directory):
    """Keeps a number of connections busy."""
    script = Path(directory) / "post.lua"
    script.write_text(WRK_SCRIPT)
    headers = "\n".join(f"{name}: {value}" for name, value in workload.headers().items())
    environment = dict(os.environ, BODY=str(workload.body), HEADERS=headers)
    output, cpu = _run([wrk, "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s", "-s", str(script), url],
                       environment, seconds + 60)
    return parse_wrk(output, cpu)


def parse_wrk(output, cpu):
    found = re.search(r"RESULT (.*)", output)
    if not found:
        raise RuntimeError(f"wrk reported no result: {output}")
    ok, refused, failed, micros, p50, p90, p99 = map(float, found.group(1).split())
    return Load(ok / (micros / 1e6), p50, p90, p99, p99, int(ok), int(refused), int(failed), 0, micros / 1e6, cpu)


def opened(tool, url, workload, rate, connections, seconds):
    """Sends at a fixed rate, whatever the server does."""
    command = [tool, "http", "--url", url, "--body", str(workload.body), "--rate", str(rate), "--connections",
               str(connections), "--seconds", str(seconds)]
    for name, value in workload.headers().items():
        command += ["--header", f"{name}: {value}"]
    return parse_load(*_run(command, dict(os.environ), seconds + 60))


def grpc(tool, url, workload, connections, streams, seconds):
    """Keeps a number of streams on each of a number of connections busy."""
    return parse_load(*_run([tool, "grpc", "--url", url, "--body", str(workload.body), "--connections",
                             str(connections), "--streams", str(streams), "--seconds", str(seconds)],
                            dict(os.environ), seconds + 60))


def parse_load(output, cpu):
    result = json.loads(output)
    return Load(result["in_time"] / result["seconds"], *(result["all"][name] for name in ("p50", "p90", "p99")),
                accepted_p99=result["accepted"]["p99"], tool_cpu_seconds=cpu, late_p99=result["late"]["p99"],
                refusal_p99=result["refusals"]["p99"],
                **{name: result[name] for name in ("succeeded", "refused", "failed", "unanswered", "seconds")})
