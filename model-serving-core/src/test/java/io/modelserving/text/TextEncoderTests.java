package io.modelserving.text;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.modelserving.model.ExecutionResources;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Model;
import io.modelserving.model.onnx.OnnxModelLoader;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.Workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link TextEncoder}. The vocabulary of the tokenizer is [PAD] 0, [UNK] 1,
 * [CLS] 2, [SEP] 3, the 4, cat 5, dog 6, sat 7, ##s 8, run 9, ##ning 10, ! 11, é 12, an
 * emoji 13, . 14 and a 15.
 */
class TextEncoderTests {

	private static final Path TOKENIZER = resource("/text/tokenizer.json");

	private final TextEncoder encoder = TextEncoder.of(TOKENIZER, 8);

	private static Path resource(String name) {
		try {
			return Path.of(TextEncoderTests.class.getResource(name).toURI());
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@AfterEach
	void close() {
		this.encoder.close();
	}

	private long[] ids(String text) {
		return this.encoder.encode(text).numeric(TextEncoder.INPUT_IDS).toLongs();
	}

	@Test
	void whenTextIsEncodedThenInputsAreThoseOfBert() {
		NamedTensors inputs = this.encoder.encode("The cats sat!");
		assertThat(inputs.names()).containsExactly("input_ids", "attention_mask", "token_type_ids");
		assertThat(inputs.asMap().values()).allSatisfy(tensor -> {
			assertThat(tensor.shape()).isEqualTo(Shape.of(1, 7));
			assertThat(tensor.dataType()).isEqualTo(DataType.INT64);
		});
		assertThat(ids("The cats sat!")).containsExactly(2, 4, 5, 8, 7, 11, 3);
		assertThat(inputs.numeric("attention_mask").toLongs()).containsOnly(1);
		assertThat(inputs.numeric("token_type_ids").toLongs()).containsOnly(0);
	}

	@Test
	void whenTextIsTooLongThenItsEndIsCutOff() {
		assertThat(ids("the cat sat. the cat sat. the cat sat.")).containsExactly(2, 4, 5, 7, 14, 4, 5, 3);
	}

	@Test
	void whenThereAreMoreCharactersThanTakenThenNoneAreTokenized() {
		TextEncoder limited = this.encoder.withMaxCharacters(10, 15);
		assertThat(limited.encode("the cat at").names()).isNotEmpty();
		assertRejected(() -> limited.encode("the cat sat"), "11 characters are too many for a text, which may have 10");
		assertRejected(() -> limited.encode("the cat", "sat."),
				"11 characters are too many for a pair of texts, which may have 10");
		assertThat(limited.encode(List.of("the cat at", "a sat"))).hasSize(2);
		assertRejected(() -> limited.encode(List.of("a", "the cat sat")),
				"11 characters are too many for a text, which may have 10");
		assertRejected(() -> limited.encode(List.of("the cat at", "a sats")),
				"16 characters are too many for all texts of a request, which may have 15");
		assertRejected(() -> limited.withInputs("input_ids").encode("the cat sat"), "11 characters are too many");
		assertRejected(() -> this.encoder.encode("a ".repeat(5_000_000)),
				"10000000 characters are too many for a text, which may have 100000");
		assertThatIllegalArgumentException().isThrownBy(() -> this.encoder.withMaxCharacters(0, 1));
		assertThatIllegalArgumentException().isThrownBy(() -> this.encoder.withMaxCharacters(2, 1));
	}

	private static void assertRejected(ThrowingCallable call, String message) {
		assertThatExceptionOfType(InvalidInput.class).isThrownBy(call).withMessageStartingWith(message);
	}

	@Test
	void whenTextIsShortThenItIsNotPadded() {
		assertThat(ids("a")).containsExactly(2, 15, 3);
		assertThat(ids("")).containsExactly(2, 3);
	}

	@Test
	void whenLimitIsAboveThatOfTheLibraryThenItCounts() {
		try (TextEncoder longer = TextEncoder.of(TOKENIZER, 2000)) {
			assertThat(longer.encode("cat ".repeat(3000)).numeric("input_ids").shape()).isEqualTo(Shape.of(1, 2000));
		}
	}

	@Test
	void whenTwoTextsAreEncodedThenTypesTellThemApart() {
		NamedTensors inputs = this.encoder.encode("cat", "a dog");
		assertThat(inputs.numeric("input_ids").toLongs()).containsExactly(2, 5, 3, 15, 6, 3);
		assertThat(inputs.numeric("token_type_ids").toLongs()).containsExactly(0, 0, 0, 1, 1, 1);
	}

	@Test
	void whenCharactersAreOutsideOfTheBasicPlaneThenTheyArriveWhole() {
		assertThat(ids("é \uD83D\uDE00")).containsExactly(2, 12, 13, 3);
	}

	@Test
	void whenCharactersAreStrangeThenJvmSurvives() {
		assertThat(ids("a\u0000a")).startsWith(2).endsWith(3);
		assertThat(ids("a \uD83D a")).startsWith(2).endsWith(3);
	}

	@Test
	void whenOnlySomeInputsAreWantedThenOthersAreLeftOut() {
		TextEncoder without = this.encoder.withInputs("input_ids", "attention_mask");
		assertThat(without.encode("cat").names()).containsExactly("input_ids", "attention_mask");
		assertThatIllegalArgumentException().isThrownBy(() -> this.encoder.withInputs("ids"))
			.withMessageContaining("[input_ids, attention_mask, token_type_ids]");
	}

	@Test
	void whenManyThreadsEncodeThenEachGetsItsOwn() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(8);
		try {
			List<Callable<long[]>> calls = IntStream.range(0, 400)
				.<Callable<long[]>>mapToObj(i -> () -> ids("cat ".repeat(i % 7)))
				.toList();
			List<Future<long[]>> results = threads.invokeAll(calls);
			for (int i = 0; i < results.size(); i++) {
				assertThat(results.get(i).get()).hasSize(2 + Math.min(6, i % 7));
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

	@Test
	void whenClosedWhileThreadsEncodeThenTheyFailInsteadOfTheJvm() throws Exception {
		TextEncoder closing = TextEncoder.of(TOKENIZER, 8);
		ExecutorService threads = Executors.newFixedThreadPool(4);
		CountDownLatch running = new CountDownLatch(4);
		List<Future<?>> loops = IntStream.range(0, 4).<Future<?>>mapToObj(i -> threads.submit(() -> {
			closing.encode("cat");
			running.countDown();
			while (true) {
				closing.encode("the cat sat");
			}
		})).toList();
		try {
			assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
			closing.close();
			closing.close();
			loops.forEach(loop -> assertThat(loop).failsWithin(Duration.ofSeconds(30))
				.withThrowableOfType(ExecutionException.class)
				.withMessageContaining("closed"));
		}
		finally {
			threads.shutdownNow();
		}
	}

	@Test
	void whenClosedThenItSaysSo() {
		this.encoder.close();
		assertThatIllegalStateException().isThrownBy(() -> this.encoder.encode("cat"))
			.withMessage("the text encoder is closed");
	}

	@Test
	void whenContentIsNoTokenizerThenItIsSaid(@TempDir Path directory) throws IOException {
		InputStream garbage = new ByteArrayInputStream("{}".getBytes(StandardCharsets.UTF_8));
		assertThatIllegalArgumentException().isThrownBy(() -> TextEncoder.of(garbage, 8))
			.withMessageContaining("cannot be read as a tokenizer.json");
		Path file = Files.writeString(directory.resolve("garbage.json"), "{}");
		assertThatIllegalArgumentException().isThrownBy(() -> TextEncoder.of(file, 8))
			.withMessageContaining("garbage.json cannot be read as a tokenizer.json");
		assertThatIllegalArgumentException().isThrownBy(() -> TextEncoder.of(directory, 8))
			.withMessageEndingWith("tokenizer.json does not exist");
		assertThatIllegalArgumentException().isThrownBy(() -> TextEncoder.of(TOKENIZER, 0))
			.withMessageContaining("at least 1");
	}

	@Test
	void whenPathIsDirectoryOrFileThenTokenizerIsRead() throws Exception {
		for (Path path : List.of(TOKENIZER, TOKENIZER.getParent())) {
			try (TextEncoder fromPath = TextEncoder.of(path, 8)) {
				assertThat(fromPath.encode("cat").numeric("input_ids").toLongs()).containsExactly(2, 5, 3);
			}
		}
	}

	@Test
	void whenOnnxRuntimeIsLoadedTooThenBothWork() throws Exception {
		Path file = resource("/models/identity_int64.onnx");
		try (Model model = new OnnxModelLoader().load(file, new ExecutionResources(1, 0))) {
			String input = model.signature().inputs().get(0).name();
			String output = model.signature().outputs().get(0).name();
			Tensor ids = this.encoder.encode("cat").get("input_ids");
			NamedTensors outputs = model.run(NamedTensors.of(input, ids), new Workspace());
			assertThat(outputs.numeric(output).toLongs()).containsExactly(2, 5, 3);
		}
	}

}
