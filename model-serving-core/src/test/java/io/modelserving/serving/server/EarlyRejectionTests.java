package io.modelserving.serving.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.modelserving.model.Outcome;
import io.modelserving.serving.BatchingLimits;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.model.ModelKey;

import static io.modelserving.serving.server.TrafficFixture.MODEL;
import static io.modelserving.serving.traffic.TrafficPolicyTests.weights;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that calls are rejected before they are read: version 1 hangs, and what may wait
 * for it does.
 */
class EarlyRejectionTests {

	private final VersionModel first = VersionModel.of(1);

	private final List<CompletableFuture<InferenceResult>> calls = new ArrayList<>();

	@Test
	void whenTheOnlyVersionIsFullThenCallsAreRejectedAndNotCounted() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.NONE, this.first)) {
			assertThat(rejection(fixture, null)).isEmpty();
			fill(fixture);
			assertThat(rejection(fixture, null)).get()
				.extracting(Overloaded::getMessage)
				.asString()
				.startsWith("the queue is full");
			assertThat(rejection(fixture, 1L)).isPresent();
			assertThat(fixture.completed).as("the caller is not told yet").isEmpty();
			assertThat(rejection(fixture, 7L)).as("an unknown version").isEmpty();
			assertThat(fixture.server().inferenceService().rejection("other", null, 0, System.nanoTime())).isEmpty();
			assertAcceptedIsAnswered();
		}
	}

	@Test
	void whenAnotherVersionMayTakeTheCallThenItIsNotRejected() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.split(weights(1, 50, 2, 50)), this.first,
				VersionModel.of(2))) {
			fill(fixture);
			assertThat(rejection(fixture, null)).isEmpty();
			assertThat(rejection(fixture, 2L)).isEmpty();
			assertThat(rejection(fixture, 1L)).isPresent();
			fixture.administration().disable(new ModelKey(MODEL, 2));
			assertThat(rejection(fixture, null)).isPresent();
			assertAcceptedIsAnswered();
		}
	}

	@Test
	void whenACallCouldNotBeMadeThenItCountsForTheVersionThatGetsMostOrIsNamed() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.split(weights(1, 10, 2, 90)), this.first,
				VersionModel.of(2))) {
			InferenceService service = fixture.server().inferenceService();
			service.notMade(MODEL, null, Outcome.FAILED, System.nanoTime());
			service.notMade(MODEL, 1L, Outcome.OVERLOADED, System.nanoTime());
			service.notMade(MODEL, 7L, Outcome.FAILED, System.nanoTime());
			service.notMade("other", null, Outcome.FAILED, System.nanoTime());
			assertThat(fixture.completed).containsExactly(Outcome.FAILED, Outcome.OVERLOADED);
		}
	}

	private void fill(TrafficFixture fixture) {
		this.first.hang();
		fixture.administration().limit(new ModelKey(MODEL, 1), new BatchingLimits(1, Duration.ZERO, 1));
		long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
		while (!isFull(fixture)) {
			assertThat(System.nanoTime()).as("instances have taken what they can").isLessThan(end);
			CompletableFuture<InferenceResult> call = fixture.call(1L, null);
			if (!call.isCompletedExceptionally()) {
				this.calls.add(call);
			}
		}
		fixture.completed.clear();
	}

	/**
	 * Return whether all instances are busy and a call waits. The queue is looked at
	 * after the instances: once all of them hang, nothing leaves it.
	 */
	private static boolean isFull(TrafficFixture fixture) {
		BatcherSnapshot before = snapshot(fixture);
		return before.busyInstances() == before.instances() && snapshot(fixture).queuedRows() > 0;
	}

	/**
	 * Mend version 1 and wait for its answers: a server that is closed fails what waits.
	 */
	private void assertAcceptedIsAnswered() {
		this.first.mend();
		assertThat(this.calls).isNotEmpty()
			.allSatisfy(accepted -> assertThat(accepted).succeedsWithin(Duration.ofSeconds(30)));
	}

	private static BatcherSnapshot snapshot(TrafficFixture fixture) {
		return fixture.registry().find(new ModelKey(MODEL, 1)).orElseThrow().batcher();
	}

	private static Optional<Overloaded> rejection(TrafficFixture fixture, @Nullable Long version) {
		return fixture.server().inferenceService().rejection(MODEL, version, 0, System.nanoTime());
	}

}
