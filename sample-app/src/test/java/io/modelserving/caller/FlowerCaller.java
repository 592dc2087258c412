package io.modelserving.caller;

import java.util.Map;

import io.modelserving.client.InferRequest;
import io.modelserving.client.InferResponse;
import io.modelserving.client.OpenInferenceClient;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import org.springframework.stereotype.Component;

/**
 * The call that the documentation shows.
 */
@Component
class FlowerCaller {

	private final OpenInferenceClient client;

	FlowerCaller(OpenInferenceClient client) {
		this.client = client;
	}

	String species(float sepalLength, float sepalWidth, float petalLength, float petalWidth) {
		Shape one = Shape.of(1, 1);
		NamedTensors flower = NamedTensors
			.of(Map.of("sepal_length", Tensor.of(one, sepalLength), "sepal_width", Tensor.of(one, sepalWidth),
					"petal_length", Tensor.of(one, petalLength), "petal_width", Tensor.of(one, petalWidth)));
		InferResponse response = this.client.infer("iris", InferRequest.of(flower).withOutput("output_label"));
		return response.outputs().strings("output_label").elements().get(0);
	}

}
