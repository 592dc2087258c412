"""Where the trained models and their scores go, and how a model is described."""

import json
from pathlib import Path

import onnx
import onnxruntime
from onnx import helper

APP = Path(__file__).resolve().parents[1]
MAIN_RESOURCES = APP / "src" / "main" / "resources"
TEST_RESOURCES = APP / "src" / "test" / "resources"

SEED = 20
IR_VERSION = 10
OPSET = 21
ML_OPSET = 3
HELD_OUT = 1 / 3


def save(model, name, title, data_set):
    """Describe the model in its own metadata, check it, and return the path it was written to."""
    model.doc_string = title
    model.producer_name = f"train_{name}.py"
    model.producer_version = "1"
    model.domain = "io.modelserving.sample"
    model.model_version = 1
    model.ir_version = IR_VERSION
    helper.set_model_props(model, {"author": "Model Serving", "description": title, "license": "Apache-2.0",
                                   "data_set": data_set})
    onnx.checker.check_model(model, full_check=True)
    path = MAIN_RESOURCES / "models" / f"{name}.onnx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString(deterministic=True))
    return path


def session(path):
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


def write_held_out(name, columns, rows):
    lines = [",".join(columns)] + [",".join(str(value) for value in row) for row in rows]
    write(f"{name}-held-out.csv", "\n".join(lines))


def write_score(name, labels, predictions):
    """Record how many of the held-out rows the exported model gets right in ONNX Runtime."""
    correct = sum(str(label) == str(prediction) for label, prediction in zip(labels, predictions, strict=True))
    score = {"model": name, "rows": len(labels), "correct": correct, "accuracy": round(correct / len(labels), 6)}
    write(f"{name}-score.json", json.dumps(score, indent=2))
    print(f"{name}: {correct} of {len(labels)} held-out rows are right, accuracy {score['accuracy']:.4f}")
    return score["accuracy"]


def write(name, text):
    TEST_RESOURCES.mkdir(parents=True, exist_ok=True)
    (TEST_RESOURCES / name).write_text(text + "\n", encoding="utf-8", newline="\n")
