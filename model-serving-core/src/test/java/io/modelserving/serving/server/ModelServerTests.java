package io.modelserving.serving.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.modelserving.model.Outcome;
import io.modelserving.serving.Definitions;
import io.modelserving.serving.FakeModel;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ServingListener;
import io.modelserving.model.InferenceException;
import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.tensor.NamedTensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ModelServerTests {

	private final Recorder recorder = new Recorder();

	private final List<ModelServer> servers = new ArrayList<>();

	@AfterEach
	void close() {
		this.servers.forEach(ModelServer::close);
	}

	@Test
	void whenModelsAreReadyThenCallsAreAnsweredAndStatesWentOneWay() {
		ModelServer server = server(Definitions.of("a", (file, resources) -> FakeModel.timesTwo()));
		assertThat(server.registry().models().get(0).status().state()).isEqualTo(ModelState.LOADING);
		server.start();
		this.recorder.await(status -> status.state() == ModelState.READY);
		InferenceResult result = infer(server, "a", FakeModel.row(1, 2));
		assertThat(result.outputs().numeric("y").toFloats()).containsExactly(2, 4);
		assertThat(result.model()).isEqualTo(new ModelKey("a", 1));
		assertThat(this.recorder.states()).containsExactly(ModelState.LOADING, ModelState.WARMING, ModelState.READY);
	}

	@Test
	void whenAModelLoadsSlowlyThenOthersAreReadyBeforeIt() {
		CountDownLatch slow = new CountDownLatch(1);
		ModelServer server = server(Definitions.of("slow", (file, resources) -> {
			await(slow);
			return FakeModel.timesTwo();
		}), Definitions.of("quick", (file, resources) -> FakeModel.timesTwo()));
		server.start();
		this.recorder.await(status -> status.key().name().equals("quick") && status.state() == ModelState.READY);
		assertThat(server.registry().find("slow").orElseThrow().status().state()).isEqualTo(ModelState.LOADING);
		assertThatExceptionOfType(ModelUnavailable.class).isThrownBy(() -> infer(server, "slow", FakeModel.row(1, 2)))
			.withMessageContaining("model \"slow\" is LOADING");
		slow.countDown();
		this.recorder.await(status -> status.key().name().equals("slow") && status.state() == ModelState.READY);
	}

	@Test
	void whenAModelCannotBeLoadedThenItIsFailedWithReasonAndActionAndOthersServe() {
		ModelServer server = server(Definitions.of("bad", (file, resources) -> {
			throw new ModelLoadException("fake.onnx is no model", "Set models.<name>.location.", false, null);
		}), Definitions.of("good", (file, resources) -> FakeModel.timesTwo()));
		server.start();
		ModelStatus failed = this.recorder.await(status -> status.state() == ModelState.FAILED);
		assertThat(failed.reason()).isEqualTo("fake.onnx is no model. Set models.bad.location.");
		this.recorder.await(status -> status.state() == ModelState.READY);
		assertThat(infer(server, "good", FakeModel.row(1, 1))).isNotNull();
		assertThatExceptionOfType(ModelUnavailable.class).isThrownBy(() -> infer(server, "bad", FakeModel.row(1, 2)))
			.withMessageContaining("model \"bad\" is FAILED: fake.onnx is no model.");
	}

	@Test
	void whenAFailureMayPassThenTheModelIsTriedAgain() {
		AtomicInteger attempts = new AtomicInteger();
		ModelServer server = server(Definitions.of("a", (file, resources) -> {
			if (attempts.incrementAndGet() == 1) {
				throw new ModelLoadException("the disk is away.", "Bring it back.", true, null);
			}
			return FakeModel.timesTwo();
		}));
		server.start();
		ModelStatus failed = this.recorder.await(status -> status.state() == ModelState.FAILED);
		assertThat(failed.reason()).endsWith("Next attempt in 1 s.");
		this.recorder.await(status -> status.state() == ModelState.READY);
		assertThat(attempts).hasValue(2);
	}

	@Test
	void whenAModelIsReloadedUnderLoadThenNoCallFailsAndTheOldOneIsFreed() throws Exception {
		List<FakeModel> loaded = Collections.synchronizedList(new ArrayList<>());
		ModelServer server = server(Definitions.of("a", (file, resources) -> {
			FakeModel model = FakeModel.timesTwo();
			loaded.add(model);
			return model;
		}));
		server.start();
		this.recorder.await(status -> status.state() == ModelState.READY);
		AtomicBoolean stop = new AtomicBoolean();
		CountDownLatch flowing = new CountDownLatch(1);
		CompletableFuture<Integer> load = CompletableFuture.supplyAsync(() -> {
			int calls = 0;
			while (!stop.get()) {
				assertThat(infer(server, "a", FakeModel.row(1, 2)).outputs().numeric("y").toFloats()).containsExactly(2,
						4);
				calls++;
				flowing.countDown();
			}
			return calls;
		});
		await(flowing);
		for (int i = 0; i < 20; i++) {
			ModelStatus status = server.administration().reload(new ModelKey("a", 1)).get(30, TimeUnit.SECONDS);
			assertThat(status.state()).isEqualTo(ModelState.READY);
		}
		stop.set(true);
		assertThat(load.get(30, TimeUnit.SECONDS)).isPositive();
		assertThat(loaded).hasSize(21);
		assertThat(loaded.subList(0, 20)).allMatch(model -> model.closed).noneMatch(model -> model.closedWhileRunning);
		assertThat(loaded.get(20).closed).isFalse();
	}

	@Test
	void whenAReloadFailsThenTheOldOneGoesOnServing() throws Exception {
		AtomicInteger attempts = new AtomicInteger();
		ModelServer server = server(Definitions.of("a", (file, resources) -> {
			if (attempts.incrementAndGet() > 1) {
				throw new ModelLoadException("half written.", "Write it whole.", false, null);
			}
			return FakeModel.timesTwo();
		}));
		server.start();
		this.recorder.await(status -> status.state() == ModelState.READY);
		ModelStatus status = server.administration().reload(new ModelKey("a", 1)).get(30, TimeUnit.SECONDS);
		assertThat(status.state()).isEqualTo(ModelState.READY);
		assertThat(status.reason()).contains("goes on serving").contains("half written.");
		assertThat(infer(server, "a", FakeModel.row(1, 2))).isNotNull();
	}

	@Test
	void whenAModelIsUnloadedThenItIsFreedAndForgotten() throws Exception {
		FakeModel model = FakeModel.timesTwo();
		ModelServer server = server(Definitions.of("a", (file, resources) -> model));
		server.start();
		this.recorder.await(status -> status.state() == ModelState.READY);
		ModelStatus status = server.administration().unload(new ModelKey("a", 1)).get(30, TimeUnit.SECONDS);
		assertThat(status.state()).isEqualTo(ModelState.UNLOADED);
		assertThat(model.closed).isTrue();
		assertThatExceptionOfType(ModelNotFound.class).isThrownBy(() -> infer(server, "a", FakeModel.row(1, 2)));
		assertThat(server.registry().models()).isEmpty();
	}

	@Test
	void whenNoVersionIsNamedThenTheHighestThatIsReadyAnswers() {
		ModelServer server = server(Definitions.of("a", 1, (file, resources) -> FakeModel.perElement(value -> 1)),
				Definitions.of("a", 2, (file, resources) -> FakeModel.perElement(value -> 2)),
				Definitions.of("a", 3, (file, resources) -> {
					throw new ModelLoadException("bad.", "Mend it.", false, null);
				}));
		server.start();
		this.recorder.await(status -> status.state() == ModelState.FAILED);
		this.recorder.await(status -> status.key().version() == 1 && status.state() == ModelState.READY);
		this.recorder.await(status -> status.key().version() == 2 && status.state() == ModelState.READY);
		assertThat(infer(server, "a", FakeModel.row(0, 0)).model().version()).isEqualTo(2);
		InferenceRequest first = InferenceRequest.builder("a", FakeModel.row(0, 0))
			.version(1L)
			.outputs(List.of("y"))
			.build();
		assertThat(join(server.inferenceService().infer(first)).outputs().numeric("y").toFloats()).containsExactly(1,
				1);
		InferenceRequest fourth = InferenceRequest.builder("a", FakeModel.row(0, 0)).version(4L).build();
		assertThatExceptionOfType(ModelNotFound.class).isThrownBy(() -> join(server.inferenceService().infer(fourth)))
			.withMessage("model \"a\" has no version 4; it has [1, 2, 3]");
	}

	@Test
	void whenTheCallDoesNotFitTheModelThenItIsRejectedWithoutARun() {
		FakeModel model = FakeModel.timesTwo();
		ModelServer server = server(Definitions.of("a", (file, resources) -> model));
		server.start();
		this.recorder.await(status -> status.state() == ModelState.READY);
		int runs = model.runs.get();
		NamedTensors wrongName = NamedTensors.of("z", FakeModel.row(1, 2).get("x"));
		assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> infer(server, "a", wrongName))
			.withMessage("unknown input \"z\"; the model takes \"x\" FP32[-1, 2]");
		InferenceRequest wrongOutput = InferenceRequest.builder("a", FakeModel.row(1, 2)).outputs(List.of("q")).build();
		assertThatExceptionOfType(InvalidInput.class)
			.isThrownBy(() -> join(server.inferenceService().infer(wrongOutput)))
			.withMessage("unknown output [q]; the model gives [y]");
		assertThatExceptionOfType(ModelNotFound.class).isThrownBy(() -> infer(server, "b", FakeModel.row(1, 2)))
			.withMessage("unknown model \"b\"; there are [a]");
		assertThat(model.runs).hasValue(runs);
	}

	@Test
	void whenTheTimeoutPassesDuringTheRunThenTheCallFailsAndItsAnswerIsDropped() {
		CountDownLatch release = new CountDownLatch(1);
		AtomicBoolean warm = new AtomicBoolean();
		ModelServer server = server(Definitions.of("a", (file, resources) -> FakeModel.perElement(value -> {
			if (warm.get()) {
				await(release);
			}
			return value;
		})));
		server.start();
		this.recorder.await(status -> status.state() == ModelState.READY);
		warm.set(true);
		InferenceRequest hasty = InferenceRequest.builder("a", FakeModel.row(1, 2))
			.timeout(Duration.ofMillis(1))
			.build();
		assertThatExceptionOfType(DeadlineExceeded.class).isThrownBy(() -> join(server.inferenceService().infer(hasty)))
			.withMessageContaining("1 ms");
		release.countDown();
	}

	@Test
	void whenAdmissionStopsThenCallsAreRejectedAndWhatWasAcceptedIsAnswered() {
		CountDownLatch release = new CountDownLatch(1);
		AtomicBoolean warm = new AtomicBoolean();
		FakeModel model = FakeModel.perElement(value -> {
			if (warm.get()) {
				await(release);
			}
			return value;
		});
		ModelServer server = server(Definitions.of("a", (file, resources) -> model));
		server.start();
		this.recorder.await(status -> status.state() == ModelState.READY);
		warm.set(true);
		List<CompletableFuture<InferenceResult>> accepted = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			accepted.add(server.inferenceService().infer(InferenceRequest.of("a", FakeModel.row(i, i))));
		}
		server.stopAdmission();
		assertThatExceptionOfType(ModelUnavailable.class).isThrownBy(() -> infer(server, "a", FakeModel.row(1, 2)))
			.withMessage("the application is shutting down");
		release.countDown();
		assertThat(server.drain(Duration.ofSeconds(30))).isTrue();
		assertThat(accepted).allMatch(call -> call.isDone() && !call.isCompletedExceptionally());
		assertThat(model.closed).isTrue();
		assertThat(model.closedWhileRunning).isFalse();
	}

	@Test
	void whenNothingRunsThenClosingFreesTheModelsAtOnceAndOnlyOnce() {
		FakeModel model = FakeModel.timesTwo();
		ModelServer server = server(Definitions.of("a", (file, resources) -> model));
		server.start();
		this.recorder.await(status -> status.state() == ModelState.READY);
		server.close();
		server.close();
		assertThat(model.closed).isTrue();
		this.recorder.await(status -> status.state() == ModelState.UNLOADED);
		assertThat(this.recorder.states()).endsWith(ModelState.READY, ModelState.DRAINING, ModelState.UNLOADED);
	}

	@Test
	void whenARunOutlastsTheGracePeriodThenTheModelIsNotClosedUnderIt() {
		CountDownLatch release = new CountDownLatch(1);
		CountDownLatch started = new CountDownLatch(1);
		AtomicBoolean warm = new AtomicBoolean();
		FakeModel model = FakeModel.perElement(value -> {
			if (warm.get()) {
				started.countDown();
				await(release);
			}
			return value;
		});
		ModelServer server = server(Definitions.of("a", (file, resources) -> model));
		server.start();
		this.recorder.await(status -> status.state() == ModelState.READY);
		warm.set(true);
		server.inferenceService().infer(InferenceRequest.of("a", FakeModel.row(1, 2)));
		await(started);
		assertThat(server.drain(Duration.ofMillis(1))).isFalse();
		assertThat(model.closed).isFalse();
		release.countDown();
	}

	@Test
	void whenACallIsAnsweredThenItHasBeenCounted() throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		CompletableFuture<List<Outcome>> counted = held(release)
			.thenApply(answer -> List.copyOf(this.recorder.outcomes));
		release.countDown();
		assertThat(counted.get(30, TimeUnit.SECONDS)).containsExactly(Outcome.SUCCESS);
	}

	@Test
	void whenACallIsCancelledThenItIsCountedOnce() {
		CountDownLatch release = new CountDownLatch(1);
		held(release).cancel(false);
		release.countDown();
		assertThat(this.servers.get(0).drain(Duration.ofSeconds(30))).isTrue();
		assertThat(this.recorder.outcomes).containsExactly(Outcome.CANCELLED);
	}

	@Test
	void whenAListenerThrowsThenCallsAreAnsweredAllTheSame() {
		ModelServer server = ModelServer.builder()
			.definitions(List.of(Definitions.of("a", (file, resources) -> FakeModel.timesTwo())))
			.listeners(List.of(new ServingListener() {

				@Override
				public void completed(ModelKey model, Outcome outcome, long nanos) {
					throw new IllegalStateException("broken");
				}

			}, this.recorder))
			.cores(2)
			.build();
		this.servers.add(server);
		server.start();
		this.recorder.await(status -> status.state() == ModelState.READY);
		assertThat(infer(server, "a", FakeModel.row(1, 2))).isNotNull();
		assertThat(this.recorder.outcome()).isEqualTo(Outcome.SUCCESS);
	}

	@Test
	void whenAVersionIsDefinedTwiceThenTheServerIsNotBuilt() {
		ModelDefinition definition = Definitions.of("a", (file, resources) -> FakeModel.timesTwo());
		assertThatIllegalArgumentException().isThrownBy(() -> server(definition, definition))
			.withMessage("model a:1 is defined twice");
	}

	private CompletableFuture<InferenceResult> held(CountDownLatch release) {
		AtomicBoolean warm = new AtomicBoolean();
		FakeModel model = FakeModel.perElement(value -> {
			if (warm.get()) {
				await(release);
			}
			return value;
		});
		ModelServer server = server(Definitions.of("a", (file, resources) -> model));
		server.start();
		this.recorder.await(status -> status.state() == ModelState.READY);
		warm.set(true);
		return server.inferenceService().infer(InferenceRequest.of("a", FakeModel.row(1, 2)));
	}

	private ModelServer server(ModelDefinition... definitions) {
		ModelServer server = ModelServer.builder()
			.definitions(List.of(definitions))
			.listeners(List.of(this.recorder))
			.cores(2)
			.build();
		this.servers.add(server);
		return server;
	}

	private static InferenceResult infer(ModelServer server, String model, NamedTensors inputs) {
		return join(server.inferenceService().infer(InferenceRequest.of(model, inputs)));
	}

	private static InferenceResult join(CompletableFuture<InferenceResult> future) {
		try {
			return future.get(30, TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			throw (InferenceException) ex.getCause();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static final class Recorder implements ServingListener {

		private final List<ModelStatus> statuses = new ArrayList<>();

		private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();

		@Override
		public synchronized void statusChanged(ModelStatus status) {
			this.statuses.add(status);
			notifyAll();
		}

		@Override
		public void completed(ModelKey model, Outcome outcome, long nanos) {
			this.outcomes.add(outcome);
		}

		Outcome outcome() {
			try {
				return Objects.requireNonNull(this.outcomes.poll(30, TimeUnit.SECONDS));
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

		synchronized List<ModelState> states() {
			return this.statuses.stream().map(ModelStatus::state).toList();
		}

		synchronized ModelStatus await(Predicate<ModelStatus> condition) {
			long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
			while (true) {
				for (ModelStatus status : this.statuses) {
					if (condition.test(status)) {
						return status;
					}
				}
				long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
				assertThat(left).as("time left; statuses are %s", this.statuses).isPositive();
				try {
					wait(left);
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
			}
		}

	}

}
