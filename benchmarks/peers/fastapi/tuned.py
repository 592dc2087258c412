"""FastAPI and ONNX Runtime with everything that helps: one thread a session, as many workers as
cores, orjson, JPEG decoded at a fraction of its size, NumPy in place of Pillow's conversions."""

import base64
import io
import os

import numpy as np
import onnxruntime
import orjson
from fastapi import FastAPI, Request, Response
from PIL import Image

MODELS = os.environ["MODELS"]
MEAN = np.array([0.485, 0.456, 0.406], np.float32) * 255
FACTOR = 1 / (np.array([0.229, 0.224, 0.225], np.float32) * 255)


def load(name):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(f"{MODELS}/{name}.onnx", options, providers=["CPUExecutionProvider"])


mobilenet = ten = wide = minilm = tokenizer = None
match os.environ["WORKLOAD"]:
    case "mobilenet":
        mobilenet = load("mobilenet")
    case "ten":
        ten = load("ten")
    case "wide":
        wide = load("wide")
    case "text":
        from tokenizers import Tokenizer

        minilm = load("minilm")
        tokenizer = Tokenizer.from_file(f"{MODELS}/minilm-tokenizer.json")
        tokenizer.enable_truncation(256)
app = FastAPI()


def classify(jpeg):
    picture = Image.open(io.BytesIO(jpeg))
    picture.draft("RGB", (224, 224))
    pixels = np.asarray(picture.convert("RGB").resize((224, 224), Image.Resampling.BILINEAR), np.float32)
    scores = mobilenet.run(None, {"pixels": ((pixels - MEAN) * FACTOR).transpose(2, 0, 1)[None]})[0][0]
    label = int(scores.argmax())
    return Response(orjson.dumps({"label": label, "score": float(scores[label])}), media_type="application/json")


def perceive(session, body):
    values = np.array(orjson.loads(body)["values"], np.float32)[None]
    scores = session.run(None, {"values": values})[0][0]
    return Response(orjson.dumps({"scores": scores.tolist()}), media_type="application/json")


@app.get("/ready")
async def ready():
    return {}


@app.post("/predict")
async def predict(request: Request):
    return classify(base64.b64decode(orjson.loads(await request.body())["image"]))


@app.post("/picture")
async def picture(request: Request):
    return classify(await request.body())


@app.post("/ten")
async def small(request: Request):
    return perceive(ten, await request.body())


@app.post("/wide")
async def large(request: Request):
    return perceive(wide, await request.body())


@app.post("/embed")
async def embed(request: Request):
    encoded = tokenizer.encode(orjson.loads(await request.body())["input"])
    ids = np.array([encoded.ids], np.int64)
    hidden = minilm.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids),
                               "token_type_ids": np.zeros_like(ids)})[0]
    mean = hidden[0].mean(0)
    mean /= np.linalg.norm(mean)
    return Response(orjson.dumps({"embedding": mean.tolist()}), media_type="application/json")
