package io.modelserving.sample.iris;

import java.util.Map;

import org.junit.jupiter.api.Test;

import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link IrisEndpoint}.
 */
class IrisEndpointTests {

	private final IrisEndpoint endpoint = new IrisEndpoint();

	@Test
	void whenFlowerIsEncodedThenEachMeasurementIsAColumn() {
		NamedTensors inputs = this.endpoint.encode(new IrisMeasurements(1f, 2f, 3f, 4f));
		assertThat(inputs.numeric("sepal_length").toFloats()).containsExactly(1);
		assertThat(inputs.numeric("sepal_width").toFloats()).containsExactly(2);
		assertThat(inputs.numeric("petal_length").toFloats()).containsExactly(3);
		assertThat(inputs.numeric("petal_width").toFloats()).containsExactly(4);
	}

	@Test
	void whenModelAnswersThenProbabilitiesAreNamedAfterTheirSpecies() {
		NamedTensors outputs = NamedTensors.of(Map.of("output_label", Tensor.of(Shape.of(1), "setosa"),
				"output_probability", Tensor.of(Shape.of(1, 2), 0.75f, 0.25f), "output_probability.keys",
				Tensor.of(Shape.of(1, 2), "setosa", "virginica")));
		assertThat(this.endpoint.decode(this.endpoint.example(), outputs))
			.isEqualTo(new IrisPrediction("setosa", Map.of("setosa", 0.75f, "virginica", 0.25f)));
	}

}
