"""What a run measures and how long that takes."""

import os

CORES = len(os.sched_getaffinity(0))
START, PATIENCE, RECORD, WARM_UP, COMPILING = 4, 3, 20, 15, 100
# open loops before those that are measured, of servers that compile while they run
OPEN_WARM_UPS, OPEN_SECONDS = 2, 5


def open_rates(options, workload):
    """The rates of the open loop that are measured, of a long list every other one in a quick run."""
    return workload.open_rates[::2] if options.quick and len(workload.open_rates) > 3 else workload.open_rates


def seconds(options, taking_part, workloads):
    """An estimate, given how many servers take part in each workload."""
    # our caches, one a model
    total = RECORD * len({workloads[key].model.split(",")[0] for key in options.workloads})
    for key in options.workloads:
        count, workload = taking_part[key], workloads[key]
        if "load" in options.phases:
            total += count * (START + min(options.warm_up, WARM_UP) + options.rounds * options.seconds)
            total += max(0, min(options.warm_up, COMPILING) - WARM_UP) * (2 if key == "f" else 1)
            # slow servers are not asked for the rates of fast ones
            share = 1 if workload.every_rate else 0.6
            total += count * share * len(open_rates(options, workload)) * max(1, options.rounds // 2) * (
                options.seconds + PATIENCE * workload.every_rate)
            if workload.open_rates:
                total += OPEN_WARM_UPS * (min(options.warm_up, OPEN_SECONDS) + PATIENCE) * (2 if key == "f" else 1)
            if key == "c":
                total += options.rounds * (options.seconds + 4)
        if "overload" in options.phases and workload.objective:
            total += 2 * (START + min(options.warm_up, COMPILING)) + 8 * (options.seconds + PATIENCE)
    if "a" in options.workloads:
        if "floor" in options.phases:
            total += (15 if options.quick else 30) + START + options.warm_up + max(2, options.rounds) * options.seconds
        if "start" in options.phases:
            total += (options.starts + 1) * 3 * START
    return total


PHASES = {"closed": "load", "open": "load", "start": "load", "decision": "load", "floor": "floor", "restart": "start",
          "overload": "overload"}


def covers(options, entry):
    """Whether a run measures what an earlier entry says, so that this is replaced."""
    wanted = options.servers.split(",") if options.servers else None
    return (PHASES[entry["kind"]] in options.phases and entry["workload"] in options.workloads
            and (wanted is None or entry["server"] in wanted))
