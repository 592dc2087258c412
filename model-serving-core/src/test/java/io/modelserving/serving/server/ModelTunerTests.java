package io.modelserving.serving.server;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.modelserving.tuning.Candidate;
import io.modelserving.tuning.ModelTuner;
import io.modelserving.tuning.TuningRejectedException;
import io.modelserving.tuning.TuningRequest;
import io.modelserving.tuning.TuningResult;
import io.modelserving.tuning.TuningStatus;
import io.modelserving.serving.Definitions;
import io.modelserving.serving.FakeModel;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.tuning.TuningStatus.State;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.TensorSpec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ModelTuner}, on models that cost nothing.
 */
class ModelTunerTests {

	private static final ModelSignature ONE_ROW = new ModelSignature(
			List.of(TensorSpec.of("x", DataType.FP32, Shape.of(1, 2))),
			List.of(TensorSpec.of("y", DataType.FP32, Shape.of(1, 2))));

	@Test
	void whenAModelIsTunedThenThereIsAResultAndNothingStaysLoaded() {
		try (TunerFixture fixture = TunerFixture.direct()) {
			TuningStatus status = fixture.server.tuner().start(TunerFixture.A, TunerFixture.SHORT);
			assertThat(status.state()).as(status.doing()).isEqualTo(State.DONE);
			TuningResult result = result(status);
			assertThat(result.current()).isEqualTo(new Candidate(2, 1, 4));
			assertThat(result.gain()).isNotNull();
			assertThat(result.entries()).anySatisfy(entry -> {
				assertThat(entry.candidate()).isEqualTo(new Candidate(2, 1, 4));
				assertThat(entry.figures()).isNotNull();
				assertThat(entry.figures().rowsPerSecond()).isPositive();
				assertThat(entry.figures().p99Nanos()).isGreaterThanOrEqualTo(entry.figures().medianNanos());
				assertThat(entry.figures().meanBatchRows()).isBetween(1.0, 4.0);
				assertThat(entry.figures().requests()).isGreaterThanOrEqualTo(8);
			});
			assertThat(fixture.openBesideServing()).isZero();
			assertThat(fixture.server.registry().find(TunerFixture.A).orElseThrow().status().state())
				.isEqualTo(ModelState.READY);
		}
	}

	@Test
	void whenRequestsHaveSeveralRowsThenAllOfThemCount() {
		TuningRequest request = new TuningRequest(null, Duration.ofSeconds(1), 2, 3, null, List.of(1), List.of(1),
				List.of(3));
		try (TunerFixture fixture = TunerFixture.direct()) {
			TuningStatus status = fixture.server.tuner().start(TunerFixture.A, request);
			assertThat(result(status).entries()).filteredOn(entry -> entry.candidate().equals(new Candidate(1, 1, 3)))
				.singleElement()
				.satisfies(entry -> assertThat(entry.figures().meanBatchRows()).isEqualTo(3));
		}
	}

	@Test
	void whenSessionsOfASetupCannotBeLoadedThenThatIsNotedAndTheOthersAreTried() {
		try (TunerFixture fixture = TunerFixture.direct()) {
			fixture.failingThreads = 2;
			TuningStatus status = fixture.server.tuner().start(TunerFixture.A, TunerFixture.SHORT);
			assertThat(result(status).entries()).filteredOn(entry -> entry.candidate().intraOpThreads() == 2)
				.isNotEmpty()
				.allSatisfy(entry -> assertThat(entry.note()).isEqualTo("cannot be loaded: out of memory"));
			assertThat(fixture.openBesideServing()).isZero();
		}
	}

	@Test
	void whenTheModelTakesOneRowThenOnlySetupsAreTriedAndItIsSaidWhy() {
		try (TunerFixture fixture = new TunerFixture(Runnable::run, ONE_ROW)) {
			TuningResult result = result(fixture.server.tuner().start(TunerFixture.A, TunerFixture.SHORT));
			assertThat(result.entries()).extracting(entry -> entry.candidate().maxBatchSize()).containsOnly(1);
			assertThat(result.notes()).singleElement().asString().contains("is not dynamic");
		}
	}

	@Test
	void whenARunHasShownThatCallsCannotShareBatchesThenNoneIsTried() {
		try (TunerFixture fixture = TunerFixture.direct()) {
			InferenceRequest odd = InferenceRequest.of("a", FakeModel.row(TunerFixture.ODD, 0));
			assertThat(fixture.server.inferenceService().infer(odd)).succeedsWithin(Duration.ofSeconds(30));
			TuningResult result = result(fixture.server.tuner().start(TunerFixture.A, TunerFixture.SHORT));
			assertThat(result.current().maxBatchSize()).isEqualTo(1);
			assertThat(result.entries()).extracting(entry -> entry.candidate().maxBatchSize()).containsOnly(1);
			assertThat(result.notes()).anySatisfy(note -> assertThat(note)
				.startsWith("Calls cannot share batches: a run has shown that calls cannot share batches: output"));
		}
	}

	@Test
	void whenTheModelTakesOneRowThenRequestsOfSeveralFailInWords() {
		TuningRequest request = new TuningRequest(null, Duration.ofSeconds(1), null, 2, null, List.of(), List.of(),
				List.of());
		try (TunerFixture fixture = new TunerFixture(Runnable::run, ONE_ROW)) {
			TuningStatus status = fixture.server.tuner().start(TunerFixture.A, request);
			assertThat(status.state()).isEqualTo(State.FAILED);
			assertThat(status.doing()).startsWith("rows is 2, and the model takes one row in a request");
			assertThat(fixture.openBesideServing()).isZero();
		}
	}

	@Test
	void whenAModelIsBeingTunedThenASecondTuningIsRejected() throws Exception {
		try (TunerFixture fixture = TunerFixture.threaded()) {
			CountDownLatch held = fixture.beginHeldUp();
			for (ModelKey key : List.of(TunerFixture.A, TunerFixture.B)) {
				assertThatExceptionOfType(TuningRejectedException.class)
					.isThrownBy(() -> fixture.server.tuner().start(key, TunerFixture.SHORT))
					.withMessageStartingWith("model a:1 is being tuned (step 1 of 1)");
			}
			held.countDown();
			fixture.ended();
			fixture.gate = null;
			assertThat(fixture.server.tuner().start(TunerFixture.B, TunerFixture.SHORT).key())
				.isEqualTo(TunerFixture.B);
			fixture.server.tuner().cancel("b").get(30, TimeUnit.SECONDS);
		}
	}

	@Test
	void whenAModelIsBeingTunedThenItGoesOnAnswering() throws Exception {
		try (TunerFixture fixture = TunerFixture.threaded()) {
			CountDownLatch held = fixture.beginHeldUp();
			assertThat(ServerFixture.answer(ServerFixture.infer(fixture.server)).get("y").rows()).isEqualTo(1);
			held.countDown();
			while (fixture.server.tuner().status("a").orElseThrow().state() == State.RUNNING) {
				assertThat(ServerFixture.answer(ServerFixture.infer(fixture.server)).get("y").rows()).isEqualTo(1);
			}
			assertThat(fixture.server.tuner().status("a").orElseThrow().state()).isEqualTo(State.DONE);
			assertThat(fixture.server.registry().find(TunerFixture.A).orElseThrow().status().reason()).isEmpty();
		}
	}

	@Test
	void whenTheModelRunsOnAnAcceleratorThenThreadsStay() {
		try (TunerFixture fixture = TunerFixture.direct()) {
			fixture.accelerated = true;
			TuningResult result = result(fixture.server.tuner().start(TunerFixture.A, TunerFixture.SHORT));
			assertThat(result.entries()).extracting(entry -> entry.candidate().intraOpThreads()).containsOnly(1);
			assertThat(result.entries()).extracting(entry -> entry.candidate().instances()).contains(1, 2, 4);
		}
	}

	@Test
	void whenTuningIsCancelledThenItEndsAndNothingStaysLoaded() throws Exception {
		try (TunerFixture fixture = TunerFixture.threaded()) {
			CountDownLatch held = fixture.beginHeldUp();
			assertThat(fixture.server.tuner().cancel("a")).isNotDone();
			held.countDown();
			fixture.cancelled("cancelled by an operator");
			assertThat(fixture.openBesideServing()).isZero();
		}
	}

	@Test
	void whenTheModelIsUnloadedThenItsTuningEnds() throws Exception {
		try (TunerFixture fixture = TunerFixture.threaded()) {
			CountDownLatch held = fixture.beginHeldUp();
			fixture.server.administration().unload(TunerFixture.A).get(30, TimeUnit.SECONDS);
			held.countDown();
			fixture.cancelled("the model is DRAINING");
		}
	}

	@Test
	void whenTheModelIsLoadedAnewThenItsTuningEnds() throws Exception {
		try (TunerFixture fixture = TunerFixture.threaded()) {
			CountDownLatch held = fixture.beginHeldUp();
			fixture.gate = null;
			fixture.server.administration().reload(TunerFixture.A).get(30, TimeUnit.SECONDS);
			held.countDown();
			fixture.cancelled("the model was reloaded");
		}
	}

	@Test
	void whenTheServerClosesThenTheTuningEndsAndNewOnesAreRejected() throws Exception {
		TunerFixture fixture = TunerFixture.threaded();
		CountDownLatch held = fixture.beginHeldUp();
		fixture.server.stopLoading();
		held.countDown();
		assertThat(fixture.server.drain(Duration.ofSeconds(30))).isTrue();
		assertThat(fixture.loaded).allSatisfy(model -> assertThat(model.closed).isTrue());
		fixture.cancelled("the application is shutting down");
		assertThatExceptionOfType(ModelUnavailable.class)
			.isThrownBy(() -> fixture.server.tuner().start(TunerFixture.A, TunerFixture.SHORT));
	}

	@Test
	void whenTheModelDoesNotServeThenItIsNotTuned() {
		try (TunerFixture fixture = TunerFixture.direct()) {
			fixture.failingThreads = 1;
			ModelKey broken = new ModelKey("c", 1);
			ModelStatus status = fixture.server.administration().load(Definitions.of("c", fixture)).join();
			assertThat(status.state()).isEqualTo(ModelState.FAILED);
			assertThatExceptionOfType(ModelUnavailable.class)
				.isThrownBy(() -> fixture.server.tuner().start(broken, TunerFixture.SHORT))
				.withMessageContaining("only a model that is READY can be tuned");
		}
	}

	@Test
	void whenAModelIsUnknownOrWasNeverTunedThenThatIsSaid() {
		try (TunerFixture fixture = TunerFixture.direct()) {
			assertThatExceptionOfType(ModelNotFound.class)
				.isThrownBy(() -> fixture.server.tuner().start(new ModelKey("z", 1), TunerFixture.SHORT));
			assertThat(fixture.server.tuner().status("a")).isEmpty();
			assertThat(ServerFixture.failure(fixture.server.tuner().cancel("a"))).isInstanceOf(ModelNotFound.class)
				.hasMessageContaining("has not been tuned");
		}
	}

	private static TuningResult result(TuningStatus status) {
		assertThat(status.result()).as(status.doing()).isNotNull();
		return status.result();
	}

}
