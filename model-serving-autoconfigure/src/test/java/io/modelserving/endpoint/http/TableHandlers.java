package io.modelserving.endpoint.http;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

/**
 * Endpoints of tables and of arrays of numbers, over the model of {@link TestHandlers}.
 */
final class TableHandlers {

	private TableHandlers() {
	}

	@ModelEndpoint(path = "/rows", model = "echo")
	static class RowsEndpoint implements ModelHandler<List<Row>, List<Score>> {

		@Override
		public NamedTensors encode(List<Row> request) {
			float[] widths = new float[request.size()];
			for (int i = 0; i < widths.length; i++) {
				widths[i] = (float) request.get(i).width();
			}
			return NamedTensors.of("x", Tensor.of(Shape.of(widths.length), widths));
		}

		@Override
		public List<Score> decode(List<Row> request, NamedTensors outputs) {
			float[] scores = outputs.numeric("y").toFloats();
			return IntStream.range(0, scores.length)
				.mapToObj((i) -> new Score(request.get(i).name(), scores[i]))
				.toList();
		}

		@Override
		public List<Row> example() {
			return List.of(new Row(1.5, "oak", true, Optional.empty()));
		}

	}

	@ModelEndpoint(path = "/row", model = "echo")
	static class RowEndpoint implements ModelHandler<Row, Score> {

		@Override
		public NamedTensors encode(Row request) {
			return TestHandlers.inputs((float) request.width());
		}

		@Override
		public Score decode(Row request, NamedTensors outputs) {
			return new Score(request.name(), outputs.numeric("y").toFloats()[0]);
		}

	}

	record Row(@DecimalMax("10") double width, @Nullable @Size(max = 5) String name,
			@JsonProperty("is_new") @Nullable Boolean fresh, Optional<Integer> count) {
	}

	record Score(@Nullable String name, @JsonProperty("the_score") float score) {
	}

	@ModelEndpoint(path = "/vector", model = "echo")
	static class VectorEndpoint implements ModelHandler<float[], float[]> {

		@Override
		public NamedTensors encode(float[] request) {
			return TestHandlers.inputs(request);
		}

		@Override
		public float[] decode(float[] request, NamedTensors outputs) {
			return outputs.numeric("y").toFloats();
		}

	}

	@ModelEndpoint(path = "/matrix", model = "echo")
	static class MatrixEndpoint implements ModelHandler<Matrix, double[][]> {

		@Override
		public NamedTensors encode(Matrix request) {
			float[] cells = new float[request.cells().stream().mapToInt(List::size).sum()];
			int next = 0;
			for (List<Double> row : request.cells()) {
				for (double cell : row) {
					cells[next++] = (float) cell;
				}
			}
			return TestHandlers.inputs(cells);
		}

		@Override
		public double[][] decode(Matrix request, NamedTensors outputs) {
			if ("ragged".equals(request.unit())) {
				return new double[][] { { 1 }, { 2, 3 } };
			}
			return request.cells()
				.stream()
				.map((row) -> row.stream().mapToDouble(Double::doubleValue).toArray())
				.toArray(double[][]::new);
		}

	}

	record Matrix(List<List<Double>> cells, @Nullable String unit) {
	}

}
