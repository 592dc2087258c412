package io.modelserving.serving;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntToLongFunction;
import java.util.function.LongSupplier;

import io.modelserving.batching.Padding;

/**
 * Warms up models whose runs take as long as a test says, without that time passing.
 */
final class WarmUpFixture {

	/** 2.4 ms alone, 0.35 ms a row at 32. */
	static final IntToLongFunction WIDE = rows -> 2_116_000 + 284_000L * rows;

	final AtomicLong clock = new AtomicLong();

	LongSupplier runTime = this.clock::get;

	FakeModel costing(IntToLongFunction nanosForRows) {
		return new FakeModel(FakeModel.ROWS_OF_TWO, inputs -> {
			this.clock.addAndGet(nanosForRows.applyAsLong(inputs.rowCount()));
			return FakeModel.copyOf(inputs);
		});
	}

	BatchingPlan plan(FakeModel model, BatchingSettings settings) {
		return warmUp(model, settings, WarmUpSettings.Samples.GENERATED).run().plan();
	}

	WarmUp warmUp(FakeModel model, BatchingSettings settings, WarmUpSettings.Samples samples) {
		return new WarmUp(model, new WarmUpSettings(true, samples, Duration.ofMinutes(1)), settings, Padding.NONE,
				this.clock::get, this.runTime);
	}

}
