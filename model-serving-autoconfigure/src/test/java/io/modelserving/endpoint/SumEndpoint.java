package io.modelserving.endpoint;

import java.util.stream.IntStream;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

import io.modelserving.endpoint.SumEndpoint.Numbers;
import io.modelserving.endpoint.SumEndpoint.Sum;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

/**
 * The endpoint of most tests: adds numbers up.
 */
@ModelEndpoint(path = "/sum", model = "adder", summary = "Add numbers up")
class SumEndpoint implements ModelHandler<Numbers, Sum> {

	static NamedTensors add(NamedTensors inputs) {
		float[] values = inputs.numeric("x").toFloats();
		double sum = IntStream.range(0, values.length).mapToDouble(i -> values[i]).sum();
		return NamedTensors.of("y", Tensor.of(Shape.of(1, 1), (float) sum));
	}

	@Override
	public NamedTensors encode(Numbers request) {
		return NamedTensors.of("x", Tensor.of(Shape.of(1, request.values().length), request.values()));
	}

	@Override
	public Sum decode(Numbers request, NamedTensors outputs) {
		return new Sum(outputs.numeric("y").toFloats()[0]);
	}

	@Override
	public Numbers example() {
		return new Numbers(new float[] { 1, 2.5f }, null, null);
	}

	record Numbers(@Size(min = 1, max = 4) float[] values, @Nullable String label,
			@Nullable @Max(3) Integer precision) {
	}

	record Sum(float sum) {
	}

}
