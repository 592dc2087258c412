package io.modelserving.model.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.modelserving.model.Model;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.Workspace;

import static org.assertj.core.api.Assertions.assertThat;

class OnnxModelConcurrencyTests {

	private static final int THREADS = 8;

	private final ExecutorService executor = Executors.newFixedThreadPool(THREADS);

	@AfterEach
	void stop() {
		this.executor.shutdownNow();
	}

	@Test
	void whenThreadsShareASessionThenEachGetsItsOwnAnswer() throws Exception {
		try (Model model = TestModels.load("affine.onnx")) {
			List<Callable<Boolean>> tasks = new ArrayList<>();
			for (int thread = 0; thread < THREADS; thread++) {
				float value = thread;
				tasks.add(() -> {
					Workspace workspace = new Workspace();
					boolean right = true;
					for (int i = 0; i < 500; i++) {
						NamedTensors outputs = model.run(NamedTensors.of("x", Tensor.of(Shape.of(1, 3), value, i, 0)),
								workspace);
						float[] y = outputs.numeric("y").toFloats();
						right &= y[0] == value + 3 * i + 0.5f && y[1] == 2 * value + 4 * i - 0.5f;
					}
					return right;
				});
			}
			for (Future<Boolean> result : this.executor.invokeAll(tasks, 1, TimeUnit.MINUTES)) {
				assertThat(result.get()).isTrue();
			}
		}
	}

	@Test
	void whenClosedDuringRunsThenTheyEndFirst() throws Exception {
		Model model = TestModels.load("slow.onnx");
		CountDownLatch started = new CountDownLatch(THREADS);
		List<Future<Boolean>> runs = new ArrayList<>();
		for (int thread = 0; thread < THREADS; thread++) {
			runs.add(this.executor.submit(() -> runUntilClosed(model, started)));
		}
		assertThat(started.await(1, TimeUnit.MINUTES)).isTrue();
		model.close();
		for (Future<Boolean> run : runs) {
			assertThat(run.get(1, TimeUnit.MINUTES)).isTrue();
		}
	}

	private static boolean runUntilClosed(Model model, CountDownLatch started) {
		NamedTensors inputs = NamedTensors.of("x", Tensor.of(Shape.of(1, 64), new float[64]), "iterations",
				Tensor.of(Shape.of(1), 20L));
		Workspace workspace = new Workspace();
		try {
			while (true) {
				model.run(inputs, workspace);
				started.countDown();
			}
		}
		catch (IllegalStateException ex) {
			return "the model is closed".equals(ex.getMessage());
		}
	}

}
