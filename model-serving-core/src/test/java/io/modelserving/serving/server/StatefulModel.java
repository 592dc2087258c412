package io.modelserving.serving.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.ModelSignature;
import io.modelserving.sequence.SequenceSettings;
import io.modelserving.serving.Definitions;
import io.modelserving.serving.FakeModel;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.scaling.InstanceSettings;
import io.modelserving.serving.scaling.InstanceSettings.OptimizeFor;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;

/**
 * A model that keeps state: of each row, the state {@code h} becomes {@code 2 h + x}, and
 * {@code y} is that and the number of the version. It runs one batch at a time, fails for
 * {@link #FAILS}, and can be held at {@link #HOLDS}.
 */
final class StatefulModel {

	static final float FAILS = 4711;

	static final float HOLDS = 815;

	private static final ModelSignature SIGNATURE = new ModelSignature(List.of(spec("x", 1), spec("h", 1)),
			List.of(spec("y", 2), spec("h_out", 1)));

	final long version;

	final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());

	final Semaphore held = new Semaphore(0);

	private volatile @Nullable CountDownLatch hold;

	SequenceSettings settings = new SequenceSettings(Map.of("h_out", SequenceSettings.State.zeros("h")),
			Duration.ofMinutes(1), 3);

	StatefulModel(long version) {
		this.version = version;
	}

	private static TensorSpec spec(String name, int width) {
		return TensorSpec.of(name, DataType.FP32, Shape.of(-1, width));
	}

	ModelDefinition definition(Traffic traffic) {
		ModelDefinition plain = Definitions.of("a", this.version,
				(file, resources) -> new FakeModel(SIGNATURE, this::run));
		return new ModelDefinition(plain.key(), plain.source(), plain.loader(), plain.required(),
				new InstanceSettings(OptimizeFor.THROUGHPUT, 1, 1, List.of(0)), plain.batching(), plain.warmUp(),
				traffic, this.settings);
	}

	/** Have the run of {@link #HOLDS} not end before {@link #release}. */
	void hold() {
		this.hold = new CountDownLatch(1);
	}

	void release() {
		CountDownLatch latch = this.hold;
		this.hold = null;
		if (latch != null) {
			latch.countDown();
		}
	}

	private NamedTensors run(NamedTensors inputs) {
		float[] x = inputs.numeric("x").toFloats();
		float[] h = inputs.numeric("h").toFloats();
		float[] y = new float[2 * x.length];
		this.batches.add(x.length);
		for (int i = 0; i < x.length; i++) {
			if (x[i] == FAILS) {
				throw new IllegalStateException("this row fails");
			}
			if (x[i] == HOLDS) {
				awaitRelease();
			}
			h[i] = 2 * h[i] + x[i];
			y[2 * i] = h[i];
			y[2 * i + 1] = this.version;
		}
		return NamedTensors.of("y", Tensor.of(Shape.of(x.length, 2), y), "h_out", Tensor.of(Shape.of(x.length, 1), h));
	}

	private void awaitRelease() {
		CountDownLatch latch = this.hold;
		if (latch != null) {
			this.held.release();
			try {
				if (!latch.await(60, TimeUnit.SECONDS)) {
					throw new IllegalStateException("held for too long");
				}
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}
	}

}
