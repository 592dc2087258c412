package io.modelserving.model.onnx;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Model;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.StringTensor;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of strings in and out of models.
 */
class TextTests {

	@TempDir
	Path directory;

	@Test
	void textComesBack() {
		String[] elements = { "plain", "", "größe", "日本語", "það", "\u0001", "\uFFFD", "a\nb" };
		try (Model model = TestModels.loadIdentity(DataType.BYTES)) {
			StringTensor output = TestModels.run(model, NamedTensors.of("x", Tensor.of(Shape.of(2, 4), elements)))
				.strings("y");
			assertThat(output.shape()).isEqualTo(Shape.of(2, 4));
			assertThat(output.elements()).containsExactly(elements);
		}
	}

	@Test
	void slicedAndEmptyTensorsComeBack() {
		try (Model model = TestModels.loadIdentity(DataType.BYTES)) {
			Tensor slice = Tensor.of(Shape.of(3, 1), "a", "b", "c").slice(1, 3);
			assertThat(TestModels.run(model, NamedTensors.of("x", slice)).strings("y").elements()).containsExactly("b",
					"c");
			StringTensor empty = Tensor.of(Shape.of(0, 2), new String[0]);
			assertThat(TestModels.run(model, NamedTensors.of("x", empty)).strings("y").shape())
				.isEqualTo(Shape.of(0, 2));
		}
	}

	@Test
	void modelSeesTextAsItIs() {
		try (Model model = TestModels.load("string_ops.onnx")) {
			NamedTensors outputs = TestModels.run(model,
					NamedTensors.of("word", Tensor.of(Shape.of(4), "dog", "größe", "日本語", "mouse")));
			assertThat(outputs.numeric("code").toLongs()).containsExactly(2, 3, 4, -1);
			assertThat(outputs.strings("canonical").elements()).containsExactly("dog", "größe", "日本語", "unknown");
		}
	}

	@ParameterizedTest
	@CsvSource({ "1F600, U+1F600", "0, U+0000", "20BB7, U+20BB7", "D83D, U+D83D" })
	void whenTheModelWouldSeeOtherCharactersThenInputIsRefused(String codePoint, String named) {
		String text = "ok " + Character.toString(Integer.parseInt(codePoint, 16));
		try (Model model = TestModels.load("string_ops.onnx")) {
			assertThatExceptionOfType(InvalidInput.class)
				.isThrownBy(() -> TestModels.run(model, NamedTensors.of("word", Tensor.of(Shape.of(2), "dog", text))))
				.withMessageStartingWith("input \"word\": element 1 contains " + named + ";");
		}
	}

	@Test
	void whenElementIsNullThenInputIsRefused() {
		assertThatExceptionOfType(InvalidInput.class)
			.isThrownBy(() -> OnnxText.check("word", Arrays.asList("dog", null)))
			.withMessage("input \"word\": element 1 is null; a string is needed");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "plain", "það", "größe", "日本語", "\uFFFF" })
	void whenModelGivesReadableTextThenIsRead(String text) throws IOException {
		assertThat(say(text)).isEqualTo(text);
	}

	@ParameterizedTest
	@ValueSource(strings = { "😀", "a😀b", "𠮷野家", "cut\u0000off" })
	void whenModelGivesTextThatWouldBeReadWrongThenTheRunFails(String text) {
		assertThatExceptionOfType(ExecutionFailed.class).isThrownBy(() -> say(text))
			.withMessageStartingWith("output \"y\": element 0 holds a character outside of U+0001 to U+FFFF");
	}

	private String say(String text) throws IOException {
		try (Model model = TestModels.load(TinyModel.thatSays(text, this.directory), OnnxOptions.defaults())) {
			return TestModels.run(model, NamedTensors.of("x", Tensor.of(Shape.of(1), 0f)))
				.strings("y")
				.elements()
				.get(0);
		}
	}

}
