"""What is to be reached, as ratios of medians of one run, and whether it was."""

from dataclasses import dataclass
from .results import median

OURS = "spring"


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
    found = []
    bare, bare_cpu = (results.median("closed", "c", "in-process", name)
                      for name in ("requests_per_second", "cpu_ms_per_request"))
    for workload, title in (("c", "HTTP"), ("g", "gRPC")):
        ours, cpu = (results.median("closed", workload, OURS, name)
                     for name in ("requests_per_second", "cpu_ms_per_request"))
        tool = median(entry["tool_cpu_seconds"] / entry["seconds"] for entry in results.of("closed", workload, OURS))
        found.append(at_least("(c)", f"{title}: ≥ 0.90 × the rows a second of the session in process", 0.9,
                              ratio(ours, bare), f"{shown(ours)} / {shown(bare)} rows/s; the load tool took "
                              f"{shown(tool, 2)} cores"))
        found.append(Target("(c)", f"{title}, for comparison: rows per CPU second of the server, without the load tool",
                            ratio(bare_cpu, cpu), None, f"{shown(cpu, 2)} / {shown(bare_cpu, 2)} ms CPU a row"))
    return found


def windows(results):
    rates = sorted({entry["rate"] for entry in results.of("open", "f", OURS)})
    found = []
    for rate in rates:
        def at_rate(server):
            return median(entry["p99"] for entry in results.of("open", "f", server) if entry["rate"] == rate)

        for peer, title in (("mosec", "Mosec"), ("torchserve", "TorchServe")):
            found.append(at_most("(f)", f"p99 at {rate} requests a second ≤ 0.6 × that of {title} at its default window",
                                 0.6, ratio(at_rate(OURS), at_rate(peer)),
                                 f"{shown(at_rate(OURS), 1)} / {shown(at_rate(peer), 1)} ms"))
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
        found.append(at_most("start", f"to the first answer ≤ 1.0 × FastAPI + ONNX Runtime, {title}", 1,
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
        throughput(results, "e", "mosec", "Mosec", 5),
        p99(results, "e", "mosec", "Mosec"),
        throughput(results, "e", "litserve", "LitServe", 5),
        p99(results, "e", "litserve", "LitServe"),
        *windows(results),
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
