package io.modelserving.sample;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Has the sample's jar score files instead of serving.
 */
@SampleTest
class BatchIT {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private static final HeldOutDigits DIGITS = HeldOutDigits.load();

	private static final int ROWS = 100_000;

	@LocalServerPort
	private int port;

	@TempDir
	private Path folder;

	@Test
	void whenTheJobIsKilledTwiceThenEachRowIsThereOnceAsItIsOnline() throws Exception {
		Path input = this.folder.resolve("digits.jsonl");
		try (BufferedWriter rows = Files.newBufferedWriter(input)) {
			for (int i = 0; i < ROWS; i++) {
				rows.write(DIGITS.json(i % DIGITS.size()) + "\n");
			}
		}
		Path output = this.folder.resolve("results.jsonl");
		killAt(20_000, input, output);
		killAt(60_000, input, output);
		try (RunningSample last = start(input, output)) {
			assertThat(last.awaitEnd(SampleClient.PATIENCE)).as(last::output).isZero();
			assertThat(last.output()).contains("100000 rows scored, 0 rejected, 100.0 % of the input");
		}
		List<JsonNode> online = online();
		try (BufferedReader results = Files.newBufferedReader(output)) {
			for (int i = 0; i < ROWS; i++) {
				JsonNode result = MAPPER.readTree(results.readLine());
				assertThat(result.get("line").intValue()).isEqualTo(i + 1);
				assertSame(result.get("result"), online.get(i % DIGITS.size()));
			}
			assertThat(results.readLine()).isNull();
		}
	}

	private void killAt(long rows, Path input, Path output) throws Exception {
		long wanted = rows * 150;
		try (RunningSample sample = start(input, output)) {
			await().atMost(SampleClient.PATIENCE)
				.pollInterval(Duration.ofMillis(2))
				.until(() -> size(output) >= wanted || sample.hasEnded());
			assertThat(sample.hasEnded()).as(sample::output).isFalse();
			assertThat(sample.kill(SampleClient.PATIENCE)).isNotZero();
		}
		try (Stream<String> lines = Files.lines(output)) {
			assertThat(lines.count()).as("rows when it was killed").isBetween(1000L, ROWS - 1L);
		}
	}

	private static long size(Path file) throws IOException {
		return Files.exists(file) ? Files.size(file) : 0;
	}

	private RunningSample start(Path input, Path output) throws IOException {
		return RunningSample.start(this.folder, "--model-serving.batch.endpoint=/digits",
				"--model-serving.batch.input=" + input, "--model-serving.batch.output=" + output,
				"--model-serving.batch.chunk-size=500");
	}

	private List<JsonNode> online() {
		SampleClient client = SampleClient.whenReady(this.port);
		return IntStream.range(0, DIGITS.size())
			.mapToObj((i) -> MAPPER.readTree(client.post("/digits", DIGITS.json(i)).body()))
			.toList();
	}

	/** Sharing a batch may round the last bits otherwise. */
	private static void assertSame(JsonNode batch, JsonNode online) {
		assertThat(batch.get("digit").intValue()).isEqualTo(online.get("digit").intValue());
		for (int i = 0; i < 10; i++) {
			assertThat(batch.get("probabilities").get(i).floatValue())
				.isCloseTo(online.get("probabilities").get(i).floatValue(), Offset.offset(1e-5f));
		}
	}

	@Test
	void picturesOfTheNumberPipelineAreScored() throws Exception {
		Path pictures = Files.createDirectory(this.folder.resolve("pictures"));
		for (String name : List.of("digit-3.png", "digit-5.png", "digit-8.png", "number-358.png")) {
			Files.copy(Path.of("src/main/resources/examples", name), pictures.resolve(name));
		}
		Path output = this.folder.resolve("numbers.csv");
		try (RunningSample sample = RunningSample.start(this.folder, "--model-serving.batch.endpoint=/numbers",
				"--model-serving.batch.input=" + pictures, "--model-serving.batch.output=" + output)) {
			assertThat(sample.awaitEnd(SampleClient.PATIENCE)).as(sample::output).isZero();
		}
		assertThat(Files.readAllLines(output)).containsExactly("file,number", "digit-3.png,3", "digit-5.png,5",
				"digit-8.png,8", "number-358.png,358");
	}

}
