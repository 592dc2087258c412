package io.modelserving.serving.server;

import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.modelserving.serving.Definitions;
import io.modelserving.serving.FakeModel;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.WarmUpSettings;
import io.modelserving.serving.scaling.InstanceSettings;
import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.batching.HangPolicy;
import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.model.onnx.OnnxModelLoader;
import io.modelserving.serving.scaling.InstanceSettings.OptimizeFor;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static io.modelserving.serving.server.ServerFixture.KEY;
import static io.modelserving.serving.server.ServerFixture.answer;
import static io.modelserving.serving.server.ServerFixture.failure;
import static io.modelserving.serving.server.ServerFixture.join;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that runs which do not end by themselves harm nobody but their callers: with ONNX
 * Runtime, whose runs can be terminated, and with models that do not hear of that.
 */
@Timeout(120)
class HungRunServingTests {

	private static final long FOR_EVER = 1_000_000_000_000L;

	private static final Duration SOON = Duration.ofMillis(100);

	private final ServerFixture fixture = new ServerFixture();

	private final List<FakeModel> sessions = new CopyOnWriteArrayList<>();

	private final CountDownLatch end = new CountDownLatch(1);

	@AfterEach
	void close() {
		this.end.countDown();
		this.fixture.close();
		assertThat(this.sessions).noneMatch(session -> session.closedWhileRunning);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2 })
	void whenCallersHaveRunsGoOnForEverThenTheyEndAtTheDeadlineAndTheInstancesServeAgain(int threads) throws Exception {
		ModelServer server = this.fixture.start(loop(threads));
		List<CompletableFuture<InferenceResult>> endless = List.of(times(server, FOR_EVER), times(server, FOR_EVER));
		endless.forEach(call -> assertThat(failure(call)).isInstanceOf(DeadlineExceeded.class));
		assertThat(answer(times(server, 3)).numeric("y").toFloats()).containsExactly(4);
		await(() -> batcher(server).busyInstances() == 0);
		assertThat(batcher(server).each()).hasSize(2).noneMatch(instance -> instance.hung());
	}

	@Test
	void whenUnloadedWhileARunGoesOnForEverThenItEndsAndTheMemoryIsFree() throws Exception {
		this.fixture.drainTime = Duration.ZERO;
		ModelServer server = this.fixture.start(loop(1));
		CompletableFuture<InferenceResult> call = infer(server, FOR_EVER, null);
		await(() -> batcher(server).busyInstances() == 1);
		ModelStatus status = join(server.administration().unload(KEY));
		assertThat(status.state()).isEqualTo(ModelState.UNLOADED);
		assertThat(status.reason()).isEmpty();
		assertThat(failure(call)).isInstanceOf(ModelUnavailable.class);
	}

	@Test
	void whenClosedWhileARunGoesOnForEverThenItEnds() {
		ModelServer server = this.fixture.start(loop(1));
		CompletableFuture<InferenceResult> call = infer(server, FOR_EVER, null);
		await(() -> batcher(server).busyInstances() == 1);
		assertThat(server.drain(Duration.ZERO)).isTrue();
		assertThat(failure(call)).isInstanceOf(ModelUnavailable.class);
	}

	@Test
	void whenARunIsDeafThenUnloadingSaysThatItsMemoryIsNotFreeAndFreesItWhenItEnds() throws Exception {
		this.fixture.drainTime = Duration.ZERO;
		this.fixture.hangs = new HangPolicy(Duration.ofMillis(1));
		ModelServer server = this.fixture.start(deaf(1, 1));
		CompletableFuture<InferenceResult> call = infer(server, -1);
		await(() -> batcher(server).busyInstances() == 1);
		ModelStatus status = join(server.administration().unload(KEY));
		assertThat(status.state()).isEqualTo(ModelState.UNLOADED);
		assertThat(status.reason())
			.isEqualTo("a run does not end although it was terminated; not all of its memory is free before it does");
		assertThat(failure(call)).isInstanceOf(ModelUnavailable.class);
		assertThat(this.sessions).noneMatch(session -> session.closed);
		this.end.countDown();
		await(() -> this.sessions.stream().allMatch(session -> session.closed));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2 })
	void whenARunIsDeafThenAnotherInstanceServesInItsPlaceOnASessionThatIsNotBusy(int threads) throws Exception {
		this.fixture.hangs = new HangPolicy(Duration.ofMillis(1));
		ModelServer server = this.fixture.start(deaf(1, threads));
		assertThat(failure(infer(server, -1))).isInstanceOf(DeadlineExceeded.class);
		await(() -> batcher(server).hungInstances() == 1 && batcher(server).instances() == 1);
		assertThat(answer(infer(server, 1)).numeric("y").toFloats()).containsExactly(2, 4);
		assertThat(this.sessions).hasSize(threads);
		this.end.countDown();
		await(() -> batcher(server).each().size() == 1);
		await(() -> this.sessions.get(0).closed == threads > 1);
		join(server.administration().scale(KEY, 2));
		join(server.administration().scale(KEY, 1));
		assertThat(answer(infer(server, 1)).numeric("y").toFloats()).containsExactly(2, 4);
	}

	@Test
	void whileRunsAreDeafThenAnotherModelAnswers() throws Exception {
		this.fixture.hangs = new HangPolicy(Duration.ofMillis(1));
		ModelServer server = this.fixture.start(deaf(2, 1));
		ModelKey other = new ModelKey("b", 1);
		join(server.administration().load(Definitions.of("b", (file, resources) -> FakeModel.timesTwo())));
		for (int i = 0; i < 4; i++) {
			CompletableFuture<InferenceResult> hanging = infer(server, -1);
			await(() -> batcher(server).queuedRows() == 0);
			assertThat(
					answer(server.inferenceService().infer(InferenceRequest.of("b", FakeModel.row(1, 2)))).numeric("y")
						.toFloats())
				.containsExactly(2, 4);
			assertThat(failure(hanging)).isInstanceOf(DeadlineExceeded.class);
			int hung = i + 1;
			await(() -> batcher(server).hungInstances() == hung);
		}
		assertThat(batcher(server).each()).as("two beside two").hasSize(4);
		assertThat(server.registry().find(other).orElseThrow().status().state()).isEqualTo(ModelState.READY);
	}

	private static BatcherSnapshot batcher(ModelServer server) {
		return server.registry().find(KEY).orElseThrow().batcher();
	}

	private static void await(BooleanSupplier condition) {
		long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
		while (!condition.getAsBoolean() && System.nanoTime() - limit < 0) {
			Thread.onSpinWait();
		}
		assertThat(condition.getAsBoolean()).isTrue();
	}

	private static CompletableFuture<InferenceResult> times(ModelServer server, long n) {
		return infer(server, n, SOON);
	}

	private static CompletableFuture<InferenceResult> infer(ModelServer server, long n, Duration timeout) {
		NamedTensors inputs = NamedTensors.of("n", Tensor.of(Shape.of(1, 1), n));
		return server.inferenceService().infer(InferenceRequest.builder("a", inputs).timeout(timeout).build());
	}

	private static CompletableFuture<InferenceResult> infer(ModelServer server, float first) {
		return server.inferenceService()
			.infer(InferenceRequest.builder("a", FakeModel.row(first, 2)).timeout(SOON).build());
	}

	private static ModelDefinition loop(int threads) {
		URL resource = Objects.requireNonNull(HungRunServingTests.class.getResource("/models/loop.onnx"));
		return new ModelDefinition(KEY, Definitions.source(Path.of(resource.getPath())), new OnnxModelLoader(), true,
				new InstanceSettings(OptimizeFor.THROUGHPUT, 2, threads, List.of(0)), Definitions.batching(4),
				WarmUpSettings.defaults());
	}

	/** A model that hangs on a negative number. */
	private ModelDefinition deaf(int instances, int threads) {
		return new ModelDefinition(KEY, Definitions.source(), (file, resources) -> {
			FakeModel session = FakeModel.perElement(value -> {
				if (value < 0) {
					awaitEnd();
				}
				return value * 2;
			});
			this.sessions.add(session);
			return session;
		}, true, new InstanceSettings(OptimizeFor.THROUGHPUT, instances, threads, List.of(0)), Definitions.batching(1),
				WarmUpSettings.defaults());
	}

	private void awaitEnd() {
		try {
			this.end.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
