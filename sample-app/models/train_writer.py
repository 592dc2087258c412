"""Train a small recurrent network on made-up sentences, and export it as a model that writes one character at a time."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from threadpoolctl import threadpool_limits

import exports

HIDDEN = 80
EMBEDDED = 16
BATCH = 32
LENGTH = 40
STEPS = 4000
RATE = 4e-3
CLIP = 1.0

ADJECTIVES = ["small", "busy", "quiet", "patient", "new", "young", "clever", "large"]
SERVERS = ["server", "model", "queue", "thread", "cache", "network"]
WORK = ["request", "picture", "text", "batch", "answer", "sentence"]
VERBS = ["answers", "reads", "keeps", "sends", "finds", "counts"]
ENDS = ["at once", "in time", "every morning", "without a pause", "before the next one"]


def sentences(random, count):
    """Make sentences like "the busy server answers a new request in time."."""
    text = []
    for _ in range(count):
        article, other = random.choice(["the", "a"], 2)
        subject = [article, random.choice(ADJECTIVES), random.choice(SERVERS)]
        work = [other, random.choice(ADJECTIVES), random.choice(WORK)]
        end = [random.choice(ENDS)] if random.random() < 0.6 else []
        text.append(" ".join([*subject, random.choice(VERBS), *work, *end]) + ".\n")
    return "".join(text)


def sigmoid(values):
    return 1 / (1 + np.exp(-values))


def softmax(values):
    raised = np.exp(values - values.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


def initial(random, characters):
    def weights(*shape):
        return random.normal(0, 1 / np.sqrt(shape[-1]), shape).astype(np.float32)

    return {"embedding": weights(characters, EMBEDDED), "w": weights(3 * HIDDEN, EMBEDDED),
            "r": weights(3 * HIDDEN, HIDDEN), "wb": np.zeros(3 * HIDDEN, np.float32),
            "rb": np.zeros(3 * HIDDEN, np.float32), "out": weights(characters, HIDDEN),
            "out_b": np.zeros(characters, np.float32)}


def step(p, ids, h):
    """One step of the GRU as ONNX defines it (gates z, r, h; linear_before_reset=1)."""
    x = p["embedding"][ids]
    gx = x @ p["w"].T + p["wb"]
    gh = h @ p["r"].T + p["rb"]
    z = sigmoid(gx[:, :HIDDEN] + gh[:, :HIDDEN])
    r = sigmoid(gx[:, HIDDEN:2 * HIDDEN] + gh[:, HIDDEN:2 * HIDDEN])
    n = np.tanh(gx[:, 2 * HIDDEN:] + r * gh[:, 2 * HIDDEN:])
    return (1 - z) * n + z * h, (ids, x, h, gh, z, r, n)


def gradients(p, ids, targets, h):
    """Go through some characters and back; return the loss, the gradients, and the state at the end."""
    steps, losses = [], []
    for t in range(ids.shape[1]):
        h, kept = step(p, ids[:, t], h)
        likely = softmax(h @ p["out"].T + p["out_b"])
        losses.append(-np.log(likely[np.arange(len(h)), targets[:, t]]).mean())
        steps.append((kept, h, likely))
    g = {name: np.zeros_like(value) for name, value in p.items()}
    dh = np.zeros_like(h)
    for t in reversed(range(ids.shape[1])):
        (own, x, before, gh, z, r, n), after, likely = steps[t]
        d_out = likely.copy()
        d_out[np.arange(len(h)), targets[:, t]] -= 1
        d_out /= len(h) * ids.shape[1]
        g["out"] += d_out.T @ after
        g["out_b"] += d_out.sum(axis=0)
        dh = dh + d_out @ p["out"]
        dn = dh * (1 - z) * (1 - n * n)
        dz = dh * (before - n) * z * (1 - z)
        dr = dn * gh[:, 2 * HIDDEN:] * r * (1 - r)
        dgx = np.concatenate([dz, dr, dn], axis=1)
        dgh = np.concatenate([dz, dr, dn * r], axis=1)
        g["w"] += dgx.T @ x
        g["wb"] += dgx.sum(axis=0)
        g["r"] += dgh.T @ before
        g["rb"] += dgh.sum(axis=0)
        np.add.at(g["embedding"], own, dgx @ p["w"])
        dh = dh * z + dgh @ p["r"]
    return float(np.mean(losses)), g, h


def train(random, text, alphabet):
    index = {character: i for i, character in enumerate(alphabet)}
    ids = np.array([index[character] for character in text])
    columns = len(ids) // BATCH
    ids = ids[:BATCH * columns].reshape(BATCH, columns)
    p = initial(random, len(alphabet))
    mean, square = ({name: np.zeros_like(value) for name, value in p.items()} for _ in range(2))
    h, at = np.zeros((BATCH, HIDDEN), np.float32), 0
    for number in range(1, STEPS + 1):
        if at + LENGTH + 1 > columns:
            h, at = np.zeros_like(h), 0
        loss, g, h = gradients(p, ids[:, at:at + LENGTH], ids[:, at + 1:at + LENGTH + 1], h)
        at += LENGTH
        norm = np.sqrt(sum(float((value * value).sum()) for value in g.values()))
        rate = RATE * 0.5 * (1 + np.cos(np.pi * number / STEPS)) * np.sqrt(1 - 0.999 ** number) / (1 - 0.9 ** number)
        for name, value in g.items():
            value = value * min(1, CLIP / norm)
            mean[name] += 0.1 * (value - mean[name])
            square[name] += 0.001 * (value * value - square[name])
            p[name] = (p[name] - rate * mean[name] / (np.sqrt(square[name]) + 1e-8)).astype(np.float32)
    return p


def export(p, alphabet):
    """Build the model: a character and a number from 0 to 1 in, the next character out, which that number draws."""
    def tensor(name, value, kind=np.float32):
        return numpy_helper.from_array(np.asarray(value, kind), name)

    weights = [tensor("embedding", p["embedding"]), tensor("w", p["w"][None]), tensor("r", p["r"][None]),
               tensor("b", np.concatenate([p["wb"], p["rb"]])[None]), tensor("out", p["out"].T),
               tensor("out_b", p["out_b"]), tensor("first", [0], np.int64), tensor("last", [1], np.int64),
               tensor("end", len(alphabet) - 1, np.int64), tensor("one", 1, np.int64)]
    keys = list(range(len(alphabet)))
    nodes = [
        helper.make_node("LabelEncoder", ["character"], ["id"], domain="ai.onnx.ml", keys_strings=alphabet,
                         values_int64s=keys, default_int64=alphabet.index(" ")),
        helper.make_node("Squeeze", ["id", "last"], ["row_id"]),
        helper.make_node("Gather", ["embedding", "row_id"], ["vector"]),
        helper.make_node("Unsqueeze", ["vector", "first"], ["x"]),
        helper.make_node("GRU", ["x", "w", "r", "b", "", "h"], ["", "h_out"], hidden_size=HIDDEN,
                         linear_before_reset=1),
        helper.make_node("Squeeze", ["h_out", "first"], ["hidden"]),
        helper.make_node("MatMul", ["hidden", "out"], ["product"]),
        helper.make_node("Add", ["product", "out_b"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
        helper.make_node("CumSum", ["probabilities", "one"], ["cumulated"]),
        helper.make_node("Less", ["cumulated", "draw"], ["before"]),
        helper.make_node("Cast", ["before"], ["counted"], to=TensorProto.INT64),
        helper.make_node("ReduceSum", ["counted", "last"], ["drawn"], keepdims=1),
        helper.make_node("Min", ["drawn", "end"], ["next_id"]),
        helper.make_node("LabelEncoder", ["next_id"], ["next"], domain="ai.onnx.ml", keys_int64s=keys,
                         values_strings=alphabet, default_string=" "),
    ]
    state = [1, "batch", HIDDEN]
    graph = helper.make_graph(
        nodes, "writer",
        [helper.make_tensor_value_info("character", TensorProto.STRING, ["batch", 1]),
         helper.make_tensor_value_info("draw", TensorProto.FLOAT, ["batch", 1]),
         helper.make_tensor_value_info("h", TensorProto.FLOAT, state)],
        [helper.make_tensor_value_info("next", TensorProto.STRING, ["batch", 1]),
         helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["batch", len(alphabet)]),
         helper.make_tensor_value_info("h_out", TensorProto.FLOAT, state)], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", exports.OPSET),
                                                   helper.make_opsetid("ai.onnx.ml", exports.ML_OPSET)])


def write_text(session, random, start, length):
    """Write a text with the exported model, as a client does with a sequence."""
    h, text, character = np.zeros((1, 1, HIDDEN), np.float32), start, None
    given = list(start)
    while len(text) < length:
        character = given.pop(0) if given else character
        character, h = session.run(["next", "h_out"], {"character": np.array([[character]], object),
                                                       "draw": np.array([[random.random()]], np.float32), "h": h})
        character = character[0, 0]
        text += "" if given else character
    return text


def likely(p, text, alphabet):
    """Return how many characters of a text are the one that the model holds for most likely."""
    ids = np.array([alphabet.index(character) for character in text])
    h, right = np.zeros((1, HIDDEN), np.float32), 0
    for own, following in zip(ids, ids[1:]):
        h, _ = step(p, np.array([own]), h)
        right += int((h @ p["out"].T + p["out_b"]).argmax() == following)
    return right


def main():
    random = np.random.default_rng(exports.SEED)
    text, held_out = sentences(random, 4000), sentences(random, 60)
    alphabet = sorted(set(text))
    with threadpool_limits(1):
        p = train(random, text, alphabet)
    path = exports.save(export(p, alphabet), "writer", "Writes sentences, one character for each request of a sequence",
                        "made up by the script")
    print(write_text(exports.session(path), random, "the ", 300))
    right = likely(p, held_out, alphabet)
    print(f"writer: {right} of {len(held_out) - 1} held-out characters are the most likely ones, "
          f"{path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
