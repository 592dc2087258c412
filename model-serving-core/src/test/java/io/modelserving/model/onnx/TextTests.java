package io.modelserving.model.onnx;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
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

	@Test
	void everyCharacterComesBack() {
		try (Model model = TestModels.load("echo-text.onnx")) {
			for (int from = 0; from <= Character.MAX_CODE_POINT; from += 0x8000) {
				String[] texts = IntStream.range(from >> 12, (from >> 12) + 8)
					.mapToObj(TextTests::characters)
					.toArray(String[]::new);
				assertThat(echo(model, texts)).containsExactly(texts);
			}
		}
	}

	private static String characters(int block) {
		StringBuilder text = new StringBuilder();
		for (int codePoint = block * 0x1000; codePoint < (block + 1) * 0x1000; codePoint++) {
			if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
				text.appendCodePoint(codePoint);
			}
		}
		return text.toString();
	}

	@Test
	void textOfAnyCharactersComesBackInItsPlace() {
		String[] elements = { "plain", "😀", "", "a\0b", "\0", "𠮷野家", "größe 👩‍👩‍👧‍👦", "\uFFFF\uDBFF\uDFFF" };
		try (Model model = TestModels.loadIdentity(DataType.BYTES)) {
			StringTensor output = TestModels.run(model, NamedTensors.of("x", Tensor.of(Shape.of(4, 2), elements)))
				.strings("y");
			assertThat(output.shape()).isEqualTo(Shape.of(4, 2));
			assertThat(output.elements()).containsExactly(elements);
		}
	}

	@Test
	void modelSeesTextOfAnyCharactersAsItIs() {
		try (Model model = TestModels.load("emoji_labels.onnx")) {
			for (Shape shape : List.of(Shape.of(6), Shape.of(2, 1, 3))) {
				NamedTensors outputs = TestModels.run(model,
						NamedTensors.of("text", Tensor.of(shape, "𠮷野家", "plain", "a\0b", "😀", "", "😁")));
				assertThat(outputs.numeric("code").toLongs()).containsExactly(2, 3, 1, 0, 4, -1);
				assertThat(outputs.strings("name").elements()).containsExactly("𠮷野家", "plain", "a\0b", "😀", "", "?");
			}
			NamedTensors scalar = TestModels.run(model, NamedTensors.of("text", Tensor.of(Shape.of(), "😀")));
			assertThat(scalar.numeric("code").toLongs()).containsExactly(0);
			assertThat(scalar.strings("name").shape()).isEqualTo(Shape.of());
			assertThat(scalar.strings("name").elements()).containsExactly("😀");
		}
	}

	@Test
	void longTextComesBack() {
		String text = "😀 text of some length, ".repeat(20_000);
		try (Model model = TestModels.load("echo-text.onnx")) {
			assertThat(echo(model, text, "plain")).containsExactly(text, "plain");
		}
	}

	@Test
	void whenThreadsShareASessionThenEachGetsItsOwnText() throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(8);
		try (Model model = TestModels.load("echo-text.onnx")) {
			List<Callable<List<String>>> calls = IntStream.range(0, 200)
				.<Callable<List<String>>>mapToObj((i) -> () -> echo(model, "😀" + i, "𠮷" + i))
				.toList();
			List<Future<List<String>>> answers = executor.invokeAll(calls, 1, TimeUnit.MINUTES);
			for (int i = 0; i < answers.size(); i++) {
				assertThat(answers.get(i).get()).containsExactly("😀" + i, "𠮷" + i);
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "ok \uD83D", "\uDE00 ok", "\uDE00\uD83D", "\uD83D\uD83D\uDE00" })
	void whenTextHasHalfACharacterThenInputIsRejected(String text) {
		try (Model model = TestModels.load("echo-text.onnx")) {
			assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> echo(model, "dog", text))
				.withMessageMatching("input \"s\": element 1 has U\\+D[8E][30][D0], half of a surrogate pair .*");
		}
	}

	@Test
	void whenElementIsNullThenInputIsRejected() {
		assertThatExceptionOfType(InvalidInput.class)
			.isThrownBy(() -> TextWriter.isPlain("word", Arrays.asList("dog", null)))
			.withMessage("input \"word\": element 1 is null; a string is needed");
	}

	private static List<String> echo(Model model, String... texts) {
		return TestModels.run(model, NamedTensors.of("s", Tensor.of(Shape.of(texts.length), texts)))
			.strings("t")
			.elements();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "plain", "það", "größe", "日本語", "\uFFFF", "😀", "a😀b", "𠮷野家", "cut\u0000off" })
	void whenModelGivesTextThenIsRead(String text) throws IOException {
		assertThat(say(text)).isEqualTo(text);
	}

	@ParameterizedTest
	@MethodSource
	void whenModelGivesWhatIsNoTextThenTheRunFails(byte[] bytes) throws IOException {
		Path file = TinyModel.thatSays(bytes, this.directory);
		try (Model model = TestModels.load(file, OnnxOptions.defaults())) {
			assertThatExceptionOfType(ExecutionFailed.class)
				.isThrownBy(() -> TestModels.run(model, NamedTensors.of("x", Tensor.of(Shape.of(1), 0f))))
				.withMessage("output \"y\": element 0 is not text in UTF-8");
		}
	}

	static Stream<byte[]> whenModelGivesWhatIsNoTextThenTheRunFails() {
		return Stream.of(new byte[] { 'a', (byte) 0xff }, new byte[] { (byte) 0xf0, (byte) 0x9f, (byte) 0x98 },
				new byte[] { (byte) 0x80 }, new byte[] { (byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80 });
	}

	private String say(String text) throws IOException {
		try (Model model = TestModels.load(TinyModel.thatSays(text.getBytes(StandardCharsets.UTF_8), this.directory),
				OnnxOptions.defaults())) {
			return TestModels.run(model, NamedTensors.of("x", Tensor.of(Shape.of(1), 0f)))
				.strings("y")
				.elements()
				.get(0);
		}
	}

}
