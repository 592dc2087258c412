package io.modelserving.serving.cache;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link InputDigest}.
 */
class InputDigestTests {

	private static final Tensor ONE = Tensor.of(Shape.of(1), 1f);

	private static final Tensor TWO = Tensor.of(Shape.of(1), 2f);

	@Test
	void theOrderOfInputsMeansNothing() {
		assertThat(InputDigest.of(NamedTensors.of("a", ONE, "b", TWO)))
			.isEqualTo(InputDigest.of(NamedTensors.of("b", TWO, "a", ONE)))
			.hasSize(64);
	}

	@Test
	void whereTheElementsLieMeansNothing() {
		ByteBuffer direct = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder()).putFloat(7).putFloat(1).flip();
		direct.position(4);
		assertThat(InputDigest.of(NamedTensors.of("a", Tensor.of(DataType.FP32, Shape.of(1), direct))))
			.isEqualTo(InputDigest.of(NamedTensors.of("a", ONE)));
		Tensor rows = Tensor.of(Shape.of(2, 1), 5f, 6f);
		assertThat(InputDigest.of(NamedTensors.of("a", rows.slice(1, 2))))
			.isEqualTo(InputDigest.of(NamedTensors.of("a", Tensor.of(Shape.of(1, 1), 6f))));
	}

	@Test
	void whateverDiffersGivesAnotherDigest() {
		List<NamedTensors> inputs = List.of(NamedTensors.of(Map.of()), NamedTensors.of("a", ONE),
				NamedTensors.of("b", ONE), NamedTensors.of("a", TWO), NamedTensors.of("a", ONE, "b", TWO),
				NamedTensors.of("a", TWO, "b", ONE), NamedTensors.of("ab", ONE),
				// shapes
				floats(Shape.of(2, 3), 6), floats(Shape.of(3, 2), 6), floats(Shape.of(6), 6), floats(Shape.of(1, 6), 6),
				floats(Shape.of(0), 0), floats(Shape.of(0, 2), 0), floats(Shape.of(2, 0), 0),
				// types of the same bytes
				NamedTensors.of("a", Tensor.of(Shape.of(1), Float.floatToRawIntBits(1))), bytes(DataType.UINT8, 1, 0),
				bytes(DataType.INT8, 1, 0), bytes(DataType.BOOL, 1, 0),
				// zeros and what is no number
				NamedTensors.of("a", Tensor.of(Shape.of(1), 0f)), NamedTensors.of("a", Tensor.of(Shape.of(1), -0f)),
				NamedTensors.of("a", Tensor.of(Shape.of(1), Float.intBitsToFloat(0x7fc00000))),
				NamedTensors.of("a", Tensor.of(Shape.of(1), Float.intBitsToFloat(0x7fc00001))),
				NamedTensors.of("a", Tensor.of(Shape.of(1), Float.intBitsToFloat(0xffc00000))),
				// strings
				strings(""), strings("", ""), strings("ab", ""), strings("a", "b"), strings("", "ab"), strings("ab"),
				strings("a\u0000b"), strings("\ud800"), strings("\ud801"), strings("?"), strings("\ufffd"),
				strings("x".repeat(5000)), strings("x".repeat(5001)), strings("x".repeat(4999), "x"));
		Set<String> digests = inputs.stream().map(InputDigest::of).collect(Collectors.toSet());
		assertThat(digests).hasSameSizeAs(inputs);
	}

	/** The name of one input must not run into the elements of the one before. */
	@Test
	void namesAreToldFromElements() {
		Map<String, Tensor> inputs = new LinkedHashMap<>();
		inputs.put("a", strings("b").get("a"));
		inputs.put("b", ONE);
		assertThat(InputDigest.of(NamedTensors.of(inputs))).isNotEqualTo(InputDigest.of(strings("b", "b")));
	}

	private static NamedTensors floats(Shape shape, int count) {
		return NamedTensors.of("a", Tensor.of(shape, new float[count]));
	}

	private static NamedTensors bytes(DataType type, int... bytes) {
		ByteBuffer data = ByteBuffer.allocate(bytes.length);
		Stream.of(bytes).flatMapToInt(java.util.Arrays::stream).forEach((value) -> data.put((byte) value));
		return NamedTensors.of("a", Tensor.of(type, Shape.of(bytes.length), data.flip()));
	}

	private static NamedTensors strings(String... elements) {
		return NamedTensors.of("a", Tensor.of(Shape.of(elements.length), elements));
	}

}
