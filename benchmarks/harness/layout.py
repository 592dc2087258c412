"""The benchmark server as a container would hold it: its jars and native libraries as files, and
an ahead-of-time cache that was recorded under the requests it is going to get."""

import io
import os
import signal
import subprocess
import time
import urllib.request
import zipfile
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle

from .processes import answers, free_port
from .workloads import workloads

SECONDS = 10
CALLERS = 4
# The heap is small: tensors and models live outside of it. As in the image, memory that the compiler and native code have
# freed goes back to the system, and is not kept by every thread.
OPTIONS = ("-XX:+UseSerialGC", "-Xmx192m", "-Xmn64m", "-XX:TrimNativeHeapInterval=10000")
ENVIRONMENT = {"MALLOC_ARENA_MAX": "2"}


class Layout:
    """The directory that the server is started from. Made anew when its jar is newer."""

    def __init__(self, build, java):
        self.build, self.directory, self.archive = build, build / "app", build / "benchmark-server.jar"
        self.java, self.jar = java, self.directory / "benchmark-server.jar"

    def command(self, model, port):
        """What starts the server with the profiles of a model. Records the cache if there is none."""
        self._extract()
        start = [self.java, *OPTIONS, f"-Donnxruntime.native.path={self.directory / 'native'}"]
        end = ["-jar", str(self.jar), f"--spring.profiles.active={model}"]
        cache = self.directory / f"{model.split(',')[0]}.aot"
        if not cache.exists() and self._records():
            self._record(start, end, cache)
        if cache.exists():
            start.append(f"-XX:AOTCache={cache}")
        return [*start, *end, f"--server.port={port}"]

    def bare_command(self, port):
        """What starts a servlet without model and Spring on the same libraries."""
        self._extract()
        return [self.java, *OPTIONS, "-cp", str(self.jar), "io.modelserving.benchmark.BareServer",
                f"--server.port={port}"]

    def _extract(self):
        if self.jar.exists() and self.jar.stat().st_mtime >= self.archive.stat().st_mtime:
            return
        subprocess.run([self.java, "-Djarmode=tools", "-jar", self.archive, "extract", "--force", "--destination",
                        self.directory], check=True, capture_output=True)
        for cache in self.directory.glob("*.aot"):
            cache.unlink()
        native = self.directory / "native"
        native.mkdir(exist_ok=True)
        system = "linux-aarch64" if os.uname().machine == "aarch64" else "linux-x64"
        library = next(self.directory.glob("lib/onnxruntime-*.jar"))
        with zipfile.ZipFile(io.BytesIO(library.read_bytes())) as jar:
            for name in jar.namelist():
                if name.startswith(f"ai/onnxruntime/native/{system}/") and name.endswith(".so"):
                    (native / name.rsplit("/", 1)[1]).write_bytes(jar.read(name))
        os.utime(self.jar)

    def _records(self):
        seen = subprocess.run([self.java, "-XX:AOTCacheOutput=x", "-version"], capture_output=True, check=False,
                              cwd=self.directory)
        return seen.returncode == 0

    def _record(self, start, end, cache):
        print(f"recording {cache.name}", flush=True)
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        models = self.build / "models"
        requests = [request for workload in workloads(models).values()
                    if workload.protocol == "http" and workload.model == cache.stem
                    for request in self._requests(base, workload)]
        with open(cache.with_suffix(".log"), "wb") as log:
            server = subprocess.Popen([*start, f"-XX:AOTCacheOutput={cache}", *end, f"--server.port={port}",
                                       "--spring.grpc.server.port=0"],
                                      env={**os.environ, **ENVIRONMENT, "MODELS": str(models)}, stdout=log, stderr=log)
            try:
                while server.poll() is None and not answers(base + "/actuator/health/readiness"):
                    time.sleep(0.1)
                with ThreadPoolExecutor(CALLERS) as callers:
                    list(callers.map(lambda _: self._send(requests), range(CALLERS)))
                server.send_signal(signal.SIGTERM)
                server.wait(timeout=120)
            finally:
                server.kill()

    @staticmethod
    def _requests(base, workload):
        url = base + ("/predict" if workload.key == "b" else workload.path)
        body = workload.body.read_bytes()
        return [urllib.request.Request(url, part, workload.headers())
                for part in (body.splitlines() if workload.varies() else [body])]

    @staticmethod
    def _send(requests):
        end = time.monotonic() + SECONDS
        for request in cycle(requests):
            if time.monotonic() > end:
                return
            answers(request)
