"""The servers that are compared: what starts them, what they need, and how they are set up."""

import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
CORES = len(os.sched_getaffinity(0))


@dataclass(frozen=True)
class Server:
    """A server and the workloads that it takes part in.

    `setup` says in the table how it is configured; `missing()` says what this machine lacks for
    it, or is empty."""

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

    def missing(self):
        return ", ".join(str(need) for need in self.needs if not (shutil.which(str(need)) or Path(need).exists()))


def _python(*arguments):
    return [sys.executable, *arguments]


def _uvicorn(module, workers):
    return lambda port, workload: _python("-m", "uvicorn", f"{module}:app", "--host", "127.0.0.1", "--port",
                                          str(port), "--workers", str(workers), "--no-access-log", "--log-level",
                                          "warning")


def servers(build):
    jar = build / "benchmark-server.jar"
    rust = build / "actix-ort"
    peers = HERE / "peers"
    fastapi = peers / "fastapi"
    return {server.key: server for server in (
        Server("spring", "Model Serving for Spring Boot",
               "instances = cores, one thread each, batches chosen by the starter", "abcdef", HERE,
               lambda port, workload: ["java", "-XX:+UseG1GC", "-Xms512m", "-Xmx512m", "-jar", str(jar),
                                       f"--server.port={port}", f"--spring.profiles.active={workload.model}"],
               needs=("java", jar), ready_path="/actuator/health/readiness",
               paths={"b": "/predict"}),
        Server("fastapi-published", "FastAPI + ONNX Runtime, as published",
               f"uvicorn, {CORES} workers, the runtime's default threads, transform in the graph", "a", fastapi,
               _uvicorn("published", CORES)),
        Server("fastapi-tuned", "FastAPI + ONNX Runtime, tuned",
               f"uvicorn, {CORES} workers, one thread each, orjson, draft decoding", "abef", fastapi,
               _uvicorn("tuned", CORES)),
        Server("fastapi-pytorch", "FastAPI + PyTorch", f"uvicorn, {CORES} workers, one thread each", "a", fastapi,
               _uvicorn("pytorch", CORES), {"OMP_NUM_THREADS": "1"}),
        Server("actix-ort", "actix-web + ort", f"{CORES} workers, {CORES} sessions of one thread, transform in the graph",
               "a", peers / "actix-ort", lambda port, workload: [str(rust)],
               {"ORT_DYLIB_PATH": _runtime_library()}, needs=(rust,)),
        Server("mosec", "Mosec", f"{CORES} processes, max_batch_size 32 (16 for texts), its default wait of 10 ms",
               "adef", peers / "mosec", lambda port, workload: _python("server.py", "--address", "127.0.0.1", "--port",
                                                                       str(port), "--timeout", "30000"),
               ready_path="/"),
        Server("litserve", "LitServe", f"{CORES} workers, max_batch_size 32, batch_timeout 10 ms", "aef",
               peers / "litserve", lambda port, workload: _python("server.py"), ready_path="/health"),
    )}


def _runtime_library():
    try:
        import onnxruntime
    except ImportError:
        return ""
    found = sorted((Path(onnxruntime.__file__).parent / "capi").glob("libonnxruntime.so*"))
    return str(found[0]) if found else ""
