"""Loads a server: closed loop with wrk, open loop at a fixed rate with oha.

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
    """What a load tool saw. Times in milliseconds, the tool's own CPU time in seconds."""

    requests_per_second: float
    p50: float
    p90: float
    p99: float
    succeeded: int
    refused: int
    failed: int
    seconds: float
    tool_cpu_seconds: float

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


def _run(command, environment):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    output = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
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
                       environment)
    found = re.search(r"RESULT (.*)", output)
    if not found:
        raise RuntimeError(f"wrk reported no result: {output}")
    ok, refused, failed, micros, p50, p90, p99 = map(float, found.group(1).split())
    return Load(ok / (micros / 1e6), p50, p90, p99, int(ok), int(refused), int(failed), micros / 1e6, cpu)


def opened(oha, url, workload, rate, connections, seconds):
    """Sends at a fixed rate, whatever the server does."""
    command = [oha, "--no-tui", "--output-format", "json", "-z", f"{seconds}s", "-q", str(rate), "-c",
               str(connections), "--latency-correction", "-m", "POST", "-Z" if workload.varies() else "-D", str(workload.body), "-t", "30s"]
    for name, value in workload.headers().items():
        command += ["-H", f"{name}: {value}"]
    output, cpu = _run(command + [url], dict(os.environ))
    result = json.loads(output)
    codes = {int(code): count for code, count in result["statusCodeDistribution"].items()}
    good, refused = codes.get(200, 0), codes.get(429, 0) + codes.get(503, 0)
    errors = sum(result["errorDistribution"].values()) + sum(codes.values()) - good - refused
    percentiles = result["latencyPercentilesSuccessful" if "latencyPercentilesSuccessful" in result
                         else "latencyPercentiles"]
    total = result["summary"]["total"]
    milliseconds = {name: 1000 * (percentiles[name] or 0) for name in ("p50", "p90", "p99")}
    return Load(good / total, **milliseconds, succeeded=good, refused=refused, failed=errors, seconds=total,
                tool_cpu_seconds=cpu)
