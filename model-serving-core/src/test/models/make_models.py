"""Write the small ONNX models that the tests of this module run.

Every model is a pure function of this script: running it twice gives the same bytes. README.md beside this file lists
what each model takes, gives and is for; check_models.py runs each of them.
"""

import json
import random
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

IR_VERSION = 10
OPSETS = [helper.make_opsetid("", 21), helper.make_opsetid("ai.onnx.ml", 3)]
TARGET = Path(__file__).resolve().parents[1] / "resources" / "models"

FLOAT, INT64, STRING = TensorProto.FLOAT, TensorProto.INT64, TensorProto.STRING

IDENTITY_TYPES = {
    "float": TensorProto.FLOAT,
    "double": TensorProto.DOUBLE,
    "float16": TensorProto.FLOAT16,
    "bfloat16": TensorProto.BFLOAT16,
    "int8": TensorProto.INT8,
    "int16": TensorProto.INT16,
    "int32": TensorProto.INT32,
    "int64": TensorProto.INT64,
    "uint8": TensorProto.UINT8,
    "uint16": TensorProto.UINT16,
    "uint32": TensorProto.UINT32,
    "uint64": TensorProto.UINT64,
    "bool": TensorProto.BOOL,
    "string": TensorProto.STRING,
}

AFFINE_INPUT = np.array([[1, 2, 3], [-1, 0, 0.25]], dtype=np.float32)


def tensor(name, elem_type, shape):
    return helper.make_tensor_value_info(name, elem_type, shape)


def node(op, inputs, outputs, **attributes):
    return helper.make_node(op, inputs, outputs, **attributes)


def ml_node(op, inputs, outputs, **attributes):
    return helper.make_node(op, inputs, outputs, domain="ai.onnx.ml", **attributes)


def constant(name, values, dtype):
    return numpy_helper.from_array(np.array(values, dtype=dtype), name)


def model(name, nodes, inputs, outputs, initializers=(), doc=""):
    graph = helper.make_graph(nodes, name, inputs, outputs, initializer=list(initializers), doc_string=doc)
    made = helper.make_model(graph, ir_version=IR_VERSION, opset_imports=OPSETS, producer_name="make_models",
                             producer_version="1", doc_string=doc, model_version=1)
    onnx.checker.check_model(made)
    return made


def save(made):
    (TARGET / f"{made.graph.name}.onnx").write_bytes(made.SerializeToString(deterministic=True))


def identity(dtype, elem_type):
    shape = ["batch", "n"]
    return model(f"identity_{dtype}", [node("Identity", ["x"], ["y"])], [tensor("x", elem_type, shape)],
                 [tensor("y", elem_type, shape)])


def unsupported_type():
    shape = ["batch", "n"]
    return model("unsupported_type", [node("Identity", ["x"], ["y"])],
                 [tensor("x", TensorProto.FLOAT8E4M3FN, shape)], [tensor("y", TensorProto.FLOAT8E4M3FN, shape)])


def scalar_add():
    return model("scalar_add", [node("Add", ["a", "b"], ["c"])], [tensor("a", FLOAT, []), tensor("b", FLOAT, [])],
                 [tensor("c", FLOAT, [])])


def affine():
    made = model("affine", [node("MatMul", ["x", "W"], ["xW"]), node("Add", ["xW", "b"], ["y"])],
                 [tensor("x", FLOAT, ["batch", 3])], [tensor("y", FLOAT, ["batch", 2])],
                 [constant("W", [[1, 2], [3, 4], [5, 6]], np.float32), constant("b", [0.5, -0.5], np.float32)],
                 doc="y = x W + b with known small constants")
    helper.set_model_props(made, {"author": "Model Serving", "license": "Apache-2.0"})
    return made


def fixed_shape():
    return model("fixed_shape", [node("Mul", ["x", "two"], ["y"])], [tensor("x", FLOAT, [2, 3])],
                 [tensor("y", FLOAT, [2, 3])], [constant("two", 2, np.float32)])


def two_inputs():
    return model("two_inputs", [node("Cast", ["b"], ["b_float"], to=FLOAT), node("Add", ["a", "b_float"], ["sum"])],
                 [tensor("a", FLOAT, ["batch", 2]), tensor("b", INT64, ["batch", 1])],
                 [tensor("sum", FLOAT, ["batch", 2])])


def batch_dependent():
    return model("batch_dependent",
                 [node("ReduceMean", ["x", "axes"], ["mean"], keepdims=1), node("Sub", ["x", "mean"], ["y"])],
                 [tensor("x", FLOAT, ["batch", 4])], [tensor("y", FLOAT, ["batch", 4])],
                 [constant("axes", [0], np.int64)])


def row_sum_all():
    return model("row_sum_all",
                 [node("ReduceSum", ["x"], ["sum"], keepdims=0), node("Reshape", ["sum", "one"], ["y"])],
                 [tensor("x", FLOAT, ["batch", 4])], [tensor("y", FLOAT, [1])], [constant("one", [1], np.int64)])


def data_dependent_failure():
    return model("data_dependent_failure", [node("Gather", ["table", "idx"], ["y"], axis=0)],
                 [tensor("idx", INT64, ["batch", 1])], [tensor("y", FLOAT, ["batch", 1])],
                 [constant("table", [10, 20, 30, 40, 50], np.float32)])


def padded_mean():
    tokens = ["batch", "sequence_length"]
    return model("padded_mean",
                 [node("Mul", ["input_ids", "attention_mask"], ["masked"]),
                  node("Cast", ["masked"], ["tokens"], to=FLOAT),
                  node("ReduceSum", ["tokens", "last"], ["total"], keepdims=0),
                  node("Cast", ["attention_mask"], ["mask"], to=FLOAT),
                  node("ReduceSum", ["mask", "last"], ["count"], keepdims=0),
                  node("Max", ["count", "one"], ["divisor"]),
                  node("Div", ["total", "divisor"], ["mean"])],
                 [tensor("input_ids", INT64, tokens), tensor("attention_mask", INT64, tokens)],
                 [tensor("mean", FLOAT, ["batch"]), tensor("tokens", FLOAT, tokens)],
                 [constant("last", [1], np.int64), constant("one", 1, np.float32)])


def padding_sensitive():
    tokens = ["batch", "sequence_length"]
    return model("padding_sensitive",
                 [node("Cast", ["input_ids"], ["tokens"], to=FLOAT),
                  node("ReduceMean", ["tokens", "last"], ["mean"], keepdims=0)],
                 [tensor("input_ids", INT64, tokens)],
                 [tensor("mean", FLOAT, ["batch"]), tensor("tokens", FLOAT, tokens)],
                 [constant("last", [1], np.int64)])


def slow(name, iterations_shape):
    """Return a loop of 384 x 384 products with the unit matrix: time grows with the iterations, and y = 2 x."""
    body = helper.make_graph(
        [node("Identity", ["go_on"], ["still_on"]), node("MatMul", ["state", "unit"], ["next_state"])], "body",
        [tensor("step", INT64, []), tensor("go_on", TensorProto.BOOL, []), tensor("state", FLOAT, [384, 384])],
        [tensor("still_on", TensorProto.BOOL, []), tensor("next_state", FLOAT, [384, 384])])
    return model(name,
                 [node("ConstantOfShape", ["square"], ["ones"], value=constant("", [1], np.float32)),
                  node("EyeLike", ["ones"], ["unit"], dtype=FLOAT),
                  node("ReduceMax", ["iterations"], ["trips"], keepdims=0),
                  node("Loop", ["trips", "", "ones"], ["last_state"], body=body),
                  node("ReduceMean", ["last_state"], ["factor"], keepdims=0),
                  node("Mul", ["x", "factor"], ["scaled"]),
                  node("Add", ["x", "scaled"], ["y"])],
                 [tensor("x", FLOAT, ["batch", 64]), tensor("iterations", INT64, iterations_shape)],
                 [tensor("y", FLOAT, ["batch", 64])], [constant("square", [384, 384], np.int64)])


def external_data():
    weights = np.arange(12, dtype=np.float32).reshape(4, 3)
    return model("external_data", [node("MatMul", ["x", "W"], ["y"])], [tensor("x", FLOAT, ["batch", 4])],
                 [tensor("y", FLOAT, ["batch", 3])], [constant("W", weights, np.float32)])


def save_external(made):
    """Write the weights to a file beside the model, as exporters do for large models."""
    data = TARGET / f"{made.graph.name}.onnx.data"
    data.unlink(missing_ok=True)
    onnx.save_model(made, TARGET / f"{made.graph.name}.onnx", save_as_external_data=True,
                    all_tensors_to_one_file=True, location=data.name, size_threshold=0)
    data.chmod(0o644)


def sequence_map(name, key_type, **keys):
    """Return a classifier that ends in ZipMap, as scikit-learn exports do by default."""
    map_type = helper.make_map_type_proto(key_type, helper.make_tensor_type_proto(FLOAT, []))
    probabilities = helper.make_value_info("probabilities", helper.make_sequence_type_proto(map_type))
    return model(name,
                 [node("Softmax", ["x"], ["scores"], axis=1),
                  node("ArgMax", ["x"], ["label"], axis=1, keepdims=0),
                  ml_node("ZipMap", ["scores"], ["probabilities"], **keys)],
                 [tensor("x", FLOAT, ["batch", 3])], [tensor("label", INT64, ["batch"]), probabilities])


def sequence_of_tensors():
    rows = helper.make_sequence_type_proto(helper.make_tensor_type_proto(FLOAT, [1, "n"]))
    return model("sequence_of_tensors", [node("SplitToSequence", ["x"], ["rows"], axis=0, keepdims=1)],
                 [tensor("x", FLOAT, ["batch", "n"])], [helper.make_value_info("rows", rows)])


def map_passthrough():
    map_type = helper.make_map_type_proto(STRING, helper.make_tensor_type_proto(FLOAT, []))
    return model("map_passthrough",
                 [ml_node("DictVectorizer", ["features"], ["vector"], string_vocabulary=["length", "width"])],
                 [helper.make_value_info("features", map_type)],
                 [tensor("vector", FLOAT, [1, 2]), helper.make_value_info("features", map_type)])


def string_ops():
    words = ["cat", "dog", "größe", "日本語"]
    codes = [1, 2, 3, 4]
    return model("string_ops",
                 [ml_node("LabelEncoder", ["word"], ["code"], keys_strings=words, values_int64s=codes,
                          default_int64=-1),
                  ml_node("LabelEncoder", ["code"], ["canonical"], keys_int64s=codes, values_strings=words,
                          default_string="unknown")],
                 [tensor("word", STRING, ["batch"])],
                 [tensor("code", INT64, ["batch"]), tensor("canonical", STRING, ["batch"])])


def dynamic_output():
    return model("dynamic_output", [node("NonZero", ["x"], ["columns"]), node("Transpose", ["columns"], ["positions"])],
                 [tensor("x", FLOAT, ["batch", "n"])], [tensor("positions", INT64, ["found", 2])])


def many_rows():
    widths = [784, 512, 512, 10]
    generator = np.random.default_rng(20)
    nodes, weights, x = [], [], "x"
    for layer, (fan_in, fan_out) in enumerate(zip(widths, widths[1:])):
        last = layer == len(widths) - 2
        out = "y" if last else f"hidden{layer}"
        spread = np.sqrt(2 / fan_in)
        weights.append(constant(f"W{layer}", generator.standard_normal((fan_in, fan_out)) * spread, np.float32))
        weights.append(constant(f"b{layer}", generator.standard_normal(fan_out) * 0.1, np.float32))
        nodes.append(node("Gemm", [x, f"W{layer}", f"b{layer}"], [out if last else f"sum{layer}"]))
        if not last:
            nodes.append(node("Relu", [f"sum{layer}"], [out]))
        x = out
    return model("many_rows", nodes, [tensor("x", FLOAT, ["batch", 784])], [tensor("y", FLOAT, ["batch", 10])],
                 weights)


def save_affine_input():
    """Write the same tensor in the three forms that a warm-up sample may have."""
    np.save(TARGET / "affine_input.npy", AFFINE_INPUT)
    request = {"inputs": [{"name": "x", "shape": list(AFFINE_INPUT.shape), "datatype": "FP32",
                           "data": AFFINE_INPUT.flatten().tolist()}]}
    (TARGET / "affine_input.json").write_text(json.dumps(request) + "\n", encoding="utf-8")


def save_broken_files():
    (TARGET / "corrupt.onnx").write_bytes(random.Random(20).randbytes(256))
    (TARGET / "empty.onnx").write_bytes(b"")
    (TARGET / "not_onnx.txt").write_text("This is a text file, not a model.\n", encoding="utf-8")


def main():
    TARGET.mkdir(parents=True, exist_ok=True)
    for dtype, elem_type in IDENTITY_TYPES.items():
        save(identity(dtype, elem_type))
    for made in [unsupported_type(), scalar_add(), affine(), fixed_shape(), two_inputs(), batch_dependent(),
                 row_sum_all(), data_dependent_failure(), padded_mean(), padding_sensitive(),
                 slow("slow", [1]), slow("slow_batch", ["batch", 1]),
                 sequence_map("sequence_map", INT64, classlabels_int64s=[0, 1, 2]),
                 sequence_map("sequence_map_string", STRING, classlabels_strings=["red", "green", "blue"]),
                 sequence_of_tensors(), map_passthrough(), string_ops(), dynamic_output(), many_rows()]:
        save(made)
    save_external(external_data())
    save_affine_input()
    save_broken_files()


if __name__ == "__main__":
    main()
