package io.modelserving.serving.warmup;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntToLongFunction;
import java.util.function.LongSupplier;

import io.modelserving.serving.BatchingPlan;
import io.modelserving.serving.BatchingSettings;
import io.modelserving.serving.FakeModel;
import io.modelserving.serving.WarmUpSettings;
import io.modelserving.batching.DeadlineTimer;
import io.modelserving.batching.tensor.Padding;
import io.modelserving.model.graph.GraphAnalysis;

/**
 * Warms up models whose runs take as long as a test says, without that time passing.
 */
final class WarmUpFixture {

	/** 2.4 ms alone, 0.35 ms a row at 32. */
	static final IntToLongFunction WIDE = rows -> 2_116_000 + 284_000L * rows;

	final AtomicLong clock = new AtomicLong();

	LongSupplier runTime = this.clock::get;

	GraphAnalysis analysis = GraphAnalysis.unknown("no graph");

	DeadlineTimer timer = (delay, task) -> () -> {
	};

	FakeModel costing(IntToLongFunction nanosForRows) {
		return new FakeModel(FakeModel.ROWS_OF_TWO, inputs -> {
			this.clock.addAndGet(nanosForRows.applyAsLong(inputs.rowCount()));
			return FakeModel.copyOf(inputs);
		});
	}

	BatchingPlan plan(FakeModel model, BatchingSettings settings) {
		return run(model, settings, WarmUpSettings.Samples.GENERATED).plan();
	}

	WarmUp.Findings run(FakeModel model, BatchingSettings settings, WarmUpSettings.Samples samples) {
		return run(model, settings, new WarmUpSettings(true, samples, Duration.ofMinutes(1)));
	}

	WarmUp.Findings run(FakeModel model, BatchingSettings settings, WarmUpSettings warmUpSettings) {
		WarmUp warmUp = new WarmUp(model, this.analysis, warmUpSettings, settings, Padding.NONE, this.clock::get,
				this.runTime, this.timer);
		return warmUp.measure(warmUp.find());
	}

}
