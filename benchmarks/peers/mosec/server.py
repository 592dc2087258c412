"""Mosec, one route a workload, with its dynamic batching where a workload batches.

The waiting time of a batch is Mosec's default."""

import base64
import io
import os

import numpy as np
import onnxruntime
from mosec import Runtime, Server, Worker
from PIL import Image

MODELS = os.environ["MODELS"]
CORES = len(os.sched_getaffinity(0))
MEAN = np.array([0.485, 0.456, 0.406], np.float32) * 255
FACTOR = 1 / (np.array([0.229, 0.224, 0.225], np.float32) * 255)


def load(name):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(f"{MODELS}/{name}.onnx", options, providers=["CPUExecutionProvider"])


def pixels(image):
    picture = Image.open(io.BytesIO(base64.b64decode(image)))
    picture.draft("RGB", (224, 224))
    resized = np.asarray(picture.convert("RGB").resize((224, 224), Image.Resampling.BILINEAR), np.float32)
    return ((resized - MEAN) * FACTOR).transpose(2, 0, 1)[None]


def prediction(scores):
    label = int(scores.argmax())
    return {"label": label, "score": float(scores[label])}


class Mobilenet(Worker):
    def __init__(self):
        self.session = load("mobilenet")

    def forward(self, data):
        return prediction(self.session.run(None, {"pixels": pixels(data["image"])})[0][0])


class Decode(Worker):
    def forward(self, data):
        return pixels(data["image"])


class Infer(Worker):
    def __init__(self):
        self.session = load("mobilenet")

    def forward(self, data):
        return self.session.run(None, {"pixels": data})[0][0]


class Predict(Worker):
    def forward(self, data):
        return prediction(data)


class Perceptron(Worker):
    name = ""

    def __init__(self):
        self.session = load(self.name)

    def forward(self, data):
        values = np.array([item["values"] for item in data], np.float32)
        return [{"scores": row} for row in self.session.run(None, {"values": values})[0].tolist()]


class Ten(Perceptron):
    name = "ten"


class Wide(Perceptron):
    name = "wide"


class Embedder(Worker):
    def __init__(self):
        from tokenizers import Tokenizer

        self.session = load("minilm")
        self.tokenizer = Tokenizer.from_file(f"{MODELS}/minilm-tokenizer.json")
        self.tokenizer.enable_padding()
        self.tokenizer.enable_truncation(256)

    def forward(self, data):
        encoded = self.tokenizer.encode_batch([item["input"] for item in data])
        ids = np.array([entry.ids for entry in encoded], np.int64)
        mask = np.array([entry.attention_mask for entry in encoded], np.int64)
        hidden = self.session.run(None, {"input_ids": ids, "attention_mask": mask,
                                         "token_type_ids": np.zeros_like(ids)})[0]
        means = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        means /= np.linalg.norm(means, axis=1, keepdims=True)
        return [{"embedding": row} for row in means.tolist()]


if __name__ == "__main__":
    stages = [Runtime(Decode, num=CORES), Runtime(Infer, num=CORES), Runtime(Predict)]
    routes = {
        "mobilenet": {"/predict": stages if os.environ.get("STAGES") else [Runtime(Mobilenet, num=CORES)]},
        "ten": {"/ten": [Runtime(Ten, num=CORES, max_batch_size=32)]},
        "wide": {"/wide": [Runtime(Wide, num=CORES, max_batch_size=32)]},
        "text": {"/embed": [Runtime(Embedder, num=CORES, max_batch_size=16)]},
    }
    server = Server()
    server.register_runtime(routes[os.environ["WORKLOAD"]])
    server.run()
