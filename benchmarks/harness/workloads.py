"""What is sent, and to which path."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Workload:
    """A request that is sent again and again.

    `model` names what a server loads for it, `path` is asked for where a server has no path of
    its own for it. `open_rates` are the rates of the open loop, as shares of what the fastest server
    managed in the closed one; `every_rate` says whether a server is asked for rates above its own.
    `expected` is in every answer. `objective` is the latency objective under overload, in milliseconds."""

    key: str
    title: str
    model: str
    path: str
    body: Path
    media_type: str = "application/json"
    more_headers: tuple = ()
    protocol: str = "http"
    open_rates: tuple = ()
    every_rate: bool = False
    objective: int = 0
    expected: str = ""

    def varies(self):
        """Whether the body is a file of bodies, one a line."""
        return self.body.suffix == ".jsonl"

    def headers(self):
        return {"Content-Type": self.media_type, **dict(self.more_headers)}


# what 300, 1,000 and 2,400 requests a second are of a peak of 2,600
WINDOW_RATES = (300 / 2600, 1000 / 2600, 2400 / 2600)
RATES = (0.1, 0.25, 0.5, 0.75, 0.9)


def workloads(models):
    length = models / "tensor.length"
    tensor_length = length.read_text() if length.exists() else ""
    return {workload.key: workload for workload in (
        Workload("a", "MobileNetV3-small, JPEG of 228 KB as base64 in JSON", "mobilenet", "/predict",
                 models / "photograph.json", open_rates=RATES, expected="label"),
        Workload("b", "MobileNetV3-small, the same JPEG as it is", "mobilenet", "/picture", models / "photograph.jpg",
                 "image/jpeg", expected="label"),
        Workload("c", "MobileNetV3-small, binary tensor over the Open Inference Protocol, HTTP", "mobilenet",
                 "/v2/models/mobilenet/infer", models / "tensor.bin", "application/octet-stream",
                 (("Inference-Header-Content-Length", tensor_length),), expected="scores"),
        Workload("g", "MobileNetV3-small, the same tensor over the Open Inference Protocol, gRPC", "mobilenet,grpc",
                 "/inference.GRPCInferenceService/ModelInfer", models / "tensor.pb", protocol="grpc"),
        Workload("d", "MiniLM, texts of mixed length", "text", "/embed", models / "texts.jsonl",
                 open_rates=(0.25, 0.5, 0.9), objective=250, expected="embedding"),
        Workload("e", "ten floats", "ten", "/ten", models / "ten.json", open_rates=RATES, expected="scores"),
        Workload("f", "MLP 64-4096-4096-10", "wide", "/wide", models / "wide.json",
                 open_rates=WINDOW_RATES, every_rate=True, objective=50, expected="scores"),
    )}
