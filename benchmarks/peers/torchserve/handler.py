"""TorchServe's side of the wide model: a custom handler, given a batch of requests."""

import json
import os

import numpy as np
import onnxruntime


class Wide:
    def initialize(self, context):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.session = onnxruntime.InferenceSession(os.environ["MODELS"] + "/wide.onnx", options,
                                                    providers=["CPUExecutionProvider"])

    def handle(self, data, context):
        values = []
        for item in data:
            body = item.get("data") or item.get("body")
            body = json.loads(body) if isinstance(body, (bytes, bytearray)) else body
            values.append(body["values"])
        scores = self.session.run(None, {"values": np.array(values, np.float32)})[0]
        return [{"scores": row} for row in scores.tolist()]
