"""Train a small conditional variational auto-encoder on scikit-learn's handwritten digits, and export its decoder as a
model that draws the digit a word names."""

import numpy as np
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from PIL import Image
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional

import exports

WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
NOISE = 8
HIDDEN = 128
STEPS = 6000
BATCH = 128
RATE = 2e-3
PRIOR = 0.5
BLOCK = 8
SCORED = 100


class Painter(nn.Module):
    """The last row of the labels stands for any digit: it is learned from pictures whose label was dropped."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(64 + len(WORDS) + 1, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 2 * NOISE))
        self.labels = nn.Embedding(len(WORDS) + 1, HIDDEN)
        self.first = nn.Linear(NOISE, HIDDEN)
        self.second = nn.Linear(HIDDEN, HIDDEN)
        self.last = nn.Linear(HIDDEN, 64)

    def decode(self, noise, label):
        hidden = torch.relu(self.first(noise) + self.labels(label))
        return self.last(torch.relu(self.second(hidden)))

    def loss(self, pixels, label):
        one_hot = functional.one_hot(label, len(WORDS) + 1).float()
        mean, log_variance = self.encoder(torch.cat([pixels, one_hot], 1)).chunk(2, 1)
        noise = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        error = functional.binary_cross_entropy_with_logits(self.decode(noise, label), pixels, reduction="sum")
        distance = -0.5 * (1 + log_variance - mean ** 2 - log_variance.exp()).sum()
        return (error + PRIOR * distance) / len(pixels)


def train():
    torch.manual_seed(exports.SEED)
    torch.set_num_threads(1)
    digits = load_digits()
    pixels = torch.tensor(digits.images.reshape(-1, 64) / 16, dtype=torch.float32)
    labels = torch.tensor(digits.target)
    painter = Painter()
    optimizer = torch.optim.Adam(painter.parameters(), RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    for _ in range(STEPS):
        batch = torch.randint(len(pixels), (BATCH,))
        label = torch.where(torch.rand(BATCH) < 0.1, len(WORDS), labels[batch])
        optimizer.zero_grad()
        painter.loss(pixels[batch], label).backward()
        optimizer.step()
        schedule.step()
    return {name: value.detach().numpy() for name, value in painter.state_dict().items()}


def export(weights):
    """Build the model: words and noise in, pictures of light ink on a dark ground out."""
    def tensor(name, value, kind=np.float32):
        return numpy_helper.from_array(np.asarray(value, kind), name)

    constants = [tensor(name, value) for name, value in weights.items() if not name.startswith("encoder")]
    constants += [tensor("column", [1], np.int64), tensor("square", [0, 1, 8, 8], np.int64), tensor("white", 255),
                  tensor("scales", [1, 1, BLOCK, BLOCK])]
    nodes = [
        helper.make_node("LabelEncoder", ["prompt"], ["label"], domain="ai.onnx.ml", keys_strings=WORDS,
                         values_int64s=list(range(len(WORDS))), default_int64=len(WORDS)),
        helper.make_node("Squeeze", ["label", "column"], ["row_label"]),
        helper.make_node("Gather", ["labels.weight", "row_label"], ["wanted"]),
        helper.make_node("Gemm", ["noise", "first.weight", "first.bias"], ["style"], transB=1),
        helper.make_node("Add", ["style", "wanted"], ["sum1"]),
        helper.make_node("Relu", ["sum1"], ["hidden1"]),
        helper.make_node("Gemm", ["hidden1", "second.weight", "second.bias"], ["sum2"], transB=1),
        helper.make_node("Relu", ["sum2"], ["hidden2"]),
        helper.make_node("Gemm", ["hidden2", "last.weight", "last.bias"], ["logits"], transB=1),
        helper.make_node("Sigmoid", ["logits"], ["ink"]),
        helper.make_node("Mul", ["ink", "white"], ["grey"]),
        helper.make_node("Round", ["grey"], ["rounded"]),
        helper.make_node("Reshape", ["rounded", "square"], ["small"]),
        helper.make_node("Resize", ["small", "", "scales"], ["large"], mode="nearest",
                         coordinate_transformation_mode="asymmetric", nearest_mode="floor"),
        helper.make_node("Squeeze", ["large", "column"], ["grey_picture"]),
        helper.make_node("Cast", ["grey_picture"], ["picture"], to=TensorProto.UINT8),
    ]
    graph = helper.make_graph(
        nodes, "painter",
        [helper.make_tensor_value_info("prompt", TensorProto.STRING, ["batch", 1], "zero to nine; else any digit"),
         helper.make_tensor_value_info("noise", TensorProto.FLOAT, ["batch", NOISE], "normally distributed numbers")],
        [helper.make_tensor_value_info("picture", TensorProto.UINT8, ["batch", 8 * BLOCK, 8 * BLOCK], "grey values")],
        constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", exports.OPSET),
                                                   helper.make_opsetid("ai.onnx.ml", exports.ML_OPSET)])


def draw(session, words, random):
    prompt = np.array([[word] for word in words], object)
    noise = random.standard_normal((len(words), NOISE)).astype(np.float32)
    return session.run(None, {"prompt": prompt, "noise": noise})[0]


def main():
    path = exports.save(export(train()), "painter", "Draws the digit that a word names",
                        "Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak, 1998, CC BY 4.0")
    random = np.random.default_rng(exports.SEED)
    words = [word for word in WORDS for _ in range(SCORED)]
    pictures = draw(exports.session(path), words, random)
    pixels = pictures[:, ::BLOCK, ::BLOCK].astype(np.float32) * (16 / 255)
    read = exports.session(exports.MAIN_RESOURCES / "models" / "digits.onnx").run(["label"], {"pixels": pixels})[0]
    right = sum(WORDS[digit] == word for digit, word in zip(read, words, strict=True))
    print(f"painter: {right} of {len(words)} drawn digits are read as the word, {path.stat().st_size} bytes")
    assert right >= 0.97 * len(words), "the drawings are worse than the sample promises"


if __name__ == "__main__":
    main()
