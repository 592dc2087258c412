"""FastAPI and PyTorch the way that tutorials show it."""

import base64
import io
import os

import torch
import torchvision
from fastapi import FastAPI
from PIL import Image
from pydantic import BaseModel
from torchvision.transforms import v2

network = torchvision.models.mobilenet_v3_small(weights=None)
network.load_state_dict(torch.load(os.environ["MODELS"] + "/mobilenet.pt"))
network.eval()
transform = v2.Compose([v2.Resize((224, 224)), v2.ToImage(), v2.ToDtype(torch.float32, scale=True),
                        v2.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])
app = FastAPI()


class Request(BaseModel):
    image: str


@app.get("/ready")
def ready():
    return {}


@app.post("/predict")
def predict(request: Request):
    picture = Image.open(io.BytesIO(base64.b64decode(request.image))).convert("RGB")
    with torch.inference_mode():
        scores = network(transform(picture)[None])[0]
    label = int(scores.argmax())
    return {"label": label, "score": float(scores[label])}
