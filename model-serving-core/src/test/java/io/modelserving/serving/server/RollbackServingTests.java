package io.modelserving.serving.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.modelserving.serving.FakeModel;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.traffic.Rollback;
import io.modelserving.serving.traffic.RolledBack;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.serving.traffic.TrafficStatus;
import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.ModelKey;
import io.modelserving.tensor.NamedTensors;

import static io.modelserving.serving.server.TrafficFixture.MODEL;
import static io.modelserving.serving.server.TrafficFixture.join;
import static io.modelserving.serving.server.TrafficFixture.take;
import static io.modelserving.serving.traffic.TrafficPolicyTests.weights;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that a version that fails loses its traffic.
 */
class RollbackServingTests {

	private static final Rollback RULE = new Rollback(null, 20, 5, 0.5);

	private final VersionModel first = VersionModel.of(1);

	private final VersionModel second = VersionModel.of(2);

	private final VersionModel third = VersionModel.of(3);

	@Test
	void whenTheNewVersionFailsUnderLoadThenCallsReturnToTheOldOne() throws Exception {
		Traffic split = Traffic.split(weights(1, 50, 2, 50)).withRollback(RULE);
		try (TrafficFixture fixture = new TrafficFixture(split, this.first, this.second)) {
			this.second.fail();
			CountDownLatch begin = new CountDownLatch(1);
			List<CompletableFuture<Integer>> callers = IntStream.range(0, 4)
				.mapToObj(i -> CompletableFuture.supplyAsync(() -> callUntilRolledBack(fixture, begin)))
				.toList();
			begin.countDown();
			RolledBack event = take(fixture.rolledBack);
			callers.forEach(CompletableFuture::join);
			assertThat(event.model()).isEqualTo(new ModelKey(MODEL, 2));
			assertThat(event.to()).isEqualTo(1);
			assertThat(event.reason())
				.matches("\\d+ of its last \\d+ calls failed, more than the 0.5 that are allowed");
			for (int i = 0; i < 100; i++) {
				assertThat(fixture.answeredBy()).isEqualTo(1);
			}
			TrafficStatus status = fixture.registry().trafficStatus(MODEL);
			assertThat(status.rolledBack()).containsExactly(event);
			assertThat(status.shares()).containsOnlyKeys(1L);
			assertThat(status.reasons()).singleElement()
				.asString()
				.startsWith("version 2 has lost its traffic to version 1: ");
			assertThat(fixture.rolledBack).isEmpty();
		}
	}

	private static int callUntilRolledBack(TrafficFixture fixture, CountDownLatch begin) {
		try {
			begin.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		int calls = 0;
		while (fixture.registry().trafficStatus(MODEL).rolledBack().isEmpty()) {
			calls++;
			try {
				assertThat(fixture.answeredBy()).isEqualTo(1);
			}
			catch (ExecutionFailed ex) {
				assertThat(ex).isNotNull();
			}
		}
		return calls;
	}

	@Test
	void whenTheHighestVersionFailsThenTheOneBelowItIsReturnedTo() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.NONE.withRollback(RULE), this.first, this.second,
				this.third)) {
			fail(fixture, this.third, 5);
			assertThat(fixture.answeredBy()).isEqualTo(2);
		}
	}

	@Test
	void whenThePinnedVersionFailsThenTheNamedOneIsReturnedTo() {
		Traffic pinned = Traffic.pinnedTo(2).withRollback(new Rollback(1L, 20, 5, 0.5));
		try (TrafficFixture fixture = new TrafficFixture(pinned, this.first, this.second, this.third)) {
			fail(fixture, this.second, 5);
			assertThat(fixture.answeredBy()).isEqualTo(1);
			assertThat(fixture.registry().find(MODEL).orElseThrow().key().version()).isEqualTo(1);
		}
	}

	@Test
	void whenAVersionWasTakenBackThenItAnswersThoseWhoNameItAndGetsTrafficOnceItIsSetAgain() {
		Traffic pinned = Traffic.pinnedTo(2).withRollback(RULE);
		try (TrafficFixture fixture = new TrafficFixture(pinned, this.first, this.second)) {
			fail(fixture, this.second, 5);
			assertThatExceptionOfType(ExecutionFailed.class).isThrownBy(() -> join(fixture.call(2L, null)));
			this.second.mend();
			assertThat(fixture.answeredBy()).isEqualTo(1);
			join(fixture.administration().reload(new ModelKey(MODEL, 2)));
			assertThat(fixture.answeredBy()).isEqualTo(1);
			fixture.administration().route(MODEL, pinned);
			assertThat(fixture.answeredBy()).isEqualTo(2);
			assertThat(fixture.registry().trafficStatus(MODEL).rolledBack()).isEmpty();
		}
	}

	@Test
	void whenThereIsNothingToReturnToThenTheFailingVersionGoesOn() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.NONE.withRollback(RULE), this.second)) {
			fail(fixture, this.second, 30);
			assertThat(fixture.registry().trafficStatus(MODEL).rolledBack()).isEmpty();
			this.second.mend();
			assertThat(fixture.answeredBy()).isEqualTo(2);
		}
	}

	@Test
	void whenOnlyTheVersionThatWasTakenBackIsLeftThenCallsAreRejected() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.NONE.withRollback(RULE), this.first, this.second)) {
			fail(fixture, this.second, 5);
			join(fixture.administration().unload(new ModelKey(MODEL, 1)));
			this.second.mend();
			assertThatExceptionOfType(ModelUnavailable.class).isThrownBy(fixture::answeredBy)
				.withMessageContaining("version 2 has lost its traffic");
		}
	}

	@Test
	void whenCallersSendNonsenseThenTheVersionKeepsItsTraffic() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.NONE.withRollback(RULE), this.first, this.second)) {
			InferenceRequest nonsense = InferenceRequest.of(MODEL, NamedTensors.of("z", FakeModel.row(1, 2).get("x")));
			for (int i = 0; i < 30; i++) {
				assertThatExceptionOfType(InvalidInput.class)
					.isThrownBy(() -> join(fixture.server().inferenceService().infer(nonsense)));
			}
			assertThat(fixture.answeredBy()).isEqualTo(2);
		}
	}

	@Test
	void whenCallersGiveUpThenTheVersionKeepsItsTraffic() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.NONE.withRollback(RULE), this.first, this.second)) {
			this.second.hang();
			List<CompletableFuture<InferenceResult>> calls = new ArrayList<>();
			for (int i = 0; i < 30; i++) {
				calls.add(fixture.call());
			}
			calls.forEach(call -> call.cancel(false));
			this.second.mend();
			assertThat(fixture.answeredBy()).isEqualTo(2);
		}
	}

	@Test
	void whenAVersionIsTooSlowThenItLosesItsTraffic() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.NONE.withRollback(RULE), this.first, this.second)) {
			this.second.hang();
			for (int i = 0; i < 5; i++) {
				CompletableFuture<InferenceResult> call = fixture.call(Duration.ofMillis(1));
				assertThatExceptionOfType(DeadlineExceeded.class).isThrownBy(() -> join(call));
			}
			assertThat(fixture.answeredBy()).isEqualTo(1);
		}
	}

	@Test
	void whenCallsNameTheVersionThenTheirFailuresDoNotCount() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.NONE.withRollback(RULE), this.first, this.second)) {
			this.second.fail();
			for (int i = 0; i < 30; i++) {
				assertThatExceptionOfType(ExecutionFailed.class).isThrownBy(() -> join(fixture.call(2L, null)));
			}
			this.second.mend();
			assertThat(fixture.answeredBy()).isEqualTo(2);
		}
	}

	private static void fail(TrafficFixture fixture, VersionModel failing, int calls) {
		failing.fail();
		for (int i = 0; i < calls; i++) {
			assertThatExceptionOfType(ExecutionFailed.class).isThrownBy(fixture::answeredBy);
		}
	}

}
