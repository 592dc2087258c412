"""Train a small U-Net on made-up aerial pictures, and export it as a model that tells what each pixel shows."""

import json

import numpy as np
import torch
from onnx import TensorProto, helper, numpy_helper
from PIL import Image, ImageDraw
from torch import nn
from torch.nn import functional

import exports

CLASSES = ["field", "forest", "water", "road", "building"]
COLOURS = np.array([(214, 204, 120), (36, 110, 50), (50, 110, 200), (120, 120, 120), (200, 60, 50)], np.uint8)
SIDE = 64
WIDTHS = (8, 16, 32)
TILES = 800
STEPS = 2500
BATCH = 8
RATE = 3e-3
HELD_OUT = 12


def waves(random, count, longest):
    """Make smooth noise of about -1 to 1."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    noise = np.zeros((SIDE, SIDE))
    for _ in range(count):
        fy, fx = random.normal(0, longest, 2)
        noise += np.sin(2 * np.pi * (fy * y + fx * x + random.random()))
    return noise / np.sqrt(count)


def line(random, width):
    """Make a bent line from one side of the tile to the other."""
    ends = random.uniform(0, SIDE, 3)
    points = [(-4, ends[0]), (SIDE / 2, ends[1]), (SIDE + 4, ends[2])]
    if random.random() < 0.5:
        points = [(y, x) for x, y in points]
    mask = Image.new("L", (SIDE, SIDE))
    ImageDraw.Draw(mask).line(points, fill=1, width=width, joint="curve")
    return np.asarray(mask, bool)


def tile(random):
    """Make a picture and the class of each of its pixels. No colour belongs to one class alone."""
    classes = np.zeros((SIDE, SIDE), np.int64)
    classes[waves(random, 5, 1.2) > random.uniform(-0.2, 1)] = 1
    if random.random() < 0.5:
        classes[line(random, random.integers(6, 14))] = 2
    if random.random() < 0.6:
        classes[line(random, random.integers(3, 5))] = 3
    for _ in range(random.integers(0, 5)):
        left, top = random.integers(2, SIDE - 14, 2)
        right, bottom = (left, top) + random.integers(6, 12, 2)
        if np.all(classes[top:bottom, left:right] < 2):
            classes[top:bottom, left:right] = 4
    base = random.normal([(120, 135, 70), (45, 85, 45), (55, 85, 105), (125, 125, 125), (155, 100, 90)], 9)
    rough = np.array([5, 18, 4, 6, 8])[classes][..., None]
    picture = base[classes] + rough * random.normal(0, 1, (SIDE, SIDE, 3)) + 8 * waves(random, 4, 2)[..., None]
    return np.clip(picture * random.uniform(0.8, 1.2), 0, 255).astype(np.uint8), classes


class Twice(nn.Sequential):

    def __init__(self, inputs, outputs):
        super().__init__(nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(),
                         nn.Conv2d(outputs, outputs, 3, padding=1), nn.ReLU())


class UNet(nn.Module):

    def __init__(self):
        super().__init__()
        small, middle, large = WIDTHS
        self.down1, self.down2, self.bottom = Twice(3, small), Twice(small, middle), Twice(middle, large)
        self.up2, self.up1 = Twice(large + middle, middle), Twice(middle + small, small)
        self.last = nn.Conv2d(small, len(CLASSES), 1)

    def forward(self, pixels):
        first = self.down1(pixels)
        second = self.down2(functional.max_pool2d(first, 2))
        third = self.bottom(functional.max_pool2d(second, 2))
        second = self.up2(torch.cat([functional.interpolate(third, scale_factor=2), second], 1))
        return self.last(self.up1(torch.cat([functional.interpolate(second, scale_factor=2), first], 1)))


def train(tiles):
    torch.manual_seed(exports.SEED)
    torch.set_num_threads(1)
    pixels = torch.tensor(np.stack([picture for picture, _ in tiles])).permute(0, 3, 1, 2) / 255
    classes = torch.tensor(np.stack([classes for _, classes in tiles]))
    net = UNet()
    optimizer = torch.optim.Adam(net.parameters(), RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    for _ in range(STEPS):
        batch = torch.randint(len(tiles), (BATCH,))
        optimizer.zero_grad()
        functional.cross_entropy(net(pixels[batch]), classes[batch]).backward()
        optimizer.step()
        schedule.step()
    return {name: value.detach().numpy() for name, value in net.state_dict().items()}


def export(weights):
    """Build the model: a picture in, the class of each pixel out."""
    nodes = []

    def node(kind, inputs, name, **attributes):
        nodes.append(helper.make_node(kind, inputs, [name], name, **attributes))
        return name

    def convolve(name, value, **attributes):
        return node("Conv", [value, f"{name}.weight", f"{name}.bias"], f"{name}.sum", **attributes)

    def twice(name, value):
        for layer in (0, 2):
            value = node("Relu", [convolve(f"{name}.{layer}", value, pads=[1, 1, 1, 1])], f"{name}.{layer}.out")
        return value

    def half(name, value):
        return node("MaxPool", [value], f"{name}.half", kernel_shape=[2, 2], strides=[2, 2])

    def double(name, value, beside):
        large = node("Resize", [value, "", "scales"], f"{name}.double", mode="nearest",
                     coordinate_transformation_mode="asymmetric", nearest_mode="floor")
        return node("Concat", [large, beside], f"{name}.both", axis=1)

    first = twice("down1", "tile")
    second = twice("down2", half("first", first))
    third = twice("bottom", half("second", second))
    second = twice("up2", double("third", third, second))
    first = twice("up1", double("second", second, first))
    best = node("ArgMax", [convolve("last", first)], "best", axis=1, keepdims=0)
    node("Cast", [best], "classes", to=TensorProto.UINT8)
    constants = [numpy_helper.from_array(value, name) for name, value in weights.items()]
    constants.append(numpy_helper.from_array(np.array([1, 1, 2, 2], np.float32), "scales"))
    graph = helper.make_graph(
        nodes, "land_cover",
        [helper.make_tensor_value_info("tile", TensorProto.FLOAT, ["batch", 3, SIDE, SIDE], "red, green, blue, 0 to 1")],
        [helper.make_tensor_value_info("classes", TensorProto.UINT8, ["batch", SIDE, SIDE], ", ".join(CLASSES))],
        constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", exports.OPSET)])


def overlaps(truth, seen):
    """Return, for each class, the pixels that both say it of, divided by those that one of them says it of."""
    return [float(((truth == number) & (seen == number)).sum() / ((truth == number) | (seen == number)).sum())
            for number in range(len(CLASSES))]


def main():
    random = np.random.default_rng(exports.SEED)
    tiles = [tile(random) for _ in range(TILES)]
    path = exports.save(export(train(tiles)), "land_cover", "Tells field, forest, water, road and building apart",
                        "made up by the script")
    pictures, truth = map(np.stack, zip(*(tile(random) for _ in range(HELD_OUT))))
    seen = exports.session(path).run(None, {"tile": pictures.transpose(0, 3, 1, 2).astype(np.float32) / 255})[0]
    scores = overlaps(truth, seen)
    Image.fromarray(np.hstack(pictures)).save(exports.TEST_RESOURCES / "land-cover-tiles.png", optimize=True)
    Image.fromarray(np.hstack(truth).astype(np.uint8)).save(exports.TEST_RESOURCES / "land-cover-truth.png",
                                                            optimize=True)
    richest = max(range(HELD_OUT), key=lambda number: len(np.unique(truth[number])))
    Image.fromarray(pictures[richest]).save(exports.MAIN_RESOURCES / "examples" / "tile.png", optimize=True)
    score = {"model": "land_cover", "tiles": HELD_OUT, "overlap": dict(zip(CLASSES, scores)),
             "mean": float(np.mean(scores))}
    exports.write("land-cover-score.json", json.dumps(score, indent=2))
    print(f"land_cover: mean overlap of {HELD_OUT} held-out tiles {np.mean(scores):.4f}, {path.stat().st_size} bytes")
    assert np.mean(scores) >= 0.85, "the net is worse than the sample promises"


if __name__ == "__main__":
    main()
