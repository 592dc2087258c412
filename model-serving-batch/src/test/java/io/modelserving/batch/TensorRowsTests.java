package io.modelserving.batch;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import io.modelserving.model.ModelSignature;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests which tensors are made of rows, and which values of results.
 */
class TensorRowsTests {

	private final TensorRows rows = new TensorRows(new ModelSignature(
			List.of(TensorSpec.of("ids", DataType.INT64, Shape.of(-1, -1)),
					TensorSpec.of("text", DataType.BYTES, Shape.of(-1)),
					TensorSpec.of("x", DataType.FP32, Shape.of(-1, 1))),
			List.of(TensorSpec.of("y", DataType.FP32, Shape.of(-1, 1)))), JsonMapper.builder().build());

	@Test
	void theFirstDimensionOfARowMayBeMissing() {
		for (String json : List.of("{\"ids\": [1, 2, 3], \"text\": [\"a\"], \"x\": [0.5]}",
				"{\"ids\": [[1, 2, 3]], \"text\": [\"a\"], \"x\": [[0.5]]}")) {
			check(this.rows.apply(new Row(1, new Row.Text(json.getBytes(StandardCharsets.UTF_8)))));
		}
	}

	private static void check(NamedTensors inputs) {
		assertThat(inputs.get("ids").shape()).isEqualTo(Shape.of(1, 3));
		assertThat(inputs.numeric("ids").toLongs()).containsExactly(1, 2, 3);
		assertThat(inputs.strings("text").elements()).containsExactly("a");
		assertThat(inputs.get("x").shape()).isEqualTo(Shape.of(1, 1));
		assertThat(inputs.numeric("x").toFloats()).containsExactly(0.5f);
	}

	@Test
	void cellsAreNumbersTextsOrArrays() {
		check(this.rows.apply(columns("[1, 2, 3]", "a", "0.5")));
		assertThatExceptionOfType(InvalidRowException.class)
			.isThrownBy(() -> this.rows.apply(columns("1, 2", "a", "1")))
			.withMessage("the column \"ids\" is neither a number nor an array of JSON");
	}

	private static Row columns(String ids, String text, String x) {
		Map<String, @Nullable Object> cells = new LinkedHashMap<>();
		cells.put("ids", ids);
		cells.put("other", null);
		cells.put("text", text);
		cells.put("x", x);
		return new Row(1, new Row.Columns(cells));
	}

	@Test
	void resultsAreNestedAsTheirShapeIs() {
		assertThat(TensorRows.values(NamedTensors.of("a", Tensor.of(Shape.of(1, 2, 2), 1f, 2f, 3f, 4f), "b",
				Tensor.of(Shape.of(2), "x", "y"))))
			.containsExactly(Map.entry("a", List.of(List.of(1f, 2f), List.of(3f, 4f))),
					Map.entry("b", List.of("x", "y")));
		assertThat(
				TensorRows.values(NamedTensors.of("a", Tensor.of(Shape.of(1), 7L), "b", Tensor.of(Shape.of(1), 0.1))))
			.containsExactly(Map.entry("a", 7L), Map.entry("b", 0.1));
	}

}
