package io.modelserving.batch;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ExecutionContext;

import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.ModelUnavailable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests jobs over files.
 */
class ScoringJobTests {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	@TempDir
	private Path folder;

	private final ScoringJob job = AffineApplication.shared().getBean(ScoringJob.class);

	@Test
	void whenRowsAreGoodThenEachHasItsResultInOrder() throws IOException {
		ScoringSettings settings = settings("in.jsonl", points(3000), "out.jsonl");
		ScoringResult result = this.job.run(settings);
		assertThat(result.rows()).isEqualTo(3000);
		assertThat(result.rejected()).isZero();
		assertThat(result.rejections()).doesNotExist();
		List<JsonNode> lines = lines("out.jsonl");
		assertThat(lines).hasSize(3000);
		for (int i = 0; i < 3000; i++) {
			assertThat(lines.get(i).get("line").intValue()).isEqualTo(i + 1);
			assertThat(lines.get(i).get("result").get("note").stringValue()).isEqualTo("n" + i);
			assertThat(lines.get(i).get("result").get("y").get(0).floatValue()).isEqualTo(expected(i));
		}
	}

	/**
	 * The model multiplies by the rows [1, 2], [3, 4] and [5, 6], and adds [0.5, -0.5].
	 */
	static float expected(int i) {
		return i + 21.5f;
	}

	@Test
	void whenRowsAreBadThenTheyGoAsideWithLineAndReason() throws IOException {
		ScoringSettings settings = settings("in.jsonl", """
				{"x": [1, 2, 3]}
				{"x": [1, 2]}
				{"x": [1, 2, "a"]}

				{"x": [1, 2, 3], "note": "refuse"}
				{"x": [1, 2, 3], "note": "break"}
				{"x": [1, 2, 3
				null
				{}
				{"x": [1, 2, 2000000]}
				{"x": [1, 2, 3]} {"x": [1, 2, 3]}
				{"x": [4, 2, 3]}""", "out.jsonl");
		ScoringResult result = this.job.run(settings);
		assertThat(lines("out.jsonl")).extracting((line) -> line.get("line").intValue()).containsExactly(1, 12);
		assertThat(result.rejected()).isEqualTo(9);
		List<JsonNode> rejected = lines("out.jsonl.rejected.jsonl");
		assertThat(rejected).extracting((line) -> line.get("line").intValue())
			.containsExactly(2, 3, 5, 6, 7, 8, 9, 10, 11);
		assertThat(rejected).extracting((line) -> line.get("reason").stringValue())
			.satisfiesExactly((reason) -> assertThat(reason).startsWith("x size must be between 3 and 3"),
					(reason) -> assertThat(reason).isEqualTo("\"x[2]\" is \"a\", which is not a number (column 14)"),
					(reason) -> assertThat(reason).isEqualTo("this one is refused"),
					(reason) -> assertThat(reason).contains("a mistake of the handler"),
					(reason) -> assertThat(reason).startsWith("The row is no valid JSON"),
					(reason) -> assertThat(reason).isEqualTo("the row is null"),
					(reason) -> assertThat(reason).isEqualTo("x must not be missing or null"),
					(reason) -> assertThat(reason).startsWith("x[2] must be less than or equal to 1000000"),
					(reason) -> assertThat(reason).startsWith("The row goes on behind its end"));
		assertThat(rejected.get(0).get("input").stringValue()).isEqualTo("{\"x\": [1, 2]}");
	}

	@Test
	void whenMoreRowsAreBadThanMayBeThenTheJobFailsAndGoesOnWithAHigherLimit() throws IOException {
		StringBuilder text = new StringBuilder(points(100));
		text.append("{}\n".repeat(3)).append(points(10));
		ScoringSettings settings = limits(settings("in.jsonl", text.toString(), "out.jsonl"), 2, 10);
		assertThatExceptionOfType(ScoringFailedException.class).isThrownBy(() -> this.job.run(settings))
			.withMessageContaining("3 rows were rejected, but no more than 2 may be (model-serving.batch.skip-limit)")
			.withMessageContaining("after 100 rows");
		assertThat(lines("out.jsonl.rejected.jsonl")).hasSize(3);
		ScoringResult result = this.job.run(limits(settings, 3, 10));
		assertThat(result.rows()).isEqualTo(110);
		assertThat(lines("out.jsonl")).hasSize(110);
		assertThat(lines("out.jsonl.rejected.jsonl")).hasSize(3);
	}

	static ScoringSettings limits(ScoringSettings settings, long skipLimit, int chunk) {
		return new ScoringSettings(settings.endpoint(), settings.model(), settings.pipeline(), settings.input(),
				settings.inputFormat(), settings.output(), settings.outputFormat(), settings.withInput(),
				settings.ordered(), settings.overwrite(), settings.rejected(), skipLimit, settings.csvDelimiter(),
				chunk, settings.partition(), settings.run(), settings.runAtStartup(), settings.progressInterval());
	}

	@Test
	void whenTheJobIsCompleteThenItIsNotRepeated() throws IOException {
		ScoringSettings settings = settings("in.jsonl", points(20), "out.jsonl");
		this.job.run(settings);
		byte[] output = Files.readAllBytes(this.folder.resolve("out.jsonl"));
		assertThat(this.job.run(settings).rows()).isEqualTo(20);
		assertThat(this.folder.resolve("out.jsonl")).hasBinaryContent(output);
		assertThatExceptionOfType(InvalidScoringException.class)
			.isThrownBy(() -> this.job.run(settings.withRun("again")))
			.withMessageContaining("out.jsonl exists already, and not from this run");
		Files.writeString(this.folder.resolve("in.jsonl"), points(21));
		assertThatExceptionOfType(InvalidScoringException.class).isThrownBy(() -> this.job.run(settings))
			.withMessageContaining("completed before, over another content of the input")
			.satisfies((ex) -> assertThat(ex.action()).contains("model-serving.batch.run"));
		Files.delete(this.folder.resolve("out.jsonl"));
		assertThat(this.job.run(settings.withRun("again")).rows()).isEqualTo(21);
	}

	@Test
	void whenTheInputWasChangedThenTheJobDoesNotGoOn() throws IOException {
		ScoringSettings settings = limits(settings("in.jsonl", points(50) + "{}\n", "out.jsonl"), 0, 10);
		assertThatExceptionOfType(ScoringFailedException.class).isThrownBy(() -> this.job.run(settings));
		Files.writeString(this.folder.resolve("in.jsonl"), points(50) + "[]\n");
		assertThatExceptionOfType(InvalidScoringException.class).isThrownBy(() -> this.job.run(settings))
			.withMessageContaining("was changed since the job ended behind 50 rows");
	}

	@Test
	void whenTheInputIsEmptyThenSoIsTheOutput() throws IOException {
		assertThat(this.job.run(settings("in.jsonl", "", "out.jsonl")).rows()).isZero();
		assertThat(this.folder.resolve("out.jsonl")).isEmptyFile();
		assertThat(this.job.run(settings("in.csv", "", "out2.jsonl")).rows()).isZero();
		assertThat(this.job.run(settings("head.csv", "x,note", "out.csv")).rows()).isZero();
		assertThat(this.folder.resolve("out.csv")).hasContent("line,y,note\n");
		assertThat(this.job.run(settings("break.jsonl", "\n\n", "out3.jsonl")).rows()).isZero();
	}

	@Test
	void whenCsvHasQuotesAndAMarkThenItIsRead() throws IOException {
		ScoringSettings settings = settings("in.csv",
				"\ufeffx,note,other\r\n" + "\"[1, 2, 3]\",\"two\nlines, \"\"quoted\"\"\",a\r\n" + "\"[1,2,3]\",,b\r\n"
						+ "\"[1,2,3]\",5\" pipe,c\r\n" + "1,2,d\r\n" + "\"[1,2,3]\",short\r\n"
						+ "\"[2,2,3]\",\"\",\"e\"",
				"out.csv");
		ScoringResult result = this.job.run(settings);
		assertThat(Files.readAllLines(this.folder.resolve("out.csv"))).containsExactly("line,y,note",
				"2,\"[22.5,27.5]\",\"two", "lines, \"\"quoted\"\"\"", "4,\"[22.5,27.5]\",",
				"5,\"[22.5,27.5]\",\"5\"\" pipe\"", "8,\"[23.5,29.5]\",\"\"");
		assertThat(result.rejected()).isEqualTo(2);
		assertThat(lines("out.csv.rejected.jsonl")).satisfiesExactly((line) -> {
			assertThat(line.get("line").intValue()).isEqualTo(6);
			assertThat(line.get("reason").stringValue()).isEqualTo("\"x\" is a number, which is not an array");
		}, (line) -> {
			assertThat(line.get("line").intValue()).isEqualTo(7);
			assertThat(line.get("reason").stringValue()).isEqualTo("the row has 2 columns, the header has 3");
		});
	}

	static String points(int count) {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < count; i++) {
			text.append("{\"x\": [%d, 2, 3], \"note\": \"n%d\"}\n".formatted(i, i));
		}
		return text.toString();
	}

	@Test
	void whenTheOrderDoesNotMatterThenAllRowsAreThere() throws IOException {
		ScoringSettings ordered = settings("in.jsonl", points(500), "out.jsonl");
		this.job.run(new ScoringSettings("/affine", null, null, ordered.input(), null, ordered.output(), null, true,
				false, false, null, 0, ',', 100, ordered.partition(), "", true, ordered.progressInterval()));
		List<JsonNode> lines = lines("out.jsonl");
		assertThat(lines).extracting((line) -> line.get("line").intValue())
			.containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, 500).boxed().toList());
		assertThat(lines).allSatisfy((line) -> {
			int i = line.get("line").intValue() - 1;
			assertThat(line.get("input").get("x").get(0).intValue()).isEqualTo(i);
			assertThat(line.get("result").get("y").get(0).floatValue()).isEqualTo(expected(i));
		});
	}

	@Test
	void whenAModelOrAPipelineScoresThenItsResultsAreThose() throws IOException {
		ScoringSettings settings = settings("in.jsonl", "{\"x\": [1, 2, 3]}\n{\"x\": [2, 2]}\n{\"x\": [[2, 2, 3]]}\n",
				"model.jsonl");
		assertThat(this.job.run(with(settings, "model", "affine")).rejected()).isEqualTo(1);
		assertThat(lines("model.jsonl")).extracting((line) -> line.get("result").get("y").toString())
			.containsExactly("[22.5,27.5]", "[23.5,29.5]");
		assertThat(lines("model.jsonl.rejected.jsonl").get(0).get("reason").stringValue())
			.isEqualTo("input \"x\": shape [1, 2] does not match [-1, 3]");
		this.job.run(with(settings.withFiles(settings.input(), this.folder.resolve("pipeline.jsonl")), "pipeline",
				"affinePipeline"));
		assertThat(lines("pipeline.jsonl").get(0).get("result").get("y").toString()).isEqualTo("[22.5,27.5]");
		Files.writeString(this.folder.resolve("in.csv"), "id,idx\na,0\nb,-1\nc,x\nd,17\n");
		this.job.run(with(settings.withFiles(this.folder.resolve("in.csv"), this.folder.resolve("model.csv")), "model",
				"lookup"));
		assertThat(Files.readAllLines(this.folder.resolve("model.csv"))).containsExactly("line,y", "2,[10.0]",
				"3,[50.0]");
		assertThat(lines("model.csv.rejected.jsonl")).hasSize(2);
	}

	private static ScoringSettings with(ScoringSettings settings, String kind, String name) {
		return new ScoringSettings(null, kind.equals("model") ? name : null, kind.equals("pipeline") ? name : null,
				settings.input(), null, settings.output(), null, false, true, false, null, 100, ',', null,
				settings.partition(), "", true, settings.progressInterval());
	}

	@Test
	void whenTheInputIsAFolderThenItsPicturesAreScoredByName() throws IOException {
		Path pictures = Files.createDirectories(this.folder.resolve("pictures/below"));
		for (int i = 1; i <= 3; i++) {
			ImageIO.write(new BufferedImage(i, 2, BufferedImage.TYPE_INT_RGB), "png",
					pictures.resolve("p%d.png".formatted(i)).toFile());
		}
		Files.writeString(pictures.resolve("broken.jpg"), "no picture");
		Files.writeString(pictures.resolve("notes.txt"), "not meant");
		ScoringResult result = this.job
			.run(ScoringSettings.of("/affine", this.folder.resolve("pictures"), this.folder.resolve("out.jsonl")));
		assertThat(result.rows()).isEqualTo(3);
		assertThat(lines("out.jsonl")).extracting((line) -> line.get("file").stringValue())
			.containsExactly("below/p1.png", "below/p2.png", "below/p3.png");
		assertThat(lines("out.jsonl.rejected.jsonl")).singleElement()
			.satisfies((line) -> assertThat(line.get("file").stringValue()).isEqualTo("below/broken.jpg"));
		assertThatExceptionOfType(InvalidScoringException.class)
			.isThrownBy(() -> this.job.run(ScoringSettings.of("/affine-pipeline", this.folder.resolve("pictures"),
					this.folder.resolve("other.jsonl"))))
			.withMessageContaining("endpoint /affine-pipeline takes no pictures");
	}

	@ParameterizedTest
	@CsvSource({ "10, 3", "1, 3", "1000, 7", "2, 1" })
	void whenPartsAreScoredThenTogetherTheyAreTheWhole(int rows, int parts) throws IOException {
		StringBuilder csv = new StringBuilder("note,x\n");
		for (int i = 0; i < rows; i++) {
			csv.append("\"n%d%s\",\"[%d,2,3]\"\n".formatted(i, "\n".repeat(i % 4), i));
		}
		for (ScoringSettings whole : List.of(settings("in.jsonl", points(rows), "json.jsonl"),
				settings("in.csv", csv.toString(), "csv.jsonl"))) {
			List<JsonNode> lines = new ArrayList<>();
			for (int i = 0; i < parts; i++) {
				this.job.run(part(whole, i, parts));
				String name = whole.output().getFileName().toString();
				lines.addAll(lines((parts > 1) ? name.replace(".jsonl", "-%d-of-%d.jsonl".formatted(i, parts)) : name));
			}
			assertThat(lines).extracting((line) -> line.get("result").get("note").stringValue().strip())
				.containsExactlyElementsOf(IntStream.range(0, rows).mapToObj("n%d"::formatted).toList());
			assertThat(lines).extracting((line) -> line.get("line").intValue()).isSorted().doesNotHaveDuplicates();
		}
	}

	private static ScoringSettings part(ScoringSettings settings, Integer index, int count) {
		return new ScoringSettings(settings.endpoint(), null, null, settings.input(), null, settings.output(), null,
				false, true, false, null, 100, ',', 100, new ScoringSettings.Partition(index, count), "", true,
				settings.progressInterval());
	}

	@Test
	void whenTheInputIsParquetThenItsRowsAreScored() throws Exception {
		Path parquet = this.folder.resolve("in.parquet");
		try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
				Statement statement = connection.createStatement()) {
			statement.execute(
					"COPY (SELECT [i, 2, 3] AS x, 'n' || i AS note FROM range(5000) AS rows(i)) TO '%s' (FORMAT parquet)"
						.formatted(parquet));
		}
		ScoringSettings settings = ScoringSettings.of("/affine", parquet, this.folder.resolve("out.jsonl"));
		List<JsonNode> lines = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			this.job.run(part(settings, i, 3));
			lines.addAll(lines("out-%d-of-3.jsonl".formatted(i)));
		}
		assertThat(lines).hasSize(5000);
		for (int i = 0; i < 5000; i++) {
			assertThat(lines.get(i).get("row").intValue()).isEqualTo(i + 1);
			assertThat(lines.get(i).get("result").get("note").stringValue()).isEqualTo("n" + i);
			assertThat(lines.get(i).get("result").get("y").get(0).floatValue()).isEqualTo(expected(i));
		}
		Files.writeString(parquet, "no parquet");
		assertThatExceptionOfType(InvalidScoringException.class)
			.isThrownBy(() -> this.job.run(settings.withFiles(parquet, this.folder.resolve("other.jsonl"))))
			.withMessageContaining("cannot be read as Parquet");
	}

	@Test
	void whenTheOutputWouldGoOnInAnotherWayThenTheJobDoesNotGoOn() throws IOException {
		StringBuilder csv = new StringBuilder("\ufeffx,note\n");
		for (int i = 0; i < 60; i++) {
			csv.append((i == 40) ? "oh,\"\nno\"\n" : "\"[%d,2,3]\",\"n%s%d\"\n".formatted(i, "\n".repeat(i % 2), i));
		}
		ScoringSettings settings = limits(settings("in.csv", csv.toString(), "out.csv"), 0, 7);
		assertThatExceptionOfType(ScoringFailedException.class).isThrownBy(() -> this.job.run(settings))
			.withMessageContaining("after 35 rows");
		ScoringSettings other = new ScoringSettings("/affine", null, null, settings.input(), null, settings.output(),
				null, true, true, false, null, 100, ',', 7, settings.partition(), "", true,
				settings.progressInterval());
		assertThatExceptionOfType(InvalidScoringException.class).isThrownBy(() -> this.job.run(other))
			.withMessageContaining("was begun as CSV with the columns line,y,note and ','")
			.withMessageContaining("would go on as CSV with the columns line,x,note,y,note");
		assertThat(this.job.run(limits(settings, 1, 5)).rows()).isEqualTo(59);
		List<String> lines = Files.readAllLines(settings.output());
		assertThat(lines.stream().filter((line) -> line.endsWith("]\",n0") || line.contains("n58"))).hasSize(2);
		assertThat(lines.stream().filter((line) -> line.startsWith("line,"))).hasSize(1);
		assertThat(lines("out.csv.rejected.jsonl").get(0).get("line").intValue()).isEqualTo(42 + 20);
	}

	@Test
	void whenAnotherRunHasReplacedTheOutputThenTheFirstOneDoesNotGoOn() throws IOException {
		ScoringSettings settings = limits(settings("in.jsonl", points(50) + "{}\n", "out.jsonl"), 0, 10);
		assertThatExceptionOfType(ScoringFailedException.class).isThrownBy(() -> this.job.run(settings));
		ScoringSettings other = new ScoringSettings("/affine", null, null, settings.input(), null, settings.output(),
				null, false, true, true, null, 100, ',', 10, settings.partition(), "other", true,
				settings.progressInterval());
		assertThat(this.job.run(other).rows()).isEqualTo(50);
		assertThatExceptionOfType(InvalidScoringException.class).isThrownBy(() -> this.job.run(limits(settings, 1, 10)))
			.withMessageContaining("Another run has written");
		assertThat(lines("out.jsonl")).hasSize(50);
		assertThat(this.job.run(other).rows()).isEqualTo(50);
	}

	@Test
	void whenTheOutputWasCutThenTheJobDoesNotGoOn() throws IOException {
		ScoringSettings settings = limits(settings("in.jsonl", points(50) + "{}\n", "out.jsonl"), 0, 10);
		assertThatExceptionOfType(ScoringFailedException.class).isThrownBy(() -> this.job.run(settings));
		Files.writeString(settings.output(), "x");
		assertThatExceptionOfType(InvalidScoringException.class).isThrownBy(() -> this.job.run(settings))
			.withMessageContaining("has 1 bytes, but")
			.withMessageContaining("it was changed since the job ended");
	}

	@Test
	void whenTheModelIsAwayThenTheJobFailsAndNoRowIsRejected() throws IOException {
		ScoringSettings settings = settings("in.jsonl", points(5), "out.jsonl");
		assertThat(
				new ResultItemWriterProbe(settings.output()).write(new ModelUnavailable("is draining", Duration.ZERO)))
			.isInstanceOf(ModelUnavailable.class);
		assertThat(new ResultItemWriterProbe(settings.output()).write(new ExecutionFailed("on this row", null)))
			.isNull();
	}

	/** Writes one row that has failed. */
	private record ResultItemWriterProbe(Path output) {

		Throwable write(RuntimeException failure) {
			ScoringProgress progress = new ScoringProgress(System::nanoTime);
			ResultItemWriter writer = new ResultItemWriter(this.output, this.output.resolveSibling("rejected"),
					new ResultLines(RowFormat.JSON_LINES, "line", false, List.of(), List.of(), ',', MAPPER), 10, true,
					progress);
			writer.open(new ExecutionContext());
			try {
				return catchThrowable(() -> writer.write(Chunk.of(new Scored<>(new Row(1, new Row.Text(new byte[0])),
						CompletableFuture.<Object>failedFuture(failure)))));
			}
			finally {
				writer.close();
			}
		}

	}

	@Test
	@SuppressWarnings("try")
	void whenTwoJobsWriteOneOutputThenTheSecondIsRefused() throws IOException {
		ScoringSettings settings = settings("in.jsonl", points(10), "out.jsonl");
		try (OutputLock lock = OutputLock.take(settings.output())) {
			assertThatExceptionOfType(InvalidScoringException.class).isThrownBy(() -> this.job.run(settings))
				.withMessageContaining("Another job is writing");
		}
		assertThat(this.job.run(settings).rows()).isEqualTo(10);
	}

	private ScoringSettings settings(String input, String content, String output) throws IOException {
		Files.writeString(this.folder.resolve(input), content);
		return ScoringSettings.of("/affine", this.folder.resolve(input), this.folder.resolve(output));
	}

	private List<JsonNode> lines(String name) throws IOException {
		List<JsonNode> lines = new ArrayList<>();
		for (String line : Files.readAllLines(this.folder.resolve(name))) {
			lines.add(MAPPER.readTree(line));
		}
		return lines;
	}

}
