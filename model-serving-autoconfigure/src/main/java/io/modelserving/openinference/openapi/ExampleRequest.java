package io.modelserving.openinference.openapi;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.modelserving.codec.InferenceResponseBody;
import io.modelserving.codec.JsonTensors;
import io.modelserving.tensor.NamedTensors;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Shows how a request looks, with inputs that a model has run on.
 */
final class ExampleRequest {

	/** Up to here elements are shown as they are, beyond that in few digits. */
	private static final long MAX_EXACT_ELEMENTS = 200;

	/** Beyond this nobody wants to see a request. */
	private static final long MAX_ELEMENTS = 20_000;

	private static final JsonTensors CODEC = new JsonTensors(Long.MAX_VALUE);

	private static final JsonMapper MAPPER = JsonMapper.builder()
		.enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
		.build();

	private ExampleRequest() {
	}

	/**
	 * Make a request.
	 * @param inputs the inputs
	 * @return the request as a tree of maps, lists and scalars; empty if it would be too
	 * long to be looked at
	 */
	static Optional<Map<String, Object>> of(NamedTensors inputs) {
		long elements = inputs.asMap().values().stream().mapToLong((tensor) -> tensor.shape().elementCount()).sum();
		if (elements > MAX_ELEMENTS) {
			return Optional.empty();
		}
		List<Map<String, Object>> tensors = toTree(inputs);
		if (elements > MAX_EXACT_ELEMENTS) {
			tensors.forEach((tensor) -> tensor.computeIfPresent("data", (key, data) -> shortened((List<?>) data)));
		}
		return Optional.of(Map.of("inputs", tensors));
	}

	/** Inputs look as outputs do, so what writes these can write those. */
	private static List<Map<String, Object>> toTree(NamedTensors inputs) {
		ByteArrayOutputStream json = new ByteArrayOutputStream();
		CODEC.writeResponse(new InferenceResponseBody("", null, null, Map.of(), inputs), json);
		return MAPPER.readerFor(new TypeReference<List<Map<String, Object>>>() {
		}).at("/outputs").readValue(json.toByteArray());
	}

	private static List<?> shortened(List<?> elements) {
		return elements.stream().map(ExampleRequest::shortened).toList();
	}

	private static Object shortened(Object element) {
		return (element instanceof Double number && Math.abs(number) < 1e6) ? Math.round(number * 10) / 10.0 : element;
	}

}
