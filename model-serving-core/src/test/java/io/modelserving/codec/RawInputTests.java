package io.modelserving.codec;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.ModelSignature;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link RawInput}, by {@link InferenceCodec}.
 */
class RawInputTests {

	private final InferenceCodec codec = new InferenceCodec(1 << 20);

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "[2, 3] | 24 | [2, 3]", "[] | 4 | []", "[-1, 3] | 24 | [2, 3]",
			"[-1, 3] | 0 | [0, 3]", "[2, -1] | 24 | [2, 3]", "[-1, 2, -1] | 24 | [1, 2, 3]", "[-1, -1] | 24 | [1, 6]" })
	void whenOneDimensionIsOpenThenTheBytesTellIt(String pattern, int size, String shape) {
		assertThat(read(DataType.FP32, pattern, new byte[size], size)).hasToString("FP32" + shape);
		assertThat(read(DataType.FP32, pattern, new byte[size], -1)).hasToString("FP32" + shape);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "[2, 3] | 20 | there are 20 bytes where FP32[2, 3] takes 24",
			"[2, 3] | 28 | there are 28 bytes where FP32[2, 3] takes 24",
			"[-1, 3] | 20 | 20 bytes do not fit FP32[-1, 3], where each step of dimension 0 takes 12",
			"[-1, 0] | 20 | 20 bytes do not fit FP32[-1, 0], where each step of dimension 0 takes 0",
			"[-1, -1, -1] | 24 | the shape cannot be derived from a body without JSON, as [-1, -1, -1] leaves more than one dimension open",
			"[2, -1, -1] | 24 | the shape cannot be derived from a body without JSON, as [2, -1, -1] leaves more than one dimension open" })
	void whenTheBytesFitNoShapeThenTheMessageSaysSo(String pattern, int size, String message) {
		assertThatExceptionOfType(InvalidInput.class)
			.isThrownBy(() -> read(DataType.FP32, pattern, new byte[size], size))
			.withMessage("input \"x\": " + message);
	}

	@ParameterizedTest
	@ValueSource(strings = { "[1]", "[-1]", "[-1, 1]", "[]" })
	void whenTheInputIsOfStringsThenTheBodyIsOne(String pattern) {
		Tensor tensor = read(DataType.BYTES, pattern, "grüße".getBytes(StandardCharsets.UTF_8), -1);
		assertThat(tensor.shape()).hasToString(pattern.replace("-1", "1"));
		assertThat(Tensors.elements(tensor)).isEqualTo(List.of("grüße"));
	}

	@Test
	void whenTheInputIsOfSeveralStringsThenTheBodyIsRejected() {
		assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> read(DataType.BYTES, "[2]", new byte[3], 3))
			.withMessage("input \"x\": a body without JSON is one string, but shape [2] takes 2");
	}

	@Test
	void whenTheModelHasSeveralInputsThenTheBodyIsRejected() {
		TensorSpec spec = TensorSpec.of("x", DataType.FP32, Shape.of(1));
		assertThatExceptionOfType(InvalidInput.class)
			.isThrownBy(() -> this.codec.readRaw(new ByteArrayInputStream(new byte[8]), 8,
					new ModelSignature(List.of(spec, spec), List.of())))
			.withMessageStartingWith("a body without JSON is the one input of a model, but this one takes 2");
	}

	@Test
	void whenTheBodyIsRawThenAllOutputsShallBe() {
		InferenceRequestBody request = this.codec.readRaw(new ByteArrayInputStream(new byte[4]), 4,
				new ModelSignature(List.of(TensorSpec.of("x", DataType.FP32, Shape.of(1))), List.of()));
		assertThat(request.parameters()).isEqualTo(Map.of("binary_data_output", true));
		assertThat(request.outputs()).isEmpty();
	}

	private Tensor read(DataType type, String pattern, byte[] body, int size) {
		long[] dimensions = List.of(pattern.replaceAll("[\\[\\] ]", "").split(","))
			.stream()
			.filter((text) -> !text.isEmpty())
			.mapToLong(Long::parseLong)
			.toArray();
		ModelSignature signature = new ModelSignature(List.of(TensorSpec.of("x", type, Shape.of(dimensions))),
				List.of());
		return this.codec.readRaw(new ByteArrayInputStream(body), size, signature).inputs().get("x");
	}

}
