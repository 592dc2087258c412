"""Makes tables of results, and the page that shows them."""

from . import targets
from .results import median
from .targets import OURS, shown

BY_HAND, END = "<!-- by hand: kept when this page is made anew -->", "<!-- end of what is written by hand -->"
PSEUDO = {"in-process": "the session alone, in process"}


def title(servers, key):
    return PSEUDO.get(key) or servers[key].title


def present(results, kind, workload, servers):
    return [key for key in (*servers, *PSEUDO) if results.of(kind, workload, key)]


def spread(results, workload, key, name, digits=0):
    low, high = results.range("closed", workload, key, name)
    middle = results.median("closed", workload, key, name)
    return f"{middle:,.{digits}f} ({low:,.{digits}f}–{high:,.{digits}f})"


def closed_table(results, servers, workload):
    keys = present(results, "closed", workload, servers)
    if not keys:
        return []
    rows = ["| server | req/s | × | p50 ms | p99 ms | CPU ms/request | memory MB: proportional, resident | load tool, cores | "
            "failed |", "|---|---|---|---|---|---|---|---|---|"]

    def of(key, name):
        return results.median("closed", workload, key, name)

    ours = of(OURS, "requests_per_second") if OURS in keys else None
    for key in sorted(keys, key=lambda key: -of(key, "requests_per_second")):
        times = targets.ratio(ours, of(key, "requests_per_second"))
        memory = of(key, "memory")
        tool = median(entry["tool_cpu_seconds"] / entry["seconds"] for entry in results.of("closed", workload, key))
        latency = [spread(results, workload, key, name, 1) if of(key, name) is not None else ""
                   for name in ("p50", "p99")]
        rows.append(f"| {title(servers, key)} | {spread(results, workload, key, 'requests_per_second')} | "
                    f"{shown(times, 2) if times else ''} | {' | '.join(latency)} | "
                    f"{spread(results, workload, key, 'cpu_ms_per_request', 3)} | "
                    f"{f'{memory / 2**20:.0f}, ' + format(of(key, 'resident') / 2**20, '.0f') if memory else ''} | "
                    f"{shown(tool, 2)} | {shown(of(key, 'failed')) if of(key, 'failed') else ''} |")
    return rows


def in_time(entry):
    """The share of requests that were answered with 200 before the load ended."""
    offered = sum(entry[name] for name in ("succeeded", "refused", "failed", "unanswered"))
    return entry["requests_per_second"] * entry["seconds"] / max(1, offered)


def open_table(results, servers, workload):
    entries = results.of("open", workload)
    if not entries:
        return []
    rates = sorted({entry["rate"] for entry in entries})
    rows = ["| offered requests a second: p50 / p99 ms | " + " | ".join(f"{rate:,}" for rate in rates) + " |",
            "|---|" + "---|" * len(rates)]
    for key in servers:
        cells = []
        for rate in rates:
            at_rate = [entry for entry in entries if entry["server"] == key and entry["rate"] == rate]
            share = median(in_time(entry) for entry in at_rate)
            behind = f" ({100 * share:.0f} % in time)" if at_rate and share < 0.95 else ""
            cells.append(f"{median(entry['p50'] for entry in at_rate):,.1f} / "
                         f"{median(entry['p99'] for entry in at_rate):,.1f}{behind}" if at_rate else "")
        if any(cells):
            rows.append(f"| {servers[key].title} | " + " | ".join(cells) + " |")
    return rows


def floor_table(results):
    if not results.of("floor"):
        return []
    one, all_cores = (targets.floor_stages(results, cores) for cores in ("one_core", "all_cores"))
    rows = ["| CPU ms of a request of (a) | alone on one core | all cores at it |", "|---|---|---|"]
    rows += [f"| {name} | {one[key]:.3f} | {all_cores[key]:.3f} |" for key, name in targets.STAGES]
    rows.append(f"| **floor** | **{sum(one.values()):.2f}** | **{sum(all_cores.values()):.2f}** |")
    spent = results.median("closed", "a", OURS, "cpu_ms_per_request")
    return rows + ([f"| the server under load | {spent:.2f} | |"] if spent else [])


def overload_table(results):
    entries = results.of("overload")
    if not entries:
        return []
    rows = ["| | offered | peak before | completed in time (goodput) | rejected | p99 of accepted ms | p99 of rejections ms | "
            "failed, unanswered | server's CPU, cores | load tool, cores | resident MB |", "|---" * 11 + "|"]
    for entry in entries:
        rows.append(
            f"| ({entry['workload']}) {entry['turn'] + 1} | {entry['rate']:,} | {entry['peak']:,.0f} | "
            f"{entry['requests_per_second']:,.0f} | {entry['refused'] / entry['seconds']:,.0f} | {entry['accepted_p99']:.1f} | "
            f"{entry['refusal_p99']:.1f} | {entry['failed']}, {entry['unanswered']} | "
            f"{entry['server_cpu_seconds'] / entry['seconds']:.2f} | "
            f"{entry['tool_cpu_seconds'] / entry['seconds']:.2f} | {entry['resident'] / 2**20:.0f} |")
    return rows


def decision_table(results, workloads):
    entries = [entry for key in workloads for entry in results.of("decision", key)[-1:]]
    if not entries:
        return []
    return ["| | model | what the starter decided, and why |", "|---|---|---|"] + [
        f"| ({entry['workload']}) | {entry['model']} | {entry['decision']} |" for entry in entries]


def start_table(results, servers):
    keys = present(results, "restart", "a", servers)
    if not keys:
        return []
    rows = ["| start to the first response, (a) | median s (lowest–highest) | CPU s | memory MB then: proportional, resident |",
            "|---|---|---|---|"]
    for key in keys:
        low, high = results.range("restart", "a", key, "ready_seconds")
        memory, resident = (results.median("restart", "a", key, name) / 2**20 for name in ("memory", "resident"))
        rows.append(f"| {servers[key].title} | {results.median('restart', 'a', key, 'ready_seconds'):.2f} ({low:.2f}–{high:.2f}) | "
                    f"{results.median('restart', 'a', key, 'cpu_seconds'):.1f} | {memory:.0f}, {resident:.0f} |")
    return rows


def sections(results, servers, workloads, plots=frozenset()):
    def picture(name, text):
        return [f"![{text}](images/benchmarks/{name}.svg)", ""] if name in plots else []

    lines = ["## Targets", "", *targets.table(results), ""]
    for workload in workloads.values():
        closed = closed_table(results, servers, workload.key)
        if closed:
            lines += [f"## ({workload.key}) {workload.title}", "", *closed, "",
                      *picture(f"closed-{workload.key}", "Requests a second and CPU time of a request")]
            opened = open_table(results, servers, workload.key)
            lines += [*opened, "", *picture(f"open-{workload.key}", "Latency against offered load")] if opened else []
            lines += picture("memory", "Memory under load") if workload.key == "a" else []
    for heading, rows, name in (("The floor of (a)", floor_table(results), ""),
                                ("Batches", decision_table(results, workloads), ""),
                                ("Overload", overload_table(results), ""),
                                ("Start", start_table(results, servers), "start")):
        if rows:
            lines += [f"## {heading}", "", *rows, "", *picture(name, heading)]
    return lines


def tables(results, servers, workloads):
    return "\n".join(sections(results, servers, workloads))


def kept(page):
    """What somebody wrote between the marks of an earlier page."""
    if BY_HAND in page and END in page:
        return page.split(BY_HAND, 1)[1].split(END, 1)[0].strip("\n")
    return "## What limits us\n"


def page(results, servers, workloads, plots, by_hand):
    machine, options = results.head["machine"], results.head["options"]
    taking_part = {entry["server"] for entry in results.entries}
    versions = ", ".join(f"{name} {version}" for name, version in results.head.get("versions", {}).items() if version)
    lines = ["# Benchmarks", "",
             "Made by `benchmarks/run --report`; the raw results are in `benchmarks/results/latest.json`. "
             "[benchmarks/README.md](../benchmarks/README.md) says what is measured and how.", "",
             f"Machine: {machine['cores']} cores of {machine['processor']}, {machine['memory_gib']} GiB, Linux "
             f"{machine['system']}, {machine['date']}; the load tools share it, and what they took is in the tables. "
             f"Closed loop: {options['connections']} connections, {options['rounds']} alternating rounds of "
             f"{options['seconds']} s after at most {options['warm_up']} s of warming up, medians and in brackets the "
             "lowest and highest. Open loop: requests are due at random times, whatever became of those before, and "
             "their time counts from then. × is how many times as many requests the starter completes.", "",
             f"Versions: {versions}.", "", BY_HAND, by_hand, END, "",
             *sections(results, servers, workloads, plots),
             "## How the servers are set up", "", "| server | set-up |", "|---|---|"]
    lines += [f"| {server.title} | {server.setup} |" for server in servers.values() if server.key in taking_part]
    return "\n".join(lines) + "\n"


def write(results, servers, workloads, docs):
    try:
        from . import plots
        drawn = plots.draw(results, servers, workloads, docs / "images/benchmarks")
    except ImportError:
        print("matplotlib is missing: no plots")
        drawn = frozenset()
    target = docs / "benchmarks.md"
    by_hand = kept(target.read_text() if target.exists() else "")
    target.write_text(page(results, servers, workloads, drawn, by_hand))
    print(f"wrote {target.name}")
