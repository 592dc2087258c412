"""Run every model that make_models.py wrote with ONNX Runtime and compare its answers with known ones."""

import json
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

MODELS = Path(__file__).resolve().parents[1] / "resources" / "models"


def session(name, **options):
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = 1
    for option, value in options.items():
        setattr(settings, option, value)
    return onnxruntime.InferenceSession(MODELS / f"{name}.onnx", settings, providers=["CPUExecutionProvider"])


def run(name, **inputs):
    return session(name).run(None, inputs)


def floats(*values):
    return np.array(values, dtype=np.float32)


def same(actual, expected):
    np.testing.assert_array_equal(actual, expected)


def fails(call, *fragments):
    try:
        call()
    except Exception as failure:
        message = str(failure)
        assert all(fragment in message for fragment in fragments), message
        return
    raise AssertionError(f"expected a failure that says {fragments}")


def check_identities():
    samples = {
        "float": floats([-0.0, 1.5, np.inf]), "double": np.array([[-1e300, 0.1, 2]]),
        "float16": np.array([[0.5, -2, 65504]], dtype=np.float16), "bool": np.array([[True, False, True]]),
        "string": np.array([["", "größe", "日本語", "🙂"]], dtype=object),
    }
    for bits in (8, 16, 32, 64):
        for kind in ("int", "uint"):
            limits = np.iinfo(f"{kind}{bits}")
            samples[f"{kind}{bits}"] = np.array([[limits.min, 1, limits.max]], dtype=limits.dtype)
    for dtype, x in samples.items():
        same(run(f"identity_{dtype}", x=x)[0], x)
        empty = x[:, :0]
        same(run(f"identity_{dtype}", x=empty)[0], empty)
    raw = np.array([[0x3F80, 0xC000]], dtype=np.uint16)
    for name, bits, elem_type in (("identity_bfloat16", raw, onnx.TensorProto.BFLOAT16),
                                  ("unsupported_type", raw.astype(np.uint8), onnx.TensorProto.FLOAT8E4M3FN)):
        x = onnxruntime.OrtValue.ortvalue_from_numpy_with_onnx_type(bits, elem_type)
        y = session(name).run_with_ort_values(None, {"x": x})[0]
        assert y.shape() == list(bits.shape) and y.element_type() == elem_type, name


def check_arithmetic():
    same(run("scalar_add", a=np.array(1.5, np.float32), b=np.array(2, np.float32))[0], 3.5)
    same(run("affine", x=floats([1, 2, 3], [-1, 0, 0.25]))[0], floats([22.5, 27.5], [0.75, -1]))
    same(run("fixed_shape", x=floats([1, 2, 3], [4, 5, 6]))[0], floats([2, 4, 6], [8, 10, 12]))
    fails(lambda: run("fixed_shape", x=floats([1, 2, 3])), "invalid dimensions")
    same(run("two_inputs", a=floats([1, 2], [3, 4]), b=np.array([[10], [20]]))[0], floats([11, 12], [23, 24]))
    same(run("external_data", x=floats([1, 0, 0, 2]))[0], floats([18, 21, 24]))


def check_batching():
    rows = floats([1, 2, 3, 4], [3, 6, 9, 12])
    same(run("batch_dependent", x=rows[:1])[0], floats([0, 0, 0, 0]))
    same(run("batch_dependent", x=rows)[0], floats([-1, -2, -3, -4], [1, 2, 3, 4]))
    same(run("row_sum_all", x=rows)[0], floats(40))
    same(run("data_dependent_failure", idx=np.array([[0], [4], [-1]]))[0], floats([10], [50], [50]))
    fails(lambda: run("data_dependent_failure", idx=np.array([[0], [5]])), "indices element out of data bounds")
    x = np.random.default_rng(1).random((16, 784), dtype=np.float32)
    many = session("many_rows")
    alone = np.concatenate([many.run(None, {"x": x[i:i + 1]})[0] for i in range(16)])
    np.testing.assert_allclose(many.run(None, {"x": x})[0], alone, rtol=1e-4, atol=1e-4)
    assert alone.shape == (16, 10)
    return per_row(many, 1) / per_row(many, 32)


def per_row(model, rows):
    x = np.ones((rows, 784), dtype=np.float32)
    times = []
    for _ in range(200):
        start = time.perf_counter()
        model.run(None, {"x": x})
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2] / rows


def check_padding():
    ids, mask = np.array([[4, 8, 99], [6, 0, 0]]), np.array([[1, 1, 0], [1, 0, 0]])
    mean, tokens = run("padded_mean", input_ids=ids, attention_mask=mask)
    same(mean, floats(6, 6))
    same(tokens, floats([4, 8, 0], [6, 0, 0]))
    same(run("padded_mean", input_ids=ids[:, :2], attention_mask=mask[:, :2])[0], floats(6, 6))
    same(run("padded_mean", input_ids=ids, attention_mask=mask * 0)[0], floats(0, 0))
    same(run("padding_sensitive", input_ids=np.array([[6, 0, 0]]))[0], floats(2))
    same(run("padding_sensitive", input_ids=np.array([[6]]))[0], floats(6))


def check_slow():
    x = floats(np.arange(64))
    slow = session("slow")
    same(slow.run(None, {"x": x, "iterations": np.array([0])})[0], 2 * x)
    start = time.perf_counter()
    same(slow.run(None, {"x": x, "iterations": np.array([2000])})[0], 2 * x)
    seconds = time.perf_counter() - start
    two = np.concatenate([x, -x])
    same(run("slow_batch", x=two, iterations=np.array([[1], [3]]))[0], 2 * two)
    return seconds


def check_values_that_are_no_tensors():
    x = floats([0, 0, 0], [0, 9, 0])
    for name, keys in (("sequence_map", [0, 1, 2]), ("sequence_map_string", ["red", "green", "blue"])):
        label, probabilities = run(name, x=x)
        same(label, [0, 1])
        assert [sorted(row) for row in probabilities] == [sorted(keys), sorted(keys)]
        np.testing.assert_allclose(list(probabilities[0].values()), 1 / 3, rtol=1e-6)
        assert probabilities[1][keys[1]] > 0.99
    rows = run("sequence_of_tensors", x=floats([1, 2], [3, 4], [5, 6]))[0]
    assert len(rows) == 3
    same(rows[2], floats([5, 6]))
    vector, features = session("map_passthrough").run(None, {"features": {"length": 3.0, "width": 2.0}})
    same(vector, floats([3, 2]))
    assert features == {"length": 3.0, "width": 2.0}
    code, canonical = run("string_ops", word=np.array(["dog", "größe", "日本語", "bird"], dtype=object))
    same(code, [2, 3, 4, -1])
    assert canonical.tolist() == ["dog", "größe", "日本語", "unknown"]
    same(run("dynamic_output", x=floats([0, 1], [2, 0]))[0], [[0, 1], [1, 0]])
    assert run("dynamic_output", x=floats([0, 0]))[0].shape == (0, 2)


def check_files():
    fails(lambda: session("corrupt"), "Protobuf parsing failed")
    fails(lambda: session("empty"), "ModelProto does not have a graph")
    array = np.load(MODELS / "affine_input.npy")
    request = json.loads((MODELS / "affine_input.json").read_text(encoding="utf-8"))["inputs"][0]
    same(np.array(request["data"], dtype=np.float32).reshape(request["shape"]), array)
    assert array.dtype == np.float32 and array.shape == (2, 3)


def main():
    onnxruntime.set_default_logger_severity(4)
    check_identities()
    check_arithmetic()
    gain = check_batching()
    check_padding()
    seconds = check_slow()
    check_values_that_are_no_tensors()
    check_files()
    print(f"All models answer as expected with ONNX Runtime {onnxruntime.__version__}.")
    print(f"slow, 2000 iterations, one thread: {seconds:.2f} s; "
          f"many_rows, batch of 32 against 1, one thread: {gain:.1f} x rows per second")


if __name__ == "__main__":
    main()
