package io.modelserving.serving.warmup;

import java.util.concurrent.FutureTask;
import java.util.function.LongSupplier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import io.modelserving.serving.FakeModel;
import io.modelserving.model.ComputeUnit;

import static org.assertj.core.api.Assertions.assertThat;

class RunTimeTests {

	private final FakeModel model = FakeModel.timesTwo();

	private final LongSupplier nanoTime = () -> 42;

	@Test
	void whenOtherThreadsOrDevicesMayWorkThenTimeThatPassesIsTaken() {
		assertThat(RunTime.of(this.model, this.nanoTime)).isSameAs(this.nanoTime);
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void whenTheCallingThreadDoesAllThenItsProcessorTimeIsTaken() throws Exception {
		this.model.computeUnit = ComputeUnit.CALLING_THREAD;
		LongSupplier time = RunTime.of(this.model, this.nanoTime);
		FutureTask<Long> elsewhere = new FutureTask<>(time::getAsLong);
		Thread thread = new Thread(elsewhere);
		thread.start();
		long here = time.getAsLong();
		assertThat(here).isGreaterThan(elsewhere.get());
		assertThat(time.getAsLong()).isGreaterThanOrEqualTo(here);
	}

}
