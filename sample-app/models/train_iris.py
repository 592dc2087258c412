"""Train a scikit-learn pipeline on iris and export it with skl2onnx as users of pandas do."""

import numpy as np
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

import exports

COLUMNS = ["sepal_length", "sepal_width", "petal_length", "petal_width"]


def load():
    iris = load_iris(as_frame=True)
    flowers = iris.data.set_axis(COLUMNS, axis=1).astype(np.float32)
    return flowers, iris.target_names[iris.target].astype(str)


def main():
    flowers, species = load()
    train_flowers, held_out, train_species, labels = train_test_split(
        flowers, species, test_size=exports.HELD_OUT, stratify=species, random_state=exports.SEED)
    pipeline = Pipeline([
        ("columns", ColumnTransformer([("scale", StandardScaler(), COLUMNS)])),
        ("classifier", LogisticRegression(random_state=exports.SEED)),
    ])
    with threadpool_limits(1):
        pipeline.fit(train_flowers, train_species)
    model = to_onnx(pipeline, initial_types=[(column, FloatTensorType([None, 1])) for column in COLUMNS], name="iris",
                    target_opset={"": exports.OPSET, "ai.onnx.ml": exports.ML_OPSET})
    path = exports.save(model, "iris", "Names the species of an iris from four measurements in centimetres",
                        "Iris, R. A. Fisher, 1936, CC BY 4.0")
    inputs = {column: held_out[[column]].to_numpy() for column in COLUMNS}
    predictions, probabilities = exports.session(path).run(["output_label", "output_probability"], inputs)
    np.testing.assert_array_equal(predictions, pipeline.predict(held_out))
    np.testing.assert_allclose([[row[name] for name in pipeline.classes_] for row in probabilities],
                               pipeline.predict_proba(held_out), atol=1e-5)
    exports.write_held_out("iris", ["label", *COLUMNS],
                           [[label, *row] for label, row in zip(labels, held_out.to_numpy())])
    exports.write_score("iris", labels, predictions)


if __name__ == "__main__":
    main()
