package io.modelserving.codec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSignature;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.TensorSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SampleFiles}.
 */
class SampleFilesTests {

	private static final ModelSignature ONE = signature(TensorSpec.of("x", DataType.FP32, Shape.of(-1, 3)));

	private static final ModelSignature TWO = signature(TensorSpec.of("ids", DataType.INT64, Shape.of(-1, -1)),
			TensorSpec.of("mask", DataType.INT64, Shape.of(-1, -1)));

	private final SampleFiles samples = new SampleFiles(new JsonTensors(1 << 20));

	@ParameterizedTest
	@ValueSource(strings = { "affine_input.json", "affine_input.npy" })
	void whenTheModelHasOneInputThenEachFormatGivesTheSame(String name) throws IOException {
		List<NamedTensors> read = this.samples.read("affine", List.of(resource(name)), ONE);
		assertThat(read).hasSize(1);
		assertThat(read.get(0)).hasToString("{x=FP32[2, 3]}");
		assertThat(Tensors.floats(read.get(0).get("x"))).containsExactly(1f, 2f, 3f, -1f, 0f, 0.25f);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\0', value = { "{\"x\": [[1, 2, 3], [4, 5, 6]]} | [2, 3]",
			"{\"x\": [1, 2, 3, 4, 5, 6]} | [2, 3]", "{\"x\": [1, 2, 3]} | [1, 3]", "{\"x\": []} | [0, 3]" })
	void whenJsonHasElementsByNameThenTheirNestingGivesTheShape(String json, String shape) {
		assertThat(read(ONE, file("a.json", json)).get(0).get("x").shape()).hasToString(shape);
	}

	@Test
	void whenAnInputIsAScalarThenABareNumberIsEnough() {
		ModelSignature scalar = signature(TensorSpec.of("x", DataType.INT64, Shape.of()));
		assertThat(read(scalar, file("a.json", "{\"x\": 5}")).get(0)).hasToString("{x=INT64[]}");
		assertThat(read(scalar, file("a.json", "{\"x\": [5]}")).get(0)).hasToString("{x=INT64[]}");
	}

	@Test
	void whenAnInputIsCalledInputsThenItIsNoRequest() {
		ModelSignature inputs = signature(TensorSpec.of("inputs", DataType.BYTES, Shape.of(-1)));
		assertThat(read(inputs, file("a.json", "{\"inputs\": [\"a\", \"b\"]}")).get(0))
			.hasToString("{inputs=BYTES[2]}");
	}

	@Test
	void whenFilesHaveOneInputEachThenTheyAreASampleTogether() {
		List<NamedTensors> read = read(TWO, npy("mask.npy", 1, 2), npy("ids.npy", 3, 4), npy("input_0.npy", 5),
				npy("dir/mask.npy", 6), file("a.json", "{\"ids\": [[7]], \"mask\": [[8]]}"));
		assertThat(read).hasSize(3);
		assertThat(Tensors.longs(read.get(0).get("ids"))).containsExactly(3, 4);
		assertThat(Tensors.longs(read.get(0).get("mask"))).containsExactly(1, 2);
		assertThat(Tensors.longs(read.get(1).get("ids"))).containsExactly(5);
		assertThat(Tensors.longs(read.get(2).get("mask"))).containsExactly(8);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
			"{\"x\": [[1, 2], [3, 4]]} | input \"x\": shape [2, 2] does not match [-1, 3]",
			"{\"x\": [1, 2, 3, 4]} | input \"x\": shape [4] does not match [-1, 3]",
			"{\"x\": [[1, 2, 3], [4, 5]]} | input \"x\": 2 elements at [1] where shape [2, 3] takes 3",
			"{\"x\": [[1, 2, null]]} | input \"x\": element 2 is null; FP32 takes numbers",
			"{\"x\": \"a\"} | input \"x\": element 0 is a string; FP32 takes numbers",
			"{\"y\": [1]} | the model has no input \"y\", but [x FP32[-1, 3]]",
			"{} | missing input \"x\"; the model takes \"x\" FP32[-1, 3]",
			"[1] | an object is needed, with the elements of each input under its name",
			"{\"x\": [1, } | broken JSON at line 1, column 11: Unexpected character ('}' (code 125)): expected a value",
			"{\"inputs\": [{\"name\": \"x\", \"shape\": [1, 3], \"datatype\": \"FP64\", \"data\": [1, 2, 3]}]} | input \"x\": type FP64 does not match FP32" })
	void whenASampleDoesNotFitThenTheMessageNamesTheFileAndTheProperty(String json, String message) {
		assertRejected(ONE, "model \"m\": sample \"classpath:a.json\": " + message, file("classpath:a.json", json));
	}

	@Test
	void whenAnInputCannotBeToldThenTheMessageSaysHowToNameTheFile() {
		assertRejected(TWO, "model \"m\": sample \"a.npy\": no input of the model is called \"a\"; "
				+ "name the file after one of \"ids\", \"mask\"", npy("a.npy", 1));
	}

	@Test
	void whenASampleIsIncompleteThenTheMessageSaysWhatIsMissing() {
		String message = "model \"m\": sample \"ids.npy\": the sample has \"ids\", but not \"mask\"; "
				+ "a file for each input is needed, one sample after the other";
		assertRejected(TWO, message, npy("ids.npy", 1));
		assertRejected(TWO, message, npy("ids.npy", 1), npy("ids.npy", 2), npy("mask.npy", 2));
	}

	@ParameterizedTest
	@ValueSource(strings = { "a.txt", "a", "json", "a.pb" })
	void whenTheEndOfTheNameIsUnknownThenTheMessageListsThoseKnown(String name) {
		assertRejected(ONE, "model \"m\": sample \"%s\": the name must end in .json or .npy".formatted(name),
				file(name, "{}"));
	}

	private void assertRejected(ModelSignature signature, String message, SampleFile... files) {
		assertThatExceptionOfType(ModelLoadException.class).isThrownBy(() -> read(signature, files))
			.withMessageStartingWith(message)
			.satisfies((ex) -> assertThat(ex.action())
				.isEqualTo("Fix the file or change the property model-serving.models.m.warm-up.samples."));
	}

	private List<NamedTensors> read(ModelSignature signature, SampleFile... files) {
		return this.samples.read("m", List.of(files), signature);
	}

	private static ModelSignature signature(TensorSpec... inputs) {
		return new ModelSignature(List.of(inputs), List.of());
	}

	private static SampleFile file(String location, String content) {
		return new SampleFile(location, content.getBytes(StandardCharsets.UTF_8));
	}

	private static SampleFile npy(String location, long... elements) {
		ByteBuffer data = ByteBuffer.allocate(Long.BYTES * elements.length).order(ByteOrder.LITTLE_ENDIAN);
		data.asLongBuffer().put(elements);
		return new SampleFile(location,
				NpyTensorsTests.file(1, "<i8", "(1, %d)".formatted(elements.length), data.array()));
	}

	private static SampleFile resource(String name) throws IOException {
		try (InputStream content = SampleFilesTests.class.getResourceAsStream("/models/" + name)) {
			return new SampleFile("classpath:models/" + name, content.readAllBytes());
		}
	}

}
