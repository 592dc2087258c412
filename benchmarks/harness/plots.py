"""Draws results."""

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams.update({"svg.hashsalt": "benchmarks", "svg.fonttype": "none", "font.size": 9,
                            "axes.spines.top": False, "axes.spines.right": False})

from matplotlib import pyplot  # noqa: E402

from .report import present, title  # noqa: E402
from .targets import OURS  # noqa: E402

OUR_COLOUR, OTHERS = "#2f7d32", ["#5b6b7b", "#c2702e", "#3569a8", "#8a5aa3", "#a34a4a", "#7a7a2e", "#3a9a9a"]


def colour(servers, key):
    if key == OURS:
        return OUR_COLOUR
    others = [other for other in servers if other != OURS]
    return OTHERS[others.index(key) % len(OTHERS)] if key in others else "#999999"


def bars(axes, labels, values, colours, text, digits=0):
    places = range(len(values), 0, -1)
    axes.barh(places, values, color=colours, height=0.65)
    axes.set_yticks(list(places), labels)
    axes.set_title(text, loc="left", fontsize=10)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    for place, value in zip(places, values):
        axes.annotate(f" {value:,.{digits}f}", (value, place), va="center")
    axes.set_xlim(0, 1.25 * max(values, default=1))


def save(figure, directory, name):
    figure.tight_layout()
    figure.savefig(directory / f"{name}.svg", metadata={"Date": None}, bbox_inches="tight")
    pyplot.close(figure)
    return name


def bar_pair(results, servers, kind, workload, columns, directory, name):
    keys = present(results, kind, workload, servers)
    if not keys:
        return None
    keys = [key for key in keys if all(results.median(kind, workload, key, column) is not None for column, *_ in columns)]
    figure, pair = pyplot.subplots(1, len(columns), figsize=(9, 0.7 + 0.32 * len(keys)), squeeze=False, sharey=True)
    for axes, (column, text, factor, digits) in zip(pair[0], columns):
        bars(axes, [title(servers, key) for key in keys],
             [factor * results.median(kind, workload, key, column) for key in keys],
             [colour(servers, key) for key in keys], text, digits)
    return save(figure, directory, name)


def latency(results, servers, workload, directory):
    entries = results.of("open", workload)
    if not entries:
        return None
    figure, pair = pyplot.subplots(1, 2, figsize=(9, 3.4), sharex=True, sharey=True)
    for axes, name in zip(pair, ("p50", "p99")):
        for key in present(results, "open", workload, servers):
            rates = sorted({entry["rate"] for entry in results.of("open", workload, key)})
            at_rates = [[entry[name] for entry in results.of("open", workload, key) if entry["rate"] == rate]
                        for rate in rates]
            axes.plot(rates, [sorted(values)[len(values) // 2] for values in at_rates], marker="o", markersize=3,
                      color=colour(servers, key), label=title(servers, key), linewidth=2 if key == OURS else 1.2)
        axes.set_yscale("log")
        axes.set_xlim(left=0)
        axes.set_title(f"{name}, ms", loc="left", fontsize=10)
        axes.set_xlabel("offered requests a second")
        axes.grid(axis="y", color="#e4e4e4", linewidth=0.6)
    pair[1].legend(frameon=False, fontsize=8)
    return save(figure, directory, f"open-{workload}")


def draw(results, servers, workloads, directory):
    """Draws what there are results for, and returns the names of the plots."""
    directory.mkdir(parents=True, exist_ok=True)
    drawn = set()
    for key in workloads:
        drawn.add(bar_pair(results, servers, "closed", key,
                           (("requests_per_second", "requests a second", 1, 0),
                            ("cpu_ms_per_request", "CPU ms a request", 1, 3)), directory, f"closed-{key}"))
        drawn.add(latency(results, servers, key, directory))
    drawn.add(bar_pair(results, servers, "restart", "a",
                       (("ready_seconds", "seconds from the start to the first response", 1, 2),
                        ("resident", "resident MB at the first response", 2**-20, 0)), directory, "start"))
    drawn.add(bar_pair(results, servers, "closed", "a",
                       (("memory", "proportional MB under (a)", 2**-20, 0),
                        ("resident", "sum of resident MB under (a)", 2**-20, 0)), directory, "memory"))
    return frozenset(name for name in drawn if name)
