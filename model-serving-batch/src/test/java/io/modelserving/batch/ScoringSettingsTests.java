package io.modelserving.batch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests the properties of a job from its command on.
 */
@ExtendWith(OutputCaptureExtension.class)
class ScoringSettingsTests {

	private static final String PREFIX = "model-serving.batch";

	@TempDir
	private Path folder;

	static Stream<Arguments> mistakes() {
		return Stream.of(arguments("endpoint=/afine output=out.jsonl",
				"There is no endpoint \"/afine\" that gives one response for each request; there are [/affine, /affine-pipeline]. Did you mean \"/affine\"?"),
				arguments("model=affin output=out.jsonl", "There is no model \"affin\""),
				arguments("pipeline=none output=out.jsonl",
						"There is no pipeline \"none\"; there are [affinePipeline]."),
				arguments("output=out.jsonl", "It is not said what scores the rows."),
				arguments("endpoint=/affine model=affine output=out.jsonl",
						"Several are named to score the rows: endpoint \"/affine\", model \"affine\"."),
				arguments("endpoint=/affine", "The job has no output."),
				arguments("endpoint=/affine output=out", "does not say a format that results are written in"),
				arguments("endpoint=/affine output=out.parquet", "does not say a format that results are written in"),
				arguments("endpoint=/affine output=out.jsonl output-format=parquet",
						"Results are not written as PARQUET."),
				arguments("endpoint=/affine output=in.jsonl", "are not three files"),
				arguments("endpoint=/affine output=in.jsonl/out.jsonl", "cannot be made"),
				arguments("endpoint=/affine output=. output-format=csv", "is a folder"),
				arguments("endpoint=/affine input=none.jsonl output=out.jsonl", "none.jsonl does not exist."),
				arguments("endpoint=/affine input=../../dev/null input-format=csv output=out.jsonl",
						"is neither a file nor a folder."),
				arguments("endpoint=/affine input=unknown.dat output=out.jsonl", "does not say its format"),
				arguments("endpoint=/affine input-format=pictures output=out.jsonl", "is a file, which PICTURES"),
				arguments("endpoint=/affine input=. input-format=csv output=out.jsonl", "is a folder, which CSV"),
				arguments("endpoint=/affine input=twice.csv output=out.jsonl", "has two columns \"a\"."),
				arguments("endpoint=/affine input=open.csv output=out.jsonl",
						"has a quotation mark that does not end."),
				arguments("endpoint=/affine output=out.csv with-input=true", "have no columns"),
				arguments("endpoint=/affine output=out.jsonl partition.count=2", "has 2 parts, and which one"),
				arguments("endpoint=/affine output=out.jsonl partition.count=2 partition.index=2",
						"There is no part 2 of 2."),
				arguments("endpoint=/affine output=out.jsonl partition.count=0", "cannot be cut into 0 parts"),
				arguments("endpoint=/affine output=out.jsonl chunk-size=0", "A chunk has 0 rows."),
				arguments("endpoint=/affine output=out.jsonl skip-limit=-1", "The skip limit is -1."),
				arguments("endpoint=/affine output=taken.jsonl", "taken.jsonl exists already"));
	}

	@ParameterizedTest
	@MethodSource("mistakes")
	void whenThereIsAMistakeThenItIsSaidPlainly(String settings, String message) throws Exception {
		Files.writeString(this.folder.resolve("in.jsonl"), ScoringJobTests.points(3));
		Files.writeString(this.folder.resolve("unknown.dat"), "x");
		Files.writeString(this.folder.resolve("taken.jsonl"), "x");
		Files.writeString(this.folder.resolve("twice.csv"), "a,b,a\n");
		Files.writeString(this.folder.resolve("open.csv"), "a,\"b\n");
		Map<String, String> properties = new HashMap<>();
		properties.put(PREFIX + ".input", this.folder.resolve("in.jsonl").toString());
		for (String setting : settings.split(" ", -1)) {
			String[] parts = setting.split("=", 2);
			boolean file = parts[0].equals("input") || parts[0].equals("output");
			properties.put(PREFIX + "." + parts[0], file ? this.folder.resolve(parts[1]).toString() : parts[1]);
		}
		ScoringSettings bound = new Binder(new MapConfigurationPropertySource(properties))
			.bind(PREFIX, ScoringSettings.class)
			.get();
		assertThatExceptionOfType(InvalidScoringException.class)
			.isThrownBy(() -> AffineApplication.shared().getBean(ScoringJob.class).run(bound))
			.withMessageContaining(message)
			.satisfies((ex) -> assertThat(ex.action()).endsWith("."));
		assertThat(this.folder.resolve("out.jsonl")).doesNotExist();
		assertThat(this.folder.resolve("out.jsonl.lock")).doesNotExist();
	}

	@Test
	void whenAllIsWellThenTheApplicationScoresAndEnds() throws Exception {
		Files.writeString(this.folder.resolve("in.jsonl"), ScoringJobTests.points(3));
		assertThat(AffineApplication
			.start("--model-serving.batch.endpoint=/affine",
					"--model-serving.batch.input=" + this.folder.resolve("in.jsonl"),
					"--model-serving.batch.output=" + this.folder.resolve("new/out.csv"))
			.isActive()).isFalse();
		assertThat(this.folder.resolve("new/out.csv"))
			.hasContent("line,y,note\n1,\"[21.5,25.5]\",n0\n2,\"[22.5,27.5]\",n1\n3,\"[23.5,29.5]\",n2\n");
	}

	@Test
	void whenThereIsAMistakeThenTheApplicationFailsWithoutATrace(CapturedOutput output) {
		assertThatException().isThrownBy(() -> AffineApplication.start("--model-serving.batch.endpoint=/affine",
				"--model-serving.batch.input=none.jsonl", "--model-serving.batch.output=out.jsonl"));
		assertThat(output)
			.contains("APPLICATION FAILED TO START", "none.jsonl does not exist.", "Correct model-serving.batch.input.")
			.doesNotContain("\tat io.modelserving");
	}

	@Test
	void whenTheJobIsNotForStartupThenTheApplicationServes() {
		try (ConfigurableApplicationContext context = AffineApplication.start("--model-serving.batch.input=none.jsonl",
				"--model-serving.batch.run-at-startup=false")) {
			assertThat(context.isActive()).isTrue();
			assertThat(context.getBean(ScoringSettings.class).input()).hasFileName("none.jsonl");
			assertThat(context.getBeanNamesForType(ScoringRunner.class)).isEmpty();
		}
	}

}
