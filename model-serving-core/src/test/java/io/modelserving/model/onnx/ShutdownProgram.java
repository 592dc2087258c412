package io.modelserving.model.onnx;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;

import io.modelserving.model.ComputeUnit;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.Model;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.Workspace;

/**
 * Works on with ONNX Runtime while its JVM shuts down, as an application that drains
 * does.
 */
final class ShutdownProgram {

	private static final long DRAIN = TimeUnit.SECONDS.toNanos(2);

	private ShutdownProgram() {
	}

	public static void main(String[] arguments) throws Exception {
		switch (arguments[0]) {
			case "failing-runs" -> failingRuns(TestModels.load("data_dependent_failure.onnx"));
			case "failing-runs-without-the-reference" -> failingRuns(loadWithoutReference());
			case "long-run" -> longRun();
			case "load" -> load();
			case "first-load" -> firstLoad();
			case "environment-of-another-library" -> {
				OrtEnvironment.getEnvironment("another library");
				failingRuns(TestModels.load("data_dependent_failure.onnx"));
			}
			default -> throw new IllegalArgumentException(arguments[0]);
		}
		System.exit(3);
	}

	private static Model loadWithoutReference() throws OrtException {
		OnnxEnvironment environment = new OnnxEnvironment(OrtEnvironment.getEnvironment(), null, null, false);
		OnnxSession session = new SessionFactory(environment, OnnxOptions.defaults(), List.of())
			.create(TestModels.path("data_dependent_failure.onnx"), TestModels.ONE_THREAD, DeclaredValues.NONE);
		return OnnxModel.of(session, DeclaredValues.NONE, environment, ComputeUnit.PROCESSOR);
	}

	private static void failingRuns(Model model) {
		onShutdown(() -> {
			Workspace workspace = new Workspace();
			long end = System.nanoTime() + DRAIN;
			int failures = 0;
			while (System.nanoTime() < end) {
				try {
					model.run(NamedTensors.of("idx", Tensor.of(Shape.of(1, 1), 99L)), workspace);
				}
				catch (ExecutionFailed ex) {
					failures++;
				}
			}
			if (failures > 0) {
				model.close();
				print("failed as expected");
			}
		});
	}

	private static void longRun() throws InterruptedException {
		Model model = TestModels.load("slow.onnx");
		CountDownLatch running = new CountDownLatch(1);
		CountDownLatch done = new CountDownLatch(1);
		new Thread(() -> {
			Workspace workspace = new Workspace();
			NamedTensors inputs = NamedTensors.of("x", Tensor.of(Shape.of(1, 64), new float[64]), "iterations",
					Tensor.of(Shape.of(1), 500L));
			try {
				while (true) {
					model.run(inputs, workspace);
					running.countDown();
				}
			}
			catch (IllegalStateException ex) {
				done.countDown();
			}
		}).start();
		running.await();
		onShutdown(() -> {
			model.close();
			try {
				print(done.await(1, TimeUnit.MINUTES) ? "run ended, then closed" : "run still under way");
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

	private static void load() {
		TestModels.load("affine.onnx").close();
		onShutdown(() -> {
			long end = System.nanoTime() + DRAIN;
			while (System.nanoTime() < end) {
				try (Model model = TestModels.load("affine.onnx")) {
					TestModels.run(model, NamedTensors.of("x", Tensor.of(Shape.of(1, 3), 1f, 2f, 3f)));
				}
			}
			print("loaded");
		});
	}

	private static void firstLoad() {
		onShutdown(() -> {
			try {
				TestModels.load("affine.onnx").close();
			}
			catch (RuntimeException ex) {
				print(ex.getMessage());
			}
		});
	}

	private static void onShutdown(Runnable hook) {
		Runtime.getRuntime().addShutdownHook(new Thread(hook));
	}

	private static void print(String line) {
		System.out.println(line);
	}

}
