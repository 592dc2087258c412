"""What is to be reached, as ratios of medians of one run, and whether it was."""

from dataclasses import dataclass
from .results import median

OURS = "spring"
BARE = "bare-servlet"
NO_PEERS = {OURS, "spring-asynchronous", "spring-controller", BARE}


@dataclass(frozen=True)
class Target:
    """A goal, what was measured for it (nothing if it was not), and the figures behind."""

    workload: str
    goal: str
    measured: float | None
    met: bool | None
    figures: str = ""


def at_least(workload, goal, limit, measured, figures=""):
    return Target(workload, goal, measured, None if measured is None else measured >= limit, figures)


def at_most(workload, goal, limit, measured, figures=""):
    return Target(workload, goal, measured, None if measured is None else measured <= limit, figures)


def ratio(above, below):
    return above / below if above is not None and below else None


def shown(value, digits=0, unit=""):
    return "?" if value is None else f"{value:,.{digits}f}{unit}"


def throughput(results, workload, peer, title, limit):
    ours, theirs = (results.median("closed", workload, key, "requests_per_second") for key in (OURS, peer))
    return at_least(f"({workload})", f"≥ {limit} × the requests a second of {title}", limit, ratio(ours, theirs),
                    f"{shown(ours)} / {shown(theirs)} req/s")


def p99(results, workload, peer, title):
    ours, theirs = (results.median("closed", workload, key, "p99") for key in (OURS, peer))
    measured = ratio(ours, theirs)
    return Target(f"({workload})", f"p99 lower than that of {title}", measured, None if measured is None else measured < 1,
                  f"{shown(ours, 1)} / {shown(theirs, 1)} ms")


STAGES = (("http_read", "HTTP read of the body"), ("json_base64", "JSON and base64"), ("jpeg_decode", "JPEG decode at half size"),
          ("resize_normalise", "resize, normalise, layout"), ("session_run", "session.run, one thread"))


def floor_stages(results, cores):
    """CPU milliseconds of each stage, or nothing if they were not measured."""
    entries = results.of("floor")
    if not entries:
        return {}
    return {name: median((entry["http_read"] if name == "http_read" else entry[cores][name]) for entry in entries)
            for name, _ in STAGES}


def floor(results):
    spent = results.median("closed", "a", OURS, "cpu_ms_per_request")
    found = []
    for cores, title, limit in (("one_core", "the sum of the stages measured alone on one core", 1.15),
                                ("all_cores", "for comparison: the same sum with all cores at it", None)):
        stages = floor_stages(results, cores)
        total = sum(stages.values()) if stages else None
        measured, figures = ratio(spent, total), f"{shown(spent, 2)} / {shown(total, 2)} ms"
        if limit:
            found.append(at_most("(a)", f"CPU per request ≤ {limit} × {title}", limit, measured, figures))
        else:
            found.append(Target("(a)", title, measured, None, figures))
    return found


def in_process(results):
    alone = results.median("closed", "c", "in-process", "cpu_ms_per_request")
    found = []
    for workload, title in (("c", "HTTP"), ("g", "gRPC")):
        cpu = results.median("closed", workload, OURS, "cpu_ms_per_request")
        found.append(at_least("(c)", f"{title}: ≥ 0.80 × the rows per CPU second of the session in process", 0.8,
                              ratio(alone, cpu), f"{shown(cpu, 2)} / {shown(alone, 2)} ms CPU a row"))
    return found


def tails(results, workload):
    """Of each rate of the open loop, up to half of the peak as good as the best peer, above it nearly so."""
    peers = sorted({entry["server"] for entry in results.of("open", workload)} - NO_PEERS)
    peak = max((results.median("closed", workload, server, "requests_per_second") or 0 for server in (OURS, *peers)))
    found = []
    for rate in sorted({entry["rate"] for entry in results.of("open", workload, OURS)}):
        def at_rate(server):
            return median(entry["p99"] for entry in results.of("open", workload, server) if entry["rate"] == rate)

        limit = 1 if not peak or rate <= 0.55 * peak else 1.5
        best, peer = min(((at_rate(peer), peer) for peer in peers if at_rate(peer) is not None), default=(None, "nobody"))
        share = f", {100 * rate / peak:.0f} % of the fastest," if peak else ""
        found.append(at_most(f"({workload})", f"p99 at {rate} requests a second{share} ≤ {limit} × that of the best peer",
                             limit, ratio(at_rate(OURS), best),
                             f"{shown(at_rate(OURS), 1)} / {shown(best, 1)} ms, {peer}"))
    return found


def overload(results):
    found = []
    for workload in sorted({entry["workload"] for entry in results.of("overload")}):
        entries = results.of("overload", workload, OURS)
        peak, objective = entries[0]["peak"], entries[0]["objective"]
        good = median(entry["requests_per_second"] for entry in entries)
        slow = median(entry["accepted_p99"] for entry in entries)
        tool = median(entry["tool_cpu_seconds"] / entry["seconds"] for entry in entries)
        memory = [entry["resident"] / 2**20 for entry in entries]
        where = f"overload ({workload})"
        found.append(at_least(where, "goodput at 5 × capacity ≥ 0.95 of the peak", 0.95, ratio(good, peak),
                              f"{shown(good)} / {shown(peak)} req/s; the load tool took {shown(tool, 2)} cores"))
        found.append(at_most(where, f"p99 of accepted requests within the objective of {shown(objective)} ms", 1,
                             ratio(slow, objective), f"{shown(slow, 1)} ms"))
        found.append(at_most(where, "memory flat (the last against the first time of overload, ≤ 1.05 ×)", 1.05,
                             ratio(memory[-1], memory[0]),
                             f"{entries[0]['resident_before'] / 2**20:.0f} MB before, then "
                             + ", ".join(f"{value:.0f}" for value in memory)))
    return found or [Target("overload", "goodput, p99 and memory at 5 × capacity", None, None)]


def starting(results):
    ours = results.median("restart", "a", OURS, "ready_seconds")
    found = []
    for peer, title in (("fastapi-tuned", "tuned"), ("fastapi-published", "as published")):
        theirs = results.median("restart", "a", peer, "ready_seconds")
        found.append(at_most("start", f"to the first response ≤ 1.0 × FastAPI + ONNX Runtime, {title}", 1,
                             ratio(ours, theirs), f"{shown(ours, 2)} / {shown(theirs, 2)} s"))
    return found


def memory(results):
    found = []
    for name, title in (("resident", "resident sets"), ("memory", "proportional sets")):
        ours, theirs = (results.median("closed", "a", key, name) for key in (OURS, "fastapi-tuned"))
        text = f"memory (sum of {title}) under load ≤ 1.2 × that of FastAPI with a worker for each core"
        figures = f"{shown(ours and ours / 2**20)} / {shown(theirs and theirs / 2**20)} MB"
        found.append(at_most("(a)", text, 1.2, ratio(ours, theirs), figures))
    return found


def targets(results):
    return [
        throughput(results, "a", "fastapi-published", "FastAPI + ONNX Runtime as published", 4.0),
        throughput(results, "a", "fastapi-tuned", "FastAPI + ONNX Runtime, tuned", 2.1),
        throughput(results, "a", "actix-ort", "actix-web + ort as published", 2.0),
        *floor(results),
        *in_process(results),
        throughput(results, "d", "mosec", "Mosec", 1.5),
        throughput(results, "e", BARE, "a bare servlet that parses and writes the same JSON", 0.7),
        throughput(results, "e", "mosec", "Mosec", 1.7),
        p99(results, "e", "mosec", "Mosec"),
        throughput(results, "e", "litserve", "LitServe", 5),
        p99(results, "e", "litserve", "LitServe"),
        *(target for workload in "adef" for target in tails(results, workload)),
        *overload(results),
        *starting(results),
        *memory(results),
    ]


def table(results):
    rows = ["| workload | target | measured | | figures |", "|---|---|---|---|---|"]
    for target in targets(results):
        verdict = {True: "met", False: "**not met**", None: ""}[target.met]
        if target.measured is None:
            verdict = "not measured"
        rows.append(f"| {target.workload} | {target.goal} | {shown(target.measured, 2, ' ×')} | {verdict} | "
                    f"{target.figures} |")
    return rows
