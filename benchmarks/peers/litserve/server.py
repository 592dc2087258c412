"""LitServe, with its batching where a workload batches."""

import base64
import io
import os

import litserve
import numpy as np
import onnxruntime
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


class Mobilenet(litserve.LitAPI):
    def setup(self, device):
        self.session = load("mobilenet")

    def decode_request(self, request):
        picture = Image.open(io.BytesIO(base64.b64decode(request["image"])))
        picture.draft("RGB", (224, 224))
        pixels = np.asarray(picture.convert("RGB").resize((224, 224), Image.Resampling.BILINEAR), np.float32)
        return ((pixels - MEAN) * FACTOR).transpose(2, 0, 1)[None]

    def predict(self, pixels):
        return self.session.run(None, {"pixels": pixels})[0][0]

    def encode_response(self, scores):
        label = int(scores.argmax())
        return {"label": label, "score": float(scores[label])}


class Perceptron(litserve.LitAPI):
    def setup(self, device):
        self.session = load(os.environ["WORKLOAD"])

    def decode_request(self, request):
        return np.array(request["values"], np.float32)

    def batch(self, inputs):
        return np.stack(inputs)

    def predict(self, values):
        return self.session.run(None, {"values": values})[0]

    def unbatch(self, scores):
        return list(scores)

    def encode_response(self, scores):
        return {"scores": scores.tolist()}


class Embedder(litserve.LitAPI):
    def setup(self, device):
        from tokenizers import Tokenizer

        self.session = load("minilm")
        self.tokenizer = Tokenizer.from_file(f"{MODELS}/minilm-tokenizer.json")
        self.tokenizer.enable_padding()
        self.tokenizer.enable_truncation(256)

    def decode_request(self, request):
        return request["input"]

    def batch(self, inputs):
        return list(inputs)

    def predict(self, texts):
        encoded = self.tokenizer.encode_batch(texts)
        ids = np.array([entry.ids for entry in encoded], np.int64)
        mask = np.array([entry.attention_mask for entry in encoded], np.int64)
        hidden = self.session.run(None, {"input_ids": ids, "attention_mask": mask,
                                         "token_type_ids": np.zeros_like(ids)})[0]
        means = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        return means / np.linalg.norm(means, axis=1, keepdims=True)

    def unbatch(self, means):
        return list(means)

    def encode_response(self, mean):
        return {"embedding": mean.tolist()}


if __name__ == "__main__":
    workload = os.environ["WORKLOAD"]
    if workload == "mobilenet":
        api = Mobilenet(api_path="/predict")
    elif workload == "text":
        api = Embedder(api_path="/embed", max_batch_size=16, batch_timeout=0.01)
    else:
        api = Perceptron(api_path=f"/{workload}", max_batch_size=32, batch_timeout=0.01)
    server = litserve.LitServer(api, accelerator="cpu", workers_per_device=CORES)
    server.run(host="127.0.0.1", port=int(os.environ["PORT"]), generate_client_file=False, log_level="warning")
