"""Makes the photographs of the tests and what torchvision makes of them.

    pip install numpy pillow scikit-image torch torchvision
    python make.py
"""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from skimage import data as photographs
from torchvision.transforms import v2

HERE = Path(__file__).parent
PHOTOGRAPHS = {"cat": photographs.chelsea, "astronaut": photographs.astronaut, "camera": photographs.camera}
NORMALIZE = [v2.ToImage(), v2.ToDtype(torch.float32, scale=True),
             v2.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])]
TRANSFORMS = {"stretched": v2.Compose([v2.Resize((32, 32)), *NORMALIZE]),
              "cropped": v2.Compose([v2.Resize(36), v2.CenterCrop(32), *NORMALIZE])}

for name, photograph in PHOTOGRAPHS.items():
    picture = Image.fromarray(photograph())
    picture.thumbnail((400, 300), Image.Resampling.LANCZOS)
    picture.save(HERE / f"{name}.jpg", quality=90, subsampling="4:4:4")
    decoded = Image.open(HERE / f"{name}.jpg").convert("RGB")
    for kind, transform in TRANSFORMS.items():
        np.save(HERE / f"{name}-{kind}.npy", transform(decoded)[None].numpy())
