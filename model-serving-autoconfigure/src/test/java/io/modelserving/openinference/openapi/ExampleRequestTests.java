package io.modelserving.openinference.openapi;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ExampleRequest}.
 */
class ExampleRequestTests {

	@Test
	void shortInputsAreShownAsTheyAre() {
		assertThat(ExampleRequest.of(NamedTensors.of("x", Tensor.of(Shape.of(1, 2), 0.123456f, 2f))))
			.hasValue(Map.of("inputs", List
				.of(Map.of("name", "x", "shape", List.of(1, 2), "datatype", "FP32", "data", List.of(0.123456, 2.0)))));
	}

	@Test
	void longInputsAreShownInFewDigits() {
		float[] elements = new float[201];
		elements[0] = 0.123456f;
		elements[1] = -3.98f;
		assertThat(data(ExampleRequest.of(NamedTensors.of("x", Tensor.of(Shape.of(1, 201), elements))).orElseThrow()))
			.hasSize(201)
			.startsWith(0.1, -4.0, 0.0);
	}

	@Test
	void longInputsOfIntegersAreNotChanged() {
		long[] elements = new long[201];
		elements[200] = Long.MAX_VALUE;
		assertThat(data(ExampleRequest.of(NamedTensors.of("x", Tensor.of(Shape.of(201), elements))).orElseThrow()))
			.endsWith(Long.MAX_VALUE);
	}

	@Test
	void hugeInputsOfNumbersAreZerosAndThoseBesideThemAreShown() {
		Map<String, Object> request = ExampleRequest.of(NamedTensors.of("picture",
				Tensor.of(Shape.of(1, 3, 224, 224), new float[3 * 224 * 224]), "size", Tensor.of(Shape.of(1), 7L)))
			.orElseThrow();
		assertThat(request).isEqualTo(Map.of("inputs",
				List.of(Map.of("name", "picture", "shape", List.of(1L, 3L, 224L, 224L), "datatype", "FP32",
						"parameters", Map.of("zeros", true)),
						Map.of("name", "size", "shape", List.of(1), "datatype", "INT64", "data", List.of(7)))));
	}

	@Test
	void hugeInputsOfTextAreNotShown() {
		String[] texts = new String[20_001];
		Arrays.fill(texts, "a");
		assertThat(ExampleRequest.of(NamedTensors.of("x", Tensor.of(Shape.of(20_001), texts)))).isEmpty();
	}

	@SuppressWarnings("unchecked")
	private static List<Object> data(Map<String, Object> request) {
		return (List<Object>) ((List<Map<String, Object>>) request.get("inputs")).get(0).get("data");
	}

}
