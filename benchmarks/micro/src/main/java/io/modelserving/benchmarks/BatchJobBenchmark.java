package io.modelserving.benchmarks;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import io.modelserving.batch.ScoringJob;
import io.modelserving.batch.ScoringSettings;
import io.modelserving.serving.ModelDetails;
import io.modelserving.serving.ModelRegistry;

/**
 * How many rows of JSON Lines a batch job scores in a second, with reading, writing and
 * committing, against the session alone in a loop over the same batches, by as many
 * threads as the model has instances. They take turns. Prints JSON, with the ratio of
 * each turn.
 *
 * <pre>BatchJobBenchmark MODEL.onnx ROWS TURNS LENGTH_OF_OPEN_DIMENSIONS</pre>
 */
public final class BatchJobBenchmark {

	private final Path folder;

	private final SessionLoop loop;

	private BatchJobBenchmark(Path folder, SessionLoop loop) {
		this.folder = folder;
		this.loop = loop;
	}

	public static void main(String[] arguments) throws Exception {
		Path folder = Files.createTempDirectory("batch-job");
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.run("--spring.main.banner-mode=off", "--logging.level.root=warn",
					"--model-serving.models.model.location=file:" + Path.of(arguments[0]).toAbsolutePath())) {
			ModelDetails details = SessionLoop.ready(context.getBean(ModelRegistry.class));
			int count = Integer.parseInt(arguments[1]);
			BatchJobBenchmark benchmark = new BatchJobBenchmark(folder,
					SessionLoop.of(details, count, Integer.parseInt(arguments[3])));
			benchmark.writeRows();
			List<Map<String, Object>> turns = new ArrayList<>();
			for (int turn = 0; turn <= Integer.parseInt(arguments[2]); turn++) {
				double job = benchmark.job(context.getBean(ScoringJob.class), turn);
				double session = benchmark.loop.run(arguments[0], details);
				// the first turn warms up
				if (turn > 0) {
					turns.add(Map.of("job", count / job, "session", count / session, "ratio", session / job));
				}
			}
			Map<String, Object> result = new LinkedHashMap<>();
			result.put("instances", details.instances());
			result.put("batch", details.plan().maxBatchSize());
			result.put("rows_per_second", turns);
			System.out.println(JsonMapper.builder().build().writeValueAsString(result));
		}
	}

	private void writeRows() throws IOException {
		try (BufferedWriter writer = Files.newBufferedWriter(this.folder.resolve("rows.jsonl"))) {
			JsonMapper mapper = JsonMapper.builder().build();
			for (Map<String, long[]> row : this.loop.rows()) {
				writer.write(mapper.writeValueAsString(row));
				writer.write('\n');
			}
		}
	}

	/** Returns seconds. */
	private double job(ScoringJob job, int turn) {
		ScoringSettings settings = ScoringSettings.ofModel("model", this.folder.resolve("rows.jsonl"),
				this.folder.resolve("results-%d.jsonl".formatted(turn)));
		long start = System.nanoTime();
		if (job.run(settings).rows() != this.loop.rows().size()) {
			throw new IllegalStateException("rows were rejected");
		}
		return (System.nanoTime() - start) / 1e9;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
