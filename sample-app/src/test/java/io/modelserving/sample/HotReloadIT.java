package io.modelserving.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.modelserving.client.InferRequest;
import io.modelserving.client.OpenInferenceClient;
import io.modelserving.client.OpenInferenceClients;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a model can be replaced again and again while it is called. The system
 * property {@code hot-reloads} says how often.
 */
@EnabledOnOs(OS.LINUX)
class HotReloadIT {

	private static final Logger logger = LoggerFactory.getLogger(HotReloadIT.class);

	private static final int RELOADS = Integer.getInteger("hot-reloads", 40);

	private static final int CALLERS = 4;

	private static final int WIDTH = 1000;

	private static final String MODEL = "flip";

	/** Native memory that the allocator may keep for itself, however many reloads. */
	private static final long ALLOWED_DRIFT_KILOBYTES = 48 * 1024;

	@TempDir
	private Path folder;

	private final AtomicBoolean stopped = new AtomicBoolean();

	private final AtomicLong answers = new AtomicLong();

	@Test
	void whenModelIsReloadedUnderLoadThenNoCallFailsOrMixesAndMemoryIsFlat() throws Exception {
		Path repository = this.folder.resolve("models");
		OnnxFile.times(1).write(repository, MODEL, 1);
		List<String> fixedHeap = List.of("-XX:+UseSerialGC", "-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch");
		try (RunningSample sample = RunningSample.start(this.folder, fixedHeap,
				List.of("--model-serving.repository=" + repository.toUri(),
						"--model-serving.repository-control.mode=explicit",
						"--model-serving.repository-control.load-at-startup=" + MODEL,
						"--model-serving.open-inference.allow-repository-control=true"))) {
			int port = sample.port();
			SampleClient.whenReady(port);
			reloadUnderLoad(sample, repository, OpenInferenceClients.create("http://localhost:" + port));
		}
	}

	private void reloadUnderLoad(RunningSample sample, Path repository, OpenInferenceClient client) throws Exception {
		ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
		try {
			List<Future<?>> calls = new ArrayList<>();
			for (int i = 0; i < CALLERS; i++) {
				calls.add(callers.submit(() -> callUntilStopped(client)));
			}
			long before = 0;
			for (int i = 1; i <= RELOADS; i++) {
				reload(repository, client, 1 + i % 2);
				assertThat(calls).noneMatch(Future::isDone);
				if (i == RELOADS / 2) {
					before = residentKilobytes(sample);
				}
			}
			long drift = residentKilobytes(sample) - before;
			this.stopped.set(true);
			for (Future<?> call : calls) {
				call.get(SampleClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
			}
			logger.info("{} reloads, {} answers, {} kB resident after half of them, {} kB more at the end", RELOADS,
					this.answers, before, drift);
			assertThat(drift).isLessThan(ALLOWED_DRIFT_KILOBYTES);
		}
		finally {
			this.stopped.set(true);
			callers.shutdownNow();
		}
	}

	private static void reload(Path repository, OpenInferenceClient client, int factor) throws IOException {
		Path file = repository.resolve(MODEL).resolve("1").resolve("model.onnx");
		Path fresh = Files.write(repository.resolveSibling("fresh.onnx"), OnnxFile.times(factor).toByteArray());
		Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		client.load(MODEL);
		assertThat(ask(client)).as("after a load, the new file answers").isEqualTo(factor);
	}

	private void callUntilStopped(OpenInferenceClient client) {
		while (!this.stopped.get()) {
			assertThat(ask(client)).isIn(1f, 2f);
			this.answers.incrementAndGet();
		}
	}

	/**
	 * Return the factor of the model that answered, which must be the same for every
	 * element.
	 */
	private static float ask(OpenInferenceClient client) {
		float[] ones = new float[WIDTH];
		Arrays.fill(ones, 1);
		float[] answer = client.infer(MODEL, InferRequest.of("x", Tensor.of(Shape.of(1, WIDTH), ones)))
			.outputs()
			.numeric("y")
			.toFloats();
		float[] same = new float[WIDTH];
		Arrays.fill(same, answer[0]);
		assertThat(answer).isEqualTo(same);
		return answer[0];
	}

	private static long residentKilobytes(RunningSample sample) throws IOException, InterruptedException {
		String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
		Python.Result collected = Python.run(Map.of(), List.of(jcmd, Long.toString(sample.pid()), "GC.run"));
		assertThat(collected.exitCode()).as(collected.output()).isZero();
		return Files.readAllLines(Path.of("/proc", Long.toString(sample.pid()), "status"))
			.stream()
			.filter(line -> line.startsWith("VmRSS:"))
			.map(line -> line.replaceAll("\\D", ""))
			.mapToLong(Long::parseLong)
			.findFirst()
			.orElseThrow();
	}

}
