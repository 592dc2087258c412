"""What is sent, and to which path."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Workload:
    """A request that is sent again and again.

    `model` names what a server loads for it, `path` is asked for where a server has no path of
    its own for it."""

    key: str
    title: str
    model: str
    path: str
    body: Path
    media_type: str = "application/json"
    more_headers: tuple = ()

    def varies(self):
        """Whether the body is a file of bodies, one a line."""
        return self.body.suffix == ".jsonl"

    def headers(self):
        return {"Content-Type": self.media_type, **dict(self.more_headers)}


def workloads(models):
    tensor_length = (models / "tensor.length").read_text()
    return {workload.key: workload for workload in (
        Workload("a", "MobileNetV3-small, JPEG of 228 KB as base64 in JSON", "mobilenet", "/predict",
                 models / "photograph.json"),
        Workload("b", "MobileNetV3-small, the same JPEG as it is", "mobilenet", "/picture", models / "photograph.jpg",
                 "image/jpeg"),
        Workload("c", "MobileNetV3-small, binary tensor over the Open Inference Protocol", "mobilenet",
                 "/v2/models/mobilenet/infer", models / "tensor.bin", "application/octet-stream",
                 (("Inference-Header-Content-Length", tensor_length),)),
        Workload("d", "MiniLM, texts of mixed length", "text", "/embed", models / "texts.jsonl"),
        Workload("e", "ten floats", "ten", "/ten", models / "ten.json"),
        Workload("f", "MLP 64-4096-4096-10", "wide", "/wide", models / "wide.json"),
    )}
