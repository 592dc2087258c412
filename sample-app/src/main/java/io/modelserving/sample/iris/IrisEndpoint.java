package io.modelserving.sample.iris;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

/**
 * Serves the scikit-learn pipeline: a column for each measurement goes in, a label and a
 * map from species to probability comes out.
 */
@ModelEndpoint(path = "/iris", model = "iris", summary = "Tell the species of an iris")
class IrisEndpoint implements ModelHandler<IrisMeasurements, IrisPrediction> {

	private static final Shape ONE = Shape.of(1, 1);

	@Override
	public NamedTensors encode(IrisMeasurements flower) {
		return NamedTensors.of(Map.of("sepal_length", Tensor.of(ONE, flower.sepalLength()), "sepal_width",
				Tensor.of(ONE, flower.sepalWidth()), "petal_length", Tensor.of(ONE, flower.petalLength()),
				"petal_width", Tensor.of(ONE, flower.petalWidth())));
	}

	@Override
	public IrisPrediction decode(IrisMeasurements flower, NamedTensors outputs) {
		List<String> species = outputs.strings("output_probability.keys").elements();
		float[] values = outputs.numeric("output_probability").toFloats();
		Map<String, Float> probabilities = new TreeMap<>();
		for (int i = 0; i < values.length; i++) {
			probabilities.put(species.get(i), values[i]);
		}
		return new IrisPrediction(outputs.strings("output_label").elements().get(0), probabilities);
	}

	@Override
	public IrisMeasurements example() {
		return new IrisMeasurements(6.3f, 2.5f, 4.9f, 1.5f);
	}

}
