package io.modelserving.benchmark;

import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import org.springframework.context.annotation.Profile;

/**
 * Scores vectors.
 */
abstract class VectorEndpoint implements ModelHandler<VectorEndpoint.Request, VectorEndpoint.Scores> {

	@Override
	public NamedTensors encode(Request request) {
		return NamedTensors.of("values", Tensor.of(Shape.of(1, request.values().length), request.values()));
	}

	@Override
	public Scores decode(Request request, NamedTensors outputs) {
		return new Scores(outputs.numeric("scores").toFloats());
	}

	record Request(float[] values) {
	}

	record Scores(float[] scores) {
	}

	/**
	 * Ten numbers and next to no model.
	 */
	@ModelEndpoint(path = "/ten", model = "ten")
	@Profile("ten")
	static class Ten extends VectorEndpoint {

	}

	/**
	 * A model that is bound by reading its weights, so that batching pays.
	 */
	@ModelEndpoint(path = "/wide", model = "wide")
	@Profile("wide")
	static class Wide extends VectorEndpoint {

	}

}
