"""Train a small network on scikit-learn's handwritten digits and export it to ONNX."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

import exports

HIDDEN = (512, 256)
BRIGHTEST = 16
EXAMPLES = (3, 5, 8)
BLOCK = 8


def train(pixels, labels):
    network = MLPClassifier(HIDDEN, alpha=1e-3, batch_size=64, max_iter=80, random_state=exports.SEED)
    return network.fit(scale(pixels), labels)


def scale(pixels):
    return (pixels / BRIGHTEST).reshape(len(pixels), -1).astype(np.float32)


def to_onnx(network):
    """Build the graph by hand, so that scaling, names and shapes are part of the model."""
    weights = [constant("brightest", BRIGHTEST, np.float32), constant("row", [0, -1], np.int64)]
    nodes = [helper.make_node("Div", ["pixels", "brightest"], ["scaled"]),
             helper.make_node("Reshape", ["scaled", "row"], ["activation0"])]
    layers = len(network.coefs_)
    for layer, (weight, bias) in enumerate(zip(network.coefs_, network.intercepts_)):
        weights += [constant(f"weight{layer}", weight, np.float32), constant(f"bias{layer}", bias, np.float32)]
        sums = "scores" if layer == layers - 1 else f"sums{layer}"
        nodes.append(helper.make_node("Gemm", [f"activation{layer}", f"weight{layer}", f"bias{layer}"], [sums]))
        if layer < layers - 1:
            nodes.append(helper.make_node("Relu", [sums], [f"activation{layer + 1}"]))
    nodes += [helper.make_node("Softmax", ["scores"], ["probabilities"], axis=1),
              helper.make_node("ArgMax", ["scores"], ["label"], axis=1, keepdims=0)]
    pixels = described("pixels", TensorProto.FLOAT, ["batch", 8, 8], "grey values from 0 (paper) to 16 (ink)")
    label = described("label", TensorProto.INT64, ["batch"], "the most probable digit")
    probabilities = described("probabilities", TensorProto.FLOAT, ["batch", 10], "one probability per digit, 0 to 9")
    graph = helper.make_graph(nodes, "digits", [pixels], [label, probabilities], initializer=weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", exports.OPSET)])


def constant(name, values, dtype):
    return numpy_helper.from_array(np.array(values, dtype=dtype), name)


def described(name, elem_type, shape, doc):
    return helper.make_tensor_value_info(name, elem_type, shape, doc_string=doc)


def write_pictures(session, pixels, labels, probabilities):
    """Write, for each example digit, the clearest held-out picture: light ink on a dark ground, 8 x 8 blocks; and all
    of them side by side."""
    folder = exports.MAIN_RESOURCES / "examples"
    folder.mkdir(parents=True, exist_ok=True)
    row = []
    for digit in EXAMPLES:
        clearest = np.argmax(np.where(labels == digit, probabilities[:, digit], 0))
        grey = np.round(pixels[clearest] * (255 / BRIGHTEST)).astype(np.uint8)
        path = folder / f"digit-{digit}.png"
        row.append(np.kron(grey, np.ones((BLOCK, BLOCK), np.uint8)))
        Image.fromarray(row[-1]).save(path, optimize=True)
        shrunk = np.asarray(Image.open(path).resize((8, 8), Image.Resampling.BOX), dtype=np.float32)
        seen = session.run(["label"], {"pixels": shrunk[np.newaxis] * (BRIGHTEST / 255)})[0][0]
        assert seen == digit, f"{path.name} is read as {seen}"
    Image.fromarray(np.hstack(row)).save(folder / f"number-{''.join(map(str, EXAMPLES))}.png", optimize=True)


def main():
    digits = load_digits()
    train_pixels, pixels, train_labels, labels = train_test_split(
        digits.images.astype(np.float32), digits.target, test_size=exports.HELD_OUT, stratify=digits.target,
        random_state=exports.SEED)
    with threadpool_limits(1):
        network = train(train_pixels, train_labels)
    path = exports.save(to_onnx(network), "digits", "Reads a handwritten digit from 8 x 8 grey values",
                        "Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak, 1998, CC BY 4.0")
    session = exports.session(path)
    predictions, probabilities = session.run(["label", "probabilities"], {"pixels": pixels})
    np.testing.assert_allclose(probabilities, network.predict_proba(scale(pixels)), atol=1e-5)
    exports.write_held_out("digits", ["label", *(f"pixel_{row}_{column}" for row in range(8) for column in range(8))],
                           [[label, *image.astype(int).flatten()] for label, image in zip(labels, pixels)])
    accuracy = exports.write_score("digits", labels, predictions)
    assert accuracy >= 0.97, "the network is worse than the sample promises"
    write_pictures(session, pixels, labels, probabilities)


if __name__ == "__main__":
    main()
