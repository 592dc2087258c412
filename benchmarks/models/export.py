"""Writes the models and payloads of the benchmark into a directory.

Weights are random and seeded: speed does not depend on what they are. Two graphs share the
weights of MobileNetV3-small: `mobilenet.onnx` takes pictures that are resized and normalised
already, `mobilenet_transform.onnx` takes a decoded picture of any size and does that itself.

    python export.py DIRECTORY
"""

import base64
import io
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
import torchvision
from onnx import TensorProto, helper, numpy_helper
from PIL import Image
from skimage import data as photographs

SEED = 20261121
OPSET = 17
MEAN = [0.485, 0.456, 0.406]
DEVIATION = [0.229, 0.224, 0.225]


class WithTransform(torch.nn.Module):
    """Resizes, scales and normalises [1, height, width, 3] bytes before the network."""

    def __init__(self, network):
        super().__init__()
        self.network = network
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1))
        self.register_buffer("deviation", torch.tensor(DEVIATION).view(1, 3, 1, 1))

    def forward(self, picture):
        pixels = picture.permute(0, 3, 1, 2).to(torch.float32) / 255
        resized = torch.nn.functional.interpolate(pixels, size=(224, 224), mode="bilinear", align_corners=False)
        return self.network((resized - self.mean) / self.deviation)


def mobilenet(directory):
    torch.manual_seed(SEED)
    network = torchvision.models.mobilenet_v3_small(weights=None).eval()
    torch.save(network.state_dict(), directory / "mobilenet.pt")
    torch.onnx.export(network, (torch.zeros(1, 3, 224, 224),), directory / "mobilenet.onnx", input_names=["pixels"],
                      output_names=["scores"], opset_version=OPSET, dynamo=False,
                      dynamic_axes={"pixels": {0: "batch"}, "scores": {0: "batch"}})
    torch.onnx.export(WithTransform(network), (torch.zeros(1, 727, 1200, 3, dtype=torch.uint8),),
                      directory / "mobilenet_transform.onnx", input_names=["picture"], output_names=["scores"],
                      opset_version=OPSET, dynamo=False, dynamic_axes={"picture": {1: "height", 2: "width"}})


def perceptron(directory, name, widths):
    """Writes fully connected layers with ReLU between them."""
    random = np.random.default_rng(SEED)
    nodes, weights, value = [], [], "values"
    for i, (rows, columns) in enumerate(zip(widths, widths[1:])):
        matrix = (random.standard_normal((rows, columns)) / np.sqrt(rows)).astype(np.float32)
        weights.append(numpy_helper.from_array(matrix, f"w{i}"))
        last = i == len(widths) - 2
        nodes.append(helper.make_node("MatMul", [value, f"w{i}"], ["scores" if last else f"h{i}"]))
        value = f"h{i}"
        if not last:
            nodes.append(helper.make_node("Relu", [value], [f"r{i}"]))
            value = f"r{i}"
    graph = helper.make_graph(
        nodes, name, [helper.make_tensor_value_info("values", TensorProto.FLOAT, ["batch", widths[0]])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", widths[-1]])], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = 9
    onnx.checker.check_model(model)
    onnx.save(model, directory / f"{name}.onnx")


def photograph(directory):
    """A photograph that comes with scikit-image, brought to the size of the published one."""
    picture = Image.fromarray(photographs.rocket()).convert("RGB").resize((1200, 727), Image.Resampling.LANCZOS)
    noise = np.random.default_rng(SEED).normal(0, 6, (727, 1200, 3))
    grainy = Image.fromarray(np.clip(np.asarray(picture) + noise, 0, 255).astype(np.uint8))
    best = min((encode(grainy, quality) for quality in range(50, 98)), key=lambda jpeg: abs(len(jpeg) - 228_000))
    (directory / "photograph.jpg").write_bytes(best)
    body = json.dumps({"image": base64.b64encode(best).decode()})
    (directory / "photograph.json").write_text(body)


def encode(picture, quality):
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=quality)
    return target.getvalue()


def vectors(directory):
    random = np.random.default_rng(SEED)
    for name, width in (("ten", 10), ("wide", 64)):
        values = [round(float(value), 4) for value in random.standard_normal(width)]
        (directory / f"{name}.json").write_text(json.dumps({"values": values}))
    tensor = random.standard_normal((1, 3, 224, 224)).astype("<f4").tobytes()
    head = json.dumps({"inputs": [{"name": "pixels", "shape": [1, 3, 224, 224], "datatype": "FP32",
                                   "parameters": {"binary_data_size": len(tensor)}}],
                       "outputs": [{"name": "scores", "parameters": {"binary_data": True}}]}).encode()
    (directory / "tensor.bin").write_bytes(head + tensor)
    (directory / "tensor.length").write_text(str(len(head)))
    (directory / "tensor.pb").write_bytes(infer_request("mobilenet", "pixels", (1, 3, 224, 224), tensor))


def infer_request(model, name, shape, tensor):
    """A ModelInferRequest of the Open Inference Protocol with one FP32 tensor, as Protocol Buffers encode it."""
    described = field(1, name.encode()) + field(2, b"FP32") + field(3, b"".join(map(varint, shape)))
    return field(1, model.encode()) + field(5, described) + field(7, tensor)


def field(number, value):
    return varint(number << 3 | 2) + varint(len(value)) + value


def varint(value):
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(encoded) + bytes([value])


def texts(directory):
    """Texts of mixed length: from a few words to some sentences."""
    random = np.random.default_rng(SEED)
    words = ("the server answers a request while models load and batches form under steady load "
             "because every row that waits is taken by the instance which is free first").split()
    lines = [" ".join(random.choice(words, size=int(length))) for length in random.geometric(0.06, 64).clip(3, 90)]
    (directory / "texts.jsonl").write_text("".join(json.dumps({"input": line}) + "\n" for line in lines))


def main():
    directory = Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    mobilenet(directory)
    perceptron(directory, "ten", [10, 16, 10])
    perceptron(directory, "wide", [64, 4096, 4096, 10])
    photograph(directory)
    vectors(directory)
    texts(directory)


if __name__ == "__main__":
    main()
