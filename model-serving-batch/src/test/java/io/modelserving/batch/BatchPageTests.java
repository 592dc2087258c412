package io.modelserving.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the code of {@code docs/batch.md} is that of {@link PointScoring}, and that
 * it works, with a DataSource of the application that keeps the job repository, too.
 */
class BatchPageTests {

	@TempDir
	private Path folder;

	@Test
	void codeOfThePageIsThatOfTheExample() throws IOException {
		String code = Files
			.readString(Path.of("src/test/java", PointScoring.class.getName().replace('.', '/') + ".java"));
		List<String> blocks = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
			.matcher(Files.readString(Path.of("../docs/batch.md")))
			.results()
			.map((MatchResult found) -> found.group(1))
			.toList();
		assertThat(blocks).hasSize(3).allSatisfy((block) -> assertThat(unindented(code)).contains(unindented(block)));
	}

	private static String unindented(String code) {
		return code.lines().map(String::strip).collect(Collectors.joining("\n"));
	}

	@Test
	void exampleWorks() throws Exception {
		Path input = this.folder.resolve("in.jsonl");
		Files.writeString(input, ScoringJobTests.points(20));
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(AffineApplication.class,
				PointScoring.class)
			.web(WebApplicationType.NONE)
			.properties(AffineApplication.PROPERTIES)
			.run("--spring.datasource.url=jdbc:h2:file:" + this.folder.resolve("database"),
					"--spring.batch.jdbc.initialize-schema=always", "--spring.batch.job.enabled=false",
					"--model-serving.batch.run-at-startup=false", "--model-serving.batch.endpoint=/affine",
					"--model-serving.batch.input=" + input,
					"--model-serving.batch.output=" + this.folder.resolve("out.jsonl"))) {
			JdbcTemplate database = context.getBean(JdbcTemplate.class);
			database.execute("CREATE TABLE points (id BIGINT, a REAL, b REAL, c REAL)");
			database.execute("CREATE TABLE moves (id BIGINT PRIMARY KEY, y REAL)");
			database.update("INSERT INTO points SELECT x, x, 2, 3 FROM SYSTEM_RANGE(0, 9999)");
			context.getBean(PointScoring.NightlyFiles.class).score();
			assertThat(Files.readAllLines(this.folder.resolve("out.jsonl"))).hasSize(20);
			try (Stream<Path> files = Files.list(this.folder)) {
				assertThat(files)
					.noneMatch((file) -> JobStore.fileBeside(this.folder.resolve("out.jsonl")).equals(file));
			}
			context.getBean(PointScoring.Nightly.class).score();
			assertThat(database.queryForList("SELECT y - id FROM moves WHERE y - id <> 21.5")).isEmpty();
			assertThat(database.queryForObject("SELECT COUNT(*) FROM moves", Integer.class)).isEqualTo(10_000);
			JobExecution last = context.getBean(JobRepository.class)
				.getLastJobExecution(context.getBean(JobRepository.class).getLastJobInstance("score-points"));
			assertThat(last.getStatus()).isEqualTo(BatchStatus.COMPLETED);
			database.update("DELETE FROM moves");
			database.update("INSERT INTO points VALUES (10000, NULL, 2, 2000000)");
			JobExecution failed = context.getBean(JobOperator.class)
				.start(context.getBean(Job.class), new JobParameters());
			assertThat(failed.getStatus()).isEqualTo(BatchStatus.FAILED);
			assertThat(database.queryForObject("SELECT COUNT(*) FROM moves", Integer.class)).isPositive()
				.isLessThan(10_000);
			database.update("DELETE FROM points WHERE id = 10000");
			assertThat(context.getBean(JobOperator.class)
				.start(context.getBean(Job.class), new JobParameters())
				.getStatus()).isEqualTo(BatchStatus.COMPLETED);
			assertThat(database.queryForObject("SELECT COUNT(*) FROM moves", Integer.class)).isEqualTo(10_000);
		}
	}

}
