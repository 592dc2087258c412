"""What the acceptance tests share: where the server is, and tensors of every datatype."""
import os
import unittest

import numpy as np

HTTP = os.environ["MODEL_SERVING_HTTP"]
GRPC = os.environ["MODEL_SERVING_GRPC"]


def bits(array):
    """The elements as they lie in memory, so that NaNs can be compared."""
    if array.dtype != np.object_:
        return array.tobytes()
    return [text.encode() if isinstance(text, str) else bytes(text) for text in array.flatten()]


def elements(datatype, finite=False):
    """Elements of a datatype: the extremes, and for floating point what is not finite."""
    match datatype:
        case "BOOL":
            return np.array([True, False, True, True, False, True])
        case "BYTES":
            texts = ["", "a", "grüße", "\uffee", "x" * 300, "\"\\\n"]
            return np.array([text.encode() for text in texts], dtype=np.object_)
        case "FP16" | "BF16" | "FP32" | "FP64":
            from ml_dtypes import bfloat16, finfo  # which comes with tritonclient
            dtype = {"FP16": np.float16, "BF16": bfloat16, "FP32": np.float32, "FP64": np.float64}[datatype]
            limits = finfo(dtype)
            special = [1.5, 0.0, -1.5] if finite else [np.nan, np.inf, -np.inf]
            return np.array([*special, -0.0, limits.max, limits.tiny], dtype=dtype)
        case _:
            dtype = np.dtype(datatype.lower())
            limits = np.iinfo(dtype)
            return np.array([limits.min, limits.max, 0, 1, 2, 3], dtype=dtype)


DATATYPES = ["BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP16", "BF16", "FP32",
             "FP64", "BYTES"]


def tensors(datatype, finite=False):
    """A scalar, a vector, an empty tensor and one of four dimensions, with the model that gives each back."""
    values = elements(datatype, finite)
    name = f"identity_{datatype.lower()}"
    yield f"{name}_0", values[:1].reshape(())
    yield f"{name}_1", values
    yield f"{name}_2", values[:0].reshape((3, 0))
    yield f"{name}_4", values.reshape((1, 3, 1, 2))


def main():
    unittest.main(verbosity=2)
