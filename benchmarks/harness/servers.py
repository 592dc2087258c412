"""The servers that are compared: what starts them, what they need, and how they are set up."""

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from .layout import ENVIRONMENT, OPTIONS, Layout
from .plan import CORES

HERE = Path(__file__).resolve().parent.parent
# seconds of load in which the JVM compiles most of what it runs on two cores
COMPILES = 100


@dataclass(frozen=True)
class Server:
    """A server and the workloads that it takes part in.

    `setup` says in the table how it is configured; `missing()` says what this machine lacks for
    it, or is empty. `distributions` are those of Python whose versions matter; `objective` makes the
    options for a latency objective in milliseconds; `least_warm_up` are the seconds for which it is loaded
    at least before it is measured."""

    key: str
    title: str
    setup: str
    workloads: str
    directory: Path
    command: callable
    environment: dict = field(default_factory=dict)
    needs: tuple = ()
    ready_path: str = "/ready"
    paths: dict = field(default_factory=dict)
    distributions: tuple = ()
    objective: callable = lambda workload, milliseconds: ()
    least_warm_up: int = 0

    def missing(self):
        programs = [str(need) for need in self.needs if not (shutil.which(str(need)) or Path(need).exists())]
        return ", ".join(programs + [name for name in self.distributions if not version(name)])


def version(distribution):
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _python(*arguments):
    return [sys.executable, *arguments]


def _uvicorn(module, workers):
    return lambda port, workload: _python("-m", "uvicorn", f"{module}:app", "--host", "127.0.0.1", "--port",
                                          str(port), "--workers", str(workers), "--no-access-log", "--log-level",
                                          "warning")


def java_home():
    """The newest JDK for which there is long-term support: JAVA_HOME, those below /usr/lib/jvm, or
    that of the path. BENCHMARK_JAVA_HOME comes before all."""
    if os.environ.get("BENCHMARK_JAVA_HOME"):
        return Path(os.environ["BENCHMARK_JAVA_HOME"])
    homes = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    homes += sorted(Path("/usr/lib/jvm").glob("*"))
    found = {}
    for home in homes:
        release = home / "release"
        if release.exists() and (home / "bin/javac").exists():
            feature = re.search(r'JAVA_VERSION="(\d+)', release.read_text())
            if feature and int(feature.group(1)) >= 17 and (int(feature.group(1)) - 17) % 4 == 0:
                found.setdefault(int(feature.group(1)), home)
    if found:
        return found[max(found)]
    java = shutil.which("java")
    return Path(java).resolve().parent.parent if java else Path("no-jdk")


def java():
    return str(java_home() / "bin/java")


def spring_command(build, *more):
    layout = Layout(build, java())
    return lambda port, workload: [*layout.command(workload.model, port), *more]


def bare_command(build):
    layout = Layout(build, java())
    return lambda port, workload: layout.bare_command(port)


def spring_objective(workload, milliseconds):
    model = {"text": "minilm"}.get(workload.model, workload.model)
    return (f"--model-serving.models.{model}.batching.latency-objective={milliseconds}ms",)


def servers(build):
    rust = build / "actix-ort"
    peers = HERE / "peers"
    fastapi = peers / "fastapi"
    return {server.key: server for server in (
        Server("spring", "Model Serving for Spring Boot",
               f"instances = cores, one thread each (f: optimize-for=latency, one instance on all cores), batches chosen by the starter; {' '.join(OPTIONS)}, MALLOC_ARENA_MAX=2, AOT cache", "abcgdef", HERE,
               spring_command(build), ENVIRONMENT, needs=(java(), build / "benchmark-server.jar"),
               ready_path="/actuator/health/readiness", paths={"b": "/predict"}, objective=spring_objective,
               least_warm_up=COMPILES),
        Server("spring-asynchronous", "the same, asynchronous",
               "model-serving.web.execution=asynchronous, 8 threads of the server", "e", HERE,
               spring_command(build, "--model-serving.web.execution=asynchronous", "--server.tomcat.threads.max=8"),
               ENVIRONMENT, needs=(java(), build / "benchmark-server.jar"), ready_path="/actuator/health/readiness",
               objective=spring_objective, least_warm_up=COMPILES),
        Server("spring-controller", "a controller without a model", "the same JSON in the application of ours", "e", HERE,
               spring_command(build), ENVIRONMENT, needs=(java(), build / "benchmark-server.jar"),
               ready_path="/actuator/health/readiness", paths={"e": "/controller"}, least_warm_up=COMPILES),
        Server("spring-pipeline", "the same, as a pipeline", "three stages: decoding, the model, reading its scores", "a", HERE,
               spring_command(build), ENVIRONMENT, needs=(java(), build / "benchmark-server.jar"),
               ready_path="/actuator/health/readiness", paths={"a": "/pipeline"}, least_warm_up=COMPILES),
        Server("bare-servlet", "a bare servlet", "the same JSON in Tomcat, without model and Spring", "e", HERE,
               bare_command(build), ENVIRONMENT, needs=(java(), build / "benchmark-server.jar"),
               least_warm_up=COMPILES),
        Server("fastapi-published", "FastAPI + ONNX Runtime, as published",
               f"uvicorn, {CORES} workers, the runtime's default threads, transform in the graph", "a", fastapi,
               _uvicorn("published", CORES), distributions=("fastapi", "uvicorn", "onnxruntime", "pillow")),
        Server("fastapi-tuned", "FastAPI + ONNX Runtime, tuned",
               f"uvicorn, {CORES} workers, one thread each, orjson, draft decoding", "abdef", fastapi,
               _uvicorn("tuned", CORES), distributions=("fastapi", "uvicorn", "onnxruntime", "pillow", "orjson")),
        Server("fastapi-pytorch", "FastAPI + PyTorch", f"uvicorn, {CORES} workers, one thread each", "a", fastapi,
               _uvicorn("pytorch", CORES), {"OMP_NUM_THREADS": "1"},
               distributions=("fastapi", "uvicorn", "torch", "torchvision")),
        Server("actix-ort", "actix-web + ort", f"{CORES} workers, {CORES} sessions of one thread, transform in the graph",
               "a", peers / "actix-ort", lambda port, workload: [str(rust)],
               {"ORT_DYLIB_PATH": _runtime_library()}, needs=(rust,)),
        Server("mosec", "Mosec", f"{CORES} processes, max_batch_size 32 (16 for texts), its default wait of 10 ms",
               "adef", peers / "mosec", lambda port, workload: _python("server.py", "--address", "127.0.0.1", "--port",
                                                                       str(port), "--timeout", "30000"),
               ready_path="/", distributions=("mosec", "onnxruntime")),
        Server("mosec-stages", "Mosec, three stages", f"the same three stages, {CORES} processes for each of the first two, one for the last",
               "a", peers / "mosec", lambda port, workload: _python("server.py", "--address", "127.0.0.1", "--port",
                                                                    str(port), "--timeout", "30000"),
               {"STAGES": "1"}, ready_path="/", distributions=("mosec", "onnxruntime")),
        Server("litserve", "LitServe", f"{CORES} workers, fast_queue, max_batch_size 32 (16 for texts), batch_timeout 10 ms", "adef",
               peers / "litserve", lambda port, workload: _python("server.py"), ready_path="/health",
               distributions=("litserve", "onnxruntime")),
        Server("torchserve", "TorchServe", f"{CORES} workers, batchSize 32, job_queue_size 1000, its default maxBatchDelay of 100 ms", "f",
               peers / "torchserve", lambda port, workload: _python("serve.py"),
               {"JAVA_HOME": str(java_home()), "BUILD": str(build)}, needs=(java(),), ready_path="/ping",
               paths={"f": "/predictions/wide"}, least_warm_up=COMPILES, distributions=("torchserve", "onnxruntime")),
    )}


def versions(build, taking_part):
    """What was measured, by name."""
    found = {"python": sys.version.split()[0]}
    for server in taking_part:
        found |= {name: version(name) for name in server.distributions}
    output = subprocess.run([java(), "-version"], capture_output=True, text=True, check=False)
    found["java"] = output.stderr.splitlines()[0].strip() if output.stderr else ""
    for name in ("actix-web", "ort"):
        cargo = (HERE / "peers/actix-ort/Cargo.toml").read_text()
        pin = re.search(rf'^{name} = .*?"=([^"]+)"', cargo, re.MULTILINE)
        found[name] = pin.group(1) if pin else ""
    if (build / "versions.json").exists():
        found |= json.loads((build / "versions.json").read_text())
    return dict(sorted(found.items()))


def _runtime_library():
    try:
        import onnxruntime
    except ImportError:
        return ""
    found = sorted((Path(onnxruntime.__file__).parent / "capi").glob("libonnxruntime.so*"))
    return str(found[0]) if found else ""
