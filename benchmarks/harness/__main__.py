"""Measures the servers in alternating rounds. See benchmarks/README.md."""

import argparse
import os
import platform
import resource
import shutil
import signal
import sys
import time
from pathlib import Path

from . import plan, report
from .bench import Bench
from .results import Results
from .servers import CORES, HERE, servers, versions
from .workloads import workloads


def machine():
    processor = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                      if line.startswith("model name")), platform.processor())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {"processor": processor, "cores": CORES, "memory_gib": round(memory), "system": platform.release(),
            "date": time.strftime("%Y-%m-%d"), "load_before": round(os.getloadavg()[0], 2)}


def parse(arguments):
    parser = argparse.ArgumentParser(prog="benchmarks/run", description="Measure the servers against each other")
    parser.add_argument("--build", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--workloads", default="abcgdef", help="which workloads (default: all)")
    parser.add_argument("--phases", default="load,floor,start,overload", help="which of these (default: all)")
    parser.add_argument("--servers", default="", help="comma-separated keys of servers (default: all)")
    parser.add_argument("--rounds", type=int, help="alternating rounds (default: 3, quick: 1)")
    parser.add_argument("--seconds", type=int, help="of each measurement (default: 8, quick: 3)")
    parser.add_argument("--warm-up", type=int, help="the most seconds of load before (default: 100, quick: 6)")
    parser.add_argument("--starts", type=int, help="starts of each server (default: 5, quick: 2)")
    parser.add_argument("--connections", type=int, default=50)
    parser.add_argument("--quick", action="store_true", help="a shorter run, for a first look")
    parser.add_argument("--add", action="store_true", help="keep earlier results of what is not measured now")
    parser.add_argument("--results", type=Path, default=HERE / "results" / "latest.json",
                        help="where results are kept (default: benchmarks/results/latest.json)")
    parser.add_argument("--report", action="store_true", help="write docs/benchmarks.md from the results")
    parser.add_argument("--report-only", action="store_true", help="measure nothing, write docs/benchmarks.md")
    options = parser.parse_args(arguments)
    for name, full, quick in (("rounds", 3, 1), ("seconds", 8, 3), ("warm_up", 100, 6), ("starts", 5, 2)):
        if getattr(options, name) is None:
            setattr(options, name, quick if options.quick else full)
    options.phases = options.phases.split(",")
    return options


def main():
    options = parse(sys.argv[1:])
    build = options.build.resolve()
    all_workloads, all_servers = workloads(build / "models"), servers(build)
    target = options.results.resolve()
    if options.report_only:
        finish(Results.read(target), all_servers, all_workloads, True)
        return
    tools = {"wrk": shutil.which("wrk"), "load": shutil.which(build / "load-tool")}
    if not tools["wrk"]:
        sys.exit("wrk is missing: install it, for instance with the system's package manager")
    if not tools["load"]:
        print("the load tool was not built (cargo is missing): open loop, gRPC and overload are skipped", flush=True)
        options.phases = [phase for phase in options.phases if phase != "overload"]
    earlier = Results.read(target) if options.add and target.exists() else Results(target, {})
    head = {"machine": machine(), "options": {name: getattr(options, name) for name in
                                              ("connections", "seconds", "warm_up", "rounds", "starts")}}
    bench = Bench(options, all_workloads, all_servers, tools, Results(target, head))
    bench.say_skipped()
    minutes = plan.seconds(options, {key: len(bench.taking_part(key)) for key in all_workloads}, all_workloads) / 60
    print(f"about {minutes:.0f} minutes", flush=True)
    taking_part = {server.key: server for key in options.workloads for server in bench.taking_part(key)}
    head["versions"] = earlier.head.get("versions", {}) | versions(build, taking_part.values())
    bench.results.entries = [entry for entry in earlier.entries if not plan.covers(options, entry)]
    # servers and load tools inherit it: a connection is a file
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = 16384 if hard == resource.RLIM_INFINITY else min(16384, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, enough), hard))
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    start = time.monotonic()
    try:
        bench.run()
    except KeyboardInterrupt:
        print("interrupted: what was measured is kept", flush=True)
    print(f"{(time.monotonic() - start) / 60:.1f} minutes", flush=True)
    finish(bench.results, all_servers, all_workloads, options.report)


def finish(results, all_servers, all_workloads, write):
    print(report.tables(results, all_servers, all_workloads))
    if write:
        report.write(results, all_servers, all_workloads, HERE.parent / "docs")


if __name__ == "__main__":
    main()
