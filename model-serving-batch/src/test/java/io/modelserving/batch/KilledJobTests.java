package io.modelserving.batch;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests jobs whose process is ended while they run.
 */
class KilledJobTests {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private static final int ROWS = 20_000;

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	@TempDir
	private Path folder;

	@Test
	void whenTheProcessIsKilledAndStoppedThenEachRowIsThereOnce() throws Exception {
		StringBuilder input = new StringBuilder();
		for (int i = 0; i < ROWS; i++) {
			input.append((i % 1000 == 7) ? "{\"note\": \"%d\"}\n".formatted(i)
					: "{\"x\": [%d, 2, 3], \"note\": \"n%d\"}\n".formatted(i, i));
		}
		Files.writeString(this.folder.resolve("in.jsonl"), input);
		long before = endAt(ROWS / 5, true);
		endAt(before + ROWS / 5, false);
		Process last = start();
		assertThat(last.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertThat(last.exitValue()).as(this::log).isZero();
		List<JsonNode> results = lines("out.jsonl");
		List<JsonNode> rejected = lines("out.jsonl.rejected.jsonl");
		assertThat(results).hasSize(ROWS - 20);
		assertThat(rejected).hasSize(20);
		int next = 0;
		for (int i = 0; i < ROWS; i++) {
			if (i % 1000 == 7) {
				assertThat(rejected.get(i / 1000).get("line").intValue()).isEqualTo(i + 1);
			}
			else {
				JsonNode result = results.get(next++);
				assertThat(result.get("line").intValue()).isEqualTo(i + 1);
				assertThat(result.get("result").get("y").get(0).floatValue()).isEqualTo(ScoringJobTests.expected(i));
			}
		}
		assertThat(this.folder.resolve("out.jsonl.lock")).doesNotExist();
	}

	/** Returns how many rows there were. */
	private long endAt(long rows, boolean killed) throws Exception {
		Process process = start();
		await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> !process.isAlive() || rows() >= rows);
		assertThat(process.isAlive()).as(this::log).isTrue();
		if (killed) {
			process.destroyForcibly();
		}
		else {
			process.destroy();
		}
		assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertThat(process.exitValue()).isNotZero();
		assertThat(rows()).as("rows when it had ended").isLessThan(ROWS - 20);
		if (!killed) {
			assertThat(log()).contains("The job was stopped after");
		}
		return rows();
	}

	private long rows() throws IOException {
		Path output = this.folder.resolve("out.jsonl");
		if (!Files.exists(output)) {
			return 0;
		}
		long rows = 0;
		for (byte one : Files.readAllBytes(output)) {
			rows += (one == '\n') ? 1 : 0;
		}
		return rows;
	}

	private Process start() throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-cp", System.getProperty("java.class.path"), AffineApplication.class.getName(),
						"--model-serving.batch.endpoint=/affine", "--model-serving.batch.chunk-size=100",
						"--model-serving.batch.input=" + this.folder.resolve("in.jsonl"),
						"--model-serving.batch.output=" + this.folder.resolve("out.jsonl")));
		File log = this.folder.resolve("log.txt").toFile();
		return new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(log))
			.start();
	}

	private String log() {
		try {
			return Files.readString(this.folder.resolve("log.txt"));
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	private List<JsonNode> lines(String name) throws IOException {
		List<JsonNode> lines = new ArrayList<>();
		for (String line : Files.readAllLines(this.folder.resolve(name))) {
			lines.add(MAPPER.readTree(line));
		}
		return lines;
	}

}
