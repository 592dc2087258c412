"""Quantize the network of train_digits.py to 8 bits, for machines with little memory."""

import csv

import numpy as np
import onnx
from onnx import helper
from onnxruntime import quantization
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import exports


class Pictures(quantization.CalibrationDataReader):
    """The pictures that the network was trained on, from which the ranges of its layers are taken."""

    def __init__(self):
        digits = load_digits()
        pictures, _, _, _ = train_test_split(digits.images.astype(np.float32), digits.target,
                                             test_size=exports.HELD_OUT, stratify=digits.target,
                                             random_state=exports.SEED)
        self.left = iter([{"pixels": pictures}])

    def get_next(self):
        return next(self.left, None)


def quantize(path):
    """Weights and layers get 8 bits. The ranges are those of the training, not of each batch, so rows stay independent."""
    target = path.with_name("digits_int8.onnx")
    quantization.quantize_static(path, target, Pictures(), quant_format=quantization.QuantFormat.QDQ, per_channel=True,
                                 op_types_to_quantize=["Gemm"], activation_type=quantization.QuantType.QUInt8,
                                 weight_type=quantization.QuantType.QInt8)
    model = onnx.load(target)
    del model.opset_import[:]
    model.opset_import.append(helper.make_opsetid("", exports.OPSET))
    return exports.save(model, "digits_int8", "Reads a handwritten digit from 8 x 8 grey values, with 8 bits",
                        "Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak, 1998, CC BY 4.0")


def main():
    path = quantize(exports.MAIN_RESOURCES / "models" / "digits.onnx")
    with open(exports.TEST_RESOURCES / "digits-held-out.csv", encoding="utf-8") as file:
        rows = np.array(list(csv.reader(file))[1:], dtype=np.float32)
    predictions = exports.session(path).run(["label"], {"pixels": rows[:, 1:].reshape(-1, 8, 8)})[0]
    accuracy = exports.write_score("digits_int8", rows[:, 0].astype(int), predictions)
    print(f"{path.stat().st_size} bytes")
    assert accuracy >= 0.97, "8 bits are too few for the network"


if __name__ == "__main__":
    main()
