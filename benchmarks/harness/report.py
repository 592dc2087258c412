"""Makes tables and plots of results."""

import statistics


def median(values):
    return statistics.median(values) if values else None


def _summary(entries):
    def of(name):
        return median([entry[name] for entry in entries])

    return {name: of(name) for name in ("requests_per_second", "p50", "p99", "cpu_ms_per_request", "memory",
                                        "ready_seconds", "failed", "refused")} | {
        "tool_share": of("tool_cpu_seconds") / of("seconds"), "rounds": len(entries),
        "lowest": min(entry["requests_per_second"] for entry in entries),
        "highest": max(entry["requests_per_second"] for entry in entries)}


def closed_table(results, servers, workload):
    rows = ["| server | req/s (lowest–highest) | × | p50 ms | p99 ms | CPU ms/request | memory MB | ready s | tool's CPU |",
            "|---|---|---|---|---|---|---|---|---|"]
    found = {}
    for key in servers:
        entries = [entry for entry in results if entry["server"] == key and entry["workload"] == workload
                   and entry["kind"] == "closed"]
        if entries:
            found[key] = _summary(entries)
    ours = found.get("spring", {}).get("requests_per_second")
    for key, figures in sorted(found.items(), key=lambda item: -item[1]["requests_per_second"]):
        ratio = f"{ours / figures['requests_per_second']:.2f}" if ours else ""
        rows.append(f"| {servers[key].title} | {figures['requests_per_second']:.0f} ({figures['lowest']:.0f}–"
                    f"{figures['highest']:.0f}) | {ratio} | {figures['p50']:.1f} | {figures['p99']:.1f} | "
                    f"{figures['cpu_ms_per_request']:.2f} | {figures['memory'] / 2**20:.0f} | "
                    f"{figures['ready_seconds']:.1f} | {figures['tool_share']:.2f} |")
    return rows if found else []


def open_table(results, servers, workload):
    entries = [entry for entry in results if entry["workload"] == workload and entry["kind"] == "open"]
    if not entries:
        return []
    rates = sorted({entry["rate"] for entry in entries})
    rows = ["| server, offered requests a second: p99 ms (answered a second) | " + " | ".join(map(str, rates)) + " |",
            "|---|" + "---|" * len(rates)]
    for key in servers:
        cells = []
        for rate in rates:
            at_rate = [entry for entry in entries if entry["server"] == key and entry["rate"] == rate]
            cells.append(f"{median([entry['p99'] for entry in at_rate]):.0f} "
                         f"({median([entry['requests_per_second'] for entry in at_rate]):.0f})" if at_rate else "")
        if any(cells):
            rows.append(f"| {servers[key].title} | " + " | ".join(cells) + " |")
    return rows


def table(results, servers, workloads):
    lines = []
    for workload in workloads.values():
        closed = closed_table(results["results"], servers, workload.key)
        if closed:
            lines += [f"### ({workload.key}) {workload.title}", "", *closed, ""]
            opened = open_table(results["results"], servers, workload.key)
            lines += [*opened, ""] if opened else []
    return "\n".join(lines)


def write(results, servers, workloads, docs):
    machine, options = results["machine"], results["options"]
    taking_part = {entry["server"] for entry in results["results"]}
    lines = ["# Benchmarks", "",
             "Made by `benchmarks/run --report`; the raw results are in `benchmarks/results/latest.json`. "
             "[benchmarks/README.md](../benchmarks/README.md) says what is measured and how.", "",
             f"Machine: {machine['cores']} cores of {machine['processor']}, {machine['memory_gib']} GiB, Linux "
             f"{machine['system']}, {machine['date']}. The load tool shares it. {options['connections']} connections, "
             f"{options['rounds']} alternating rounds of {options['seconds']} s after {options['warm_up']} s of "
             "warming up; medians. × is how many times as many requests the starter answers. Memory is the "
             "proportional set size of all processes. Ready is the time from the start to the first answer.", "",
             table(results, servers, workloads), "## How the servers are set up", "", "| server | set-up |",
             "|---|---|"]
    lines += [f"| {server.title} | {server.setup} |" for server in servers.values() if server.key in taking_part]
    (docs / "benchmarks.md").write_text("\n".join(lines) + "\n")
