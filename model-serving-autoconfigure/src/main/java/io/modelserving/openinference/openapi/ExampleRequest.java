package io.modelserving.openinference.openapi;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

import io.modelserving.codec.InferenceCodec;
import io.modelserving.codec.InferenceResponseBody;
import io.modelserving.codec.JsonTensors;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Shows how a request looks, with inputs that a model has run on.
 */
final class ExampleRequest {

	/** Up to here elements are shown as they are, beyond that in few digits. */
	private static final long MAX_EXACT_ELEMENTS = 200;

	/** The size up to which a request is shown. */
	private static final long MAX_ELEMENTS = 4_096;

	private static final Tensor NOTHING = Tensor.of(Shape.of(0), new float[0]);

	private static final JsonTensors CODEC = new JsonTensors(Long.MAX_VALUE);

	private static final JsonMapper MAPPER = JsonMapper.builder()
		.enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
		.build();

	private ExampleRequest() {
	}

	/**
	 * Make a request. Where it would be too long to be looked at, long inputs are zeros,
	 * which the server makes up from one word.
	 * @param inputs the inputs
	 * @return the request as a tree of maps, lists and scalars; empty if there is no such
	 * way
	 */
	static Optional<Map<String, Object>> of(NamedTensors inputs) {
		long elements = elements(inputs);
		Set<String> zeros = new HashSet<>();
		if (elements > MAX_ELEMENTS) {
			inputs.asMap().forEach((name, tensor) -> {
				if (tensor.shape().elementCount() > MAX_EXACT_ELEMENTS && tensor.dataType() != DataType.BYTES) {
					zeros.add(name);
				}
			});
		}
		NamedTensors shown = inputs.map((name, tensor) -> zeros.contains(name) ? NOTHING : tensor);
		if (elements(shown) > MAX_ELEMENTS) {
			return Optional.empty();
		}
		List<Map<String, Object>> tensors = new ArrayList<>();
		for (Map<String, Object> tensor : toTree(shown)) {
			String name = String.valueOf(tensor.get("name"));
			tensors.add(zeros.contains(name) ? zeros(name, inputs.get(name)) : tensor);
		}
		if (elements > MAX_EXACT_ELEMENTS) {
			tensors.forEach((tensor) -> tensor.computeIfPresent("data", (key, data) -> shortened((List<?>) data)));
		}
		return Optional.of(Map.of("inputs", tensors));
	}

	private static long elements(NamedTensors inputs) {
		return inputs.asMap().values().stream().mapToLong((tensor) -> tensor.shape().elementCount()).sum();
	}

	private static Map<String, Object> zeros(String name, Tensor tensor) {
		Map<String, Object> input = new LinkedHashMap<>();
		input.put("name", name);
		input.put("shape", sizes(tensor.shape()));
		input.put("datatype", tensor.dataType().name());
		input.put("parameters", Map.of("zeros", true));
		return input;
	}

	static List<Long> sizes(Shape shape) {
		return LongStream.of(shape.toArray()).boxed().toList();
	}

	/**
	 * Return what a server reads of a request.
	 * @param request the request as {@link #of} made it
	 * @return the inputs
	 */
	static NamedTensors inputs(Map<String, Object> request) {
		return new InferenceCodec(Long.MAX_VALUE)
			.readRequest(new ByteArrayInputStream(MAPPER.writeValueAsBytes(request)))
			.inputs();
	}

	/** Inputs look as outputs do, so what writes these can write those. */
	static List<Map<String, Object>> toTree(NamedTensors inputs) {
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
