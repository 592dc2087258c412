"""FastAPI and ONNX Runtime the way that tutorials show it: JSON with base64, Pillow, and the
whole picture handed to a graph that resizes it."""

import base64
import io
import os

import numpy as np
import onnxruntime
from fastapi import FastAPI
from PIL import Image
from pydantic import BaseModel

session = onnxruntime.InferenceSession(os.environ["MODELS"] + "/mobilenet_transform.onnx",
                                       providers=["CPUExecutionProvider"])
app = FastAPI()


class Request(BaseModel):
    image: str


@app.get("/ready")
def ready():
    return {}


@app.post("/predict")
def predict(request: Request):
    picture = Image.open(io.BytesIO(base64.b64decode(request.image))).convert("RGB")
    scores = session.run(None, {"picture": np.asarray(picture)[None]})[0][0]
    label = int(scores.argmax())
    return {"label": label, "score": float(scores[label])}
