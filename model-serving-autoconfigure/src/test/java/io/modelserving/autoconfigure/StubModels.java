package io.modelserving.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.modelserving.model.Model;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelLoader;
import io.modelserving.model.ModelMetadata;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.ModelSource;
import io.modelserving.serving.BatchingSettings;
import io.modelserving.serving.scaling.InstanceSettings;
import io.modelserving.serving.scaling.InstanceSettings.OptimizeFor;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.WarmUpSettings;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;
import io.modelserving.tensor.Workspace;

/**
 * Definitions of a model that needs no runtime: it gives back the rows that it gets.
 */
public final class StubModels {

	/** The row on which a blocking model blocks, which no warm-up makes. */
	public static final float BLOCKING = 1234;

	private StubModels() {
	}

	public static NamedTensors row(float value) {
		return NamedTensors.of("x", Tensor.of(Shape.of(1, 1), value));
	}

	public static ModelDefinition ready(String name) {
		return definition(name, true, (file, resources) -> new EchoModel());
	}

	public static ModelDefinition ready(String name, long version) {
		ModelDefinition first = ready(name);
		return new ModelDefinition(new ModelKey(name, version), first.source(), first.loader(), first.required(),
				first.instances(), first.batching(), first.warmUp());
	}

	public static ModelDefinition failing(String name, boolean required) {
		return definition(name, required, (file, resources) -> {
			throw new ModelLoadException("the file is broken", "Export it again.", false, null);
		});
	}

	/** A model that is loaded when the latch opens. */
	public static ModelDefinition loadingUntil(CountDownLatch latch, String name, boolean required) {
		return definition(name, required, (file, resources) -> {
			await(latch);
			return new EchoModel();
		});
	}

	public static ModelDefinition definition(String name, boolean required, ModelLoader loader) {
		return new ModelDefinition(new ModelKey(name, 1), new StubSource(), loader, required,
				new InstanceSettings(OptimizeFor.LATENCY, 1, 1, List.of(0)), BatchingSettings.defaults(),
				new WarmUpSettings(true, WarmUpSettings.Samples.GENERATED, Duration.ofMinutes(1)));
	}

	public static void await(CountDownLatch latch) {
		try {
			if (!latch.await(1, TimeUnit.MINUTES)) {
				throw new IllegalStateException("nobody opened the latch");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/** A model that says when a call runs, and ends it when it is told to. */
	public static Model blocking(CountDownLatch running, CountDownLatch finish) {
		return new EchoModel() {

			@Override
			public NamedTensors run(NamedTensors inputs, Workspace workspace) {
				if (inputs.numeric("x").toFloats()[0] == BLOCKING) {
					running.countDown();
					await(finish);
				}
				return super.run(inputs, workspace);
			}

		};
	}

	private static class EchoModel implements Model {

		@Override
		public ModelSignature signature() {
			return new ModelSignature(List.of(TensorSpec.of("x", DataType.FP32, Shape.of(-1, 1))),
					List.of(TensorSpec.of("y", DataType.FP32, Shape.of(-1, 1))));
		}

		@Override
		public ModelMetadata metadata() {
			return new ModelMetadata("stub", "tests", "", Map.of("license", "none"));
		}

		@Override
		public NamedTensors run(NamedTensors inputs, Workspace workspace) {
			return NamedTensors.of("y", Tensor.of(inputs.get("x").shape(), inputs.numeric("x").toFloats()));
		}

		@Override
		public void close() {
		}

	}

	private static final class StubSource implements ModelSource {

		@Override
		public LocalFile open() {
			return new LocalFile() {

				@Override
				public Path path() {
					return Path.of("stub.onnx");
				}

				@Override
				public void close() {
				}

			};
		}

		@Override
		public String description() {
			return "stub.onnx";
		}

	}

}
