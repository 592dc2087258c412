package io.modelserving.model;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

class RunControlTests {

	private final RunControl control = new RunControl();

	private final AtomicInteger actions = new AtomicInteger();

	@Test
	void whenTerminatedTwiceThenActionRunsOnce() {
		this.control.onTerminate(this.actions::incrementAndGet);
		assertThat(this.control.isTerminated()).isFalse();
		this.control.terminate();
		this.control.terminate();
		assertThat(this.control.isTerminated()).isTrue();
		assertThat(this.actions).hasValue(1);
	}

	@Test
	void whenTerminatedBeforeTheRunThenActionRunsAtOnce() {
		this.control.terminate();
		this.control.onTerminate(this.actions::incrementAndGet);
		assertThat(this.actions).hasValue(1);
		this.control.ended();
		this.control.onTerminate(this.actions::incrementAndGet);
		assertThat(this.actions).hasValue(2);
	}

	@Test
	void whenRunHasEndedThenActionIsForgotten() {
		this.control.onTerminate(this.actions::incrementAndGet);
		this.control.ended();
		this.control.terminate();
		assertThat(this.actions).hasValue(0);
	}

	@Test
	@Timeout(60)
	void whenActionRunsThenEndOfTheRunWaitsForIt() throws Exception {
		CountDownLatch acting = new CountDownLatch(1);
		CountDownLatch proceed = new CountDownLatch(1);
		this.control.onTerminate(() -> {
			acting.countDown();
			await(proceed);
			this.actions.incrementAndGet();
		});
		Thread terminator = new Thread(this.control::terminate);
		terminator.start();
		await(acting);
		AtomicInteger actionsAtEnd = new AtomicInteger();
		Thread run = new Thread(() -> {
			this.control.ended();
			actionsAtEnd.set(this.actions.get());
		});
		run.start();
		while (run.getState() != Thread.State.BLOCKED) {
			Thread.onSpinWait();
		}
		proceed.countDown();
		run.join();
		terminator.join();
		assertThat(actionsAtEnd).hasValue(1);
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
