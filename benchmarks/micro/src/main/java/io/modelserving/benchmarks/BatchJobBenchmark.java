package io.modelserving.benchmarks;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import io.modelserving.batch.ScoringJob;
import io.modelserving.batch.ScoringSettings;
import io.modelserving.model.ModelState;
import io.modelserving.serving.ModelDetails;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.TensorSpec;

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

	private final List<Map<String, long[]>> rows = new ArrayList<>();

	private BatchJobBenchmark(Path folder) {
		this.folder = folder;
	}

	public static void main(String[] arguments) throws Exception {
		Path folder = Files.createTempDirectory("batch-job");
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.run("--spring.main.banner-mode=off", "--logging.level.root=warn",
					"--model-serving.models.model.location=file:" + Path.of(arguments[0]).toAbsolutePath())) {
			ModelDetails details = ready(context.getBean(ModelRegistry.class));
			BatchJobBenchmark benchmark = new BatchJobBenchmark(folder);
			int count = Integer.parseInt(arguments[1]);
			benchmark.writeRows(details, count, Integer.parseInt(arguments[3]));
			List<Map<String, Object>> turns = new ArrayList<>();
			for (int turn = 0; turn <= Integer.parseInt(arguments[2]); turn++) {
				double job = benchmark.job(context.getBean(ScoringJob.class), turn);
				double session = benchmark.session(arguments[0], details);
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

	private static ModelDetails ready(ModelRegistry registry) throws InterruptedException {
		while (true) {
			ModelSnapshot model = registry.find("model").orElseThrow();
			ModelDetails details = model.details();
			if (model.status().state() == ModelState.FAILED) {
				throw new IllegalStateException(model.status().failure());
			}
			if (model.status().state() == ModelState.READY && details != null) {
				return details;
			}
			Thread.sleep(50);
		}
	}

	/** The elements of floating-point inputs are whole numbers, too. */
	private void writeRows(ModelDetails details, int count, int length) throws IOException {
		Random random = new Random(7);
		try (BufferedWriter writer = Files.newBufferedWriter(this.folder.resolve("rows.jsonl"))) {
			JsonMapper mapper = JsonMapper.builder().build();
			for (int i = 0; i < count; i++) {
				Map<String, long[]> row = new LinkedHashMap<>();
				for (TensorSpec input : details.signature().inputs()) {
					long[] shape = shape(input, length);
					long[] elements = new long[(int) product(shape)];
					for (int j = 0; j < elements.length; j++) {
						elements[j] = input.name().contains("mask") ? 1
								: input.name().contains("type") ? 0 : random.nextInt(16);
					}
					row.put(input.name(), elements);
				}
				this.rows.add(row);
				writer.write(mapper.writeValueAsString(row));
				writer.write('\n');
			}
		}
	}

	private static long[] shape(TensorSpec input, int length) {
		long[] shape = input.shape().toArray();
		shape[0] = 1;
		for (int i = 1; i < shape.length; i++) {
			shape[i] = (shape[i] < 0) ? length : shape[i];
		}
		return shape;
	}

	private static long product(long[] shape) {
		long product = 1;
		for (long size : shape) {
			product *= size;
		}
		return product;
	}

	/** Returns seconds. */
	private double job(ScoringJob job, int turn) {
		ScoringSettings settings = ScoringSettings.ofModel("model", this.folder.resolve("rows.jsonl"),
				this.folder.resolve("results-%d.jsonl".formatted(turn)));
		long start = System.nanoTime();
		if (job.run(settings).rows() != this.rows.size()) {
			throw new IllegalStateException("rows were rejected");
		}
		return (System.nanoTime() - start) / 1e9;
	}

	/** Returns seconds, in which the batches are already there. */
	private double session(String model, ModelDetails details) throws Exception {
		OrtEnvironment environment = OrtEnvironment.getEnvironment();
		List<Map<String, Batch>> batches = batches(details);
		AtomicInteger next = new AtomicInteger();
		ExecutorService executor = Executors.newFixedThreadPool(details.instances());
		List<OrtSession> sessions = new ArrayList<>();
		try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
			options.setIntraOpNumThreads(details.intraOpThreads());
			for (int i = 0; i < details.instances(); i++) {
				sessions.add(environment.createSession(model, options));
			}
			long start = System.nanoTime();
			List<Future<?>> running = new ArrayList<>();
			for (OrtSession session : sessions) {
				running.add(executor.submit(() -> {
					for (int i = next.getAndIncrement(); i < batches.size(); i = next.getAndIncrement()) {
						run(environment, session, batches.get(i));
					}
					return null;
				}));
			}
			for (Future<?> future : running) {
				future.get();
			}
			return (System.nanoTime() - start) / 1e9;
		}
		finally {
			executor.shutdown();
			for (OrtSession session : sessions) {
				session.close();
			}
		}
	}

	private static void run(OrtEnvironment environment, OrtSession session, Map<String, Batch> batch) throws Exception {
		Map<String, OnnxTensor> inputs = new HashMap<>();
		try {
			for (Map.Entry<String, Batch> input : batch.entrySet()) {
				inputs.put(input.getKey(), input.getValue().tensor(environment));
			}
			try (OrtSession.Result outputs = session.run(inputs)) {
				outputs.get(0).getInfo();
			}
		}
		finally {
			inputs.values().forEach(OnnxTensor::close);
		}
	}

	private List<Map<String, Batch>> batches(ModelDetails details) {
		int size = details.plan().maxBatchSize();
		List<Map<String, Batch>> batches = new ArrayList<>();
		for (int from = 0; from < this.rows.size(); from += size) {
			List<Map<String, long[]>> part = this.rows.subList(from, Math.min(from + size, this.rows.size()));
			Map<String, Batch> batch = new LinkedHashMap<>();
			for (TensorSpec input : details.signature().inputs()) {
				batch.put(input.name(), Batch.of(input, part));
			}
			batches.add(batch);
		}
		return batches;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	/** An input of a batch. */
	private record Batch(ByteBuffer data, OnnxJavaType type, long[] shape) {

		static Batch of(TensorSpec input, List<Map<String, long[]>> rows) {
			boolean integers = input.dataType() == DataType.INT64;
			int elements = rows.get(0).get(input.name()).length;
			long[] shape = input.shape().toArray();
			shape[0] = rows.size();
			for (int i = 1; i < shape.length; i++) {
				shape[i] = (input.shape().dimension(i) < 0) ? elements : shape[i];
			}
			ByteBuffer data = ByteBuffer.allocateDirect(rows.size() * elements * (integers ? 8 : 4))
				.order(ByteOrder.nativeOrder());
			for (Map<String, long[]> row : rows) {
				for (long element : row.get(input.name())) {
					if (integers) {
						data.putLong(element);
					}
					else {
						data.putFloat(element);
					}
				}
			}
			return new Batch(data.flip(), integers ? OnnxJavaType.INT64 : OnnxJavaType.FLOAT, shape);
		}

		OnnxTensor tensor(OrtEnvironment environment) throws Exception {
			return OnnxTensor.createTensor(environment, this.data.duplicate().order(ByteOrder.nativeOrder()),
					this.shape, this.type);
		}

	}

}
