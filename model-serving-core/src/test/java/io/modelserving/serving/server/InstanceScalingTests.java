package io.modelserving.serving.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.modelserving.serving.BatchingSettings;
import io.modelserving.serving.Definitions;
import io.modelserving.serving.FakeModel;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.serving.PaddingRule;
import io.modelserving.serving.WarmUpSettings;
import io.modelserving.serving.scaling.InstanceSettings;
import io.modelserving.serving.scaling.InstanceStatus;
import io.modelserving.serving.scaling.Scaled;
import io.modelserving.serving.scaling.ScalingPolicy;
import io.modelserving.batching.InstanceSnapshot;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.Model;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelLoader;
import io.modelserving.model.ModelState;
import io.modelserving.serving.scaling.InstanceSettings.OptimizeFor;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Tensor;

import static io.modelserving.serving.server.ServerFixture.KEY;
import static io.modelserving.serving.server.ServerFixture.answer;
import static io.modelserving.serving.server.ServerFixture.failure;
import static io.modelserving.serving.server.ServerFixture.infer;
import static io.modelserving.serving.server.ServerFixture.join;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a served model gets more and fewer instances.
 */
class InstanceScalingTests {

	private final ServerFixture fixture = new ServerFixture();

	private final List<FakeModel> loaded = Collections.synchronizedList(new ArrayList<>());

	private final List<Integer> devices = Collections.synchronizedList(new ArrayList<>());

	/** Runs wait for a permit as soon as there are any runs to be held. */
	private final AtomicBoolean holding = new AtomicBoolean();

	private final Semaphore entered = new Semaphore(0);

	private final Semaphore permits = new Semaphore(0);

	@AfterEach
	void close() {
		this.permits.release(1 << 20);
		this.fixture.close();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2 })
	void whenInstancesAreAddedThenAsManyCallsRunAtOnceOnEachDevice(int threads) throws Exception {
		ModelServer server = this.fixture.start(definition(1, threads, List.of(0, 1)));
		assertThat(this.loaded).hasSize(2);
		assertThat(join(server.administration().scale(KEY, 3)).state()).isEqualTo(ModelState.READY);
		assertThat(this.fixture.awaitScaled()).isEqualTo(new Scaled(KEY, 1, 3, "asked for"));
		assertThat(this.loaded).as("instances of one thread share a session").hasSize((threads == 1) ? 2 : 6);
		this.holding.set(true);
		List<CompletableFuture<InferenceResult>> calls = calls(server, 6);
		assertThat(this.entered.tryAcquire(6, 30, TimeUnit.SECONDS)).isTrue();
		assertThat(snapshot(server).batcher().each()).allMatch(InstanceSnapshot::busy)
			.extracting(InstanceSnapshot::device)
			.containsExactlyInAnyOrder("0", "0", "0", "1", "1", "1");
		this.permits.release(6);
		for (CompletableFuture<InferenceResult> call : calls) {
			assertThat(answer(call).numeric("y").toFloats()).containsExactly(2, 4);
		}
	}

	@Test
	void whenInstancesAreTakenAwayThenTheirSessionsAreClosedAndNoOthers() throws Exception {
		ModelServer server = this.fixture.start(definition(3, 2, List.of(0, 1)));
		assertThat(this.devices).containsExactly(0, 0, 0, 1, 1, 1);
		join(server.administration().scale(KEY, 1));
		assertThat(this.loaded).extracting(model -> model.closed).containsExactly(false, true, true, false, true, true);
		assertThat(snapshot(server).batcher().each()).extracting(InstanceSnapshot::device).containsExactly("0", "1");
		assertThat(snapshot(server).instances()).isEqualTo(new InstanceStatus(1, null, ""));
		assertThat(answer(infer(server)).numeric("y").toFloats()).containsExactly(2, 4);
	}

	@Test
	void whenInstancesShareASessionThenItIsClosedOnlyWithTheModel() throws Exception {
		ModelServer server = this.fixture.start(definition(2, 1, List.of(0)));
		join(server.administration().scale(KEY, 1));
		assertThat(this.loaded).hasSize(1).noneMatch(model -> model.closed);
		server.close();
		assertThat(this.loaded).allMatch(model -> model.closed);
	}

	@Test
	void whenAnInstanceIsTakenAwayDuringItsRunThenTheCallIsAnsweredBeforeTheSessionIsClosed() throws Exception {
		ModelServer server = this.fixture.start(definition(2, 2, List.of(0)));
		this.holding.set(true);
		List<CompletableFuture<InferenceResult>> calls = calls(server, 2);
		assertThat(this.entered.tryAcquire(2, 30, TimeUnit.SECONDS)).isTrue();
		CompletableFuture<?> scaled = server.administration().scale(KEY, 1);
		this.fixture.awaitScaled();
		assertThat(scaled).isNotDone();
		assertThat(this.loaded).noneMatch(model -> model.closed);
		this.permits.release(2);
		for (CompletableFuture<InferenceResult> call : calls) {
			assertThat(answer(call)).isNotNull();
		}
		assertThat(scaled).succeedsWithin(Duration.ofSeconds(30));
		assertThat(this.loaded).noneMatch(model -> model.closedWhileRunning)
			.extracting(model -> model.closed)
			.containsExactly(false, true);
	}

	@Test
	void whenScaledUnderLoadThenNoCallFails() throws Exception {
		ModelServer server = this.fixture.start(definition(1, 2, List.of(0)));
		AtomicBoolean stop = new AtomicBoolean();
		CountDownLatch flowing = new CountDownLatch(1);
		CompletableFuture<Integer> load = CompletableFuture.supplyAsync(() -> {
			int calls = 0;
			while (!stop.get()) {
				calls(server, 8).forEach(CompletableFuture::join);
				calls += 8;
				flowing.countDown();
			}
			return calls;
		});
		awaitLatch(flowing);
		for (int i = 0; i < 30; i++) {
			join(server.administration().scale(KEY, 1 + i % 4));
		}
		stop.set(true);
		assertThat(load.get(30, TimeUnit.SECONDS)).isPositive();
		assertThat(this.loaded).noneMatch(model -> model.closedWhileRunning);
		assertThat(this.loaded.stream().filter(model -> !model.closed)).hasSize(2);
	}

	@Test
	void whenAFurtherInstanceCannotBeLoadedThenThoseThatWereAreClosedAndNothingChanges() throws Exception {
		AtomicInteger loads = new AtomicInteger();
		ModelServer server = this.fixture.start(definition(1, 2, List.of(0), (file, resources) -> {
			if (loads.incrementAndGet() == 3) {
				throw new ModelLoadException("out of memory", "Give it more.", true, null);
			}
			return model();
		}));
		assertThat(failure(server.administration().scale(KEY, 3))).isInstanceOf(ModelLoadException.class)
			.hasMessageContaining("out of memory");
		assertThat(this.loaded).extracting(model -> model.closed).containsExactly(false, true);
		assertThat(snapshot(server).batcher().instances()).isEqualTo(1);
		assertThat(snapshot(server).status().state()).isEqualTo(ModelState.READY);
		assertThat(answer(infer(server))).isNotNull();
		assertThat(join(server.administration().scale(KEY, 3)).state()).as("the next attempt")
			.isEqualTo(ModelState.READY);
		assertThat(snapshot(server).batcher().instances()).isEqualTo(3);
	}

	@Test
	void whenAFurtherInstanceDoesNotRunThenItIsClosedAndNothingChanges() throws Exception {
		AtomicInteger loads = new AtomicInteger();
		ModelServer server = this.fixture.start(definition(1, 2, List.of(0), (file, resources) -> {
			boolean broken = loads.incrementAndGet() > 1;
			return model(broken ? "bad allocation" : null);
		}));
		assertThat(failure(server.administration().scale(KEY, 2))).isInstanceOf(ModelLoadException.class)
			.hasMessageContaining("an instance does not run: bad allocation");
		assertThat(this.loaded).extracting(model -> model.closed).containsExactly(false, true);
		assertThat(snapshot(server).batcher().instances()).isEqualTo(1);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, -1, 257 })
	void whenTheNumberIsOutOfItsBoundsThenItIsRejected(int instances) {
		ModelServer server = this.fixture.start(definition(1, 1, List.of(0)));
		assertThat(failure(server.administration().scale(KEY, instances))).isInstanceOf(IllegalArgumentException.class)
			.hasMessage("%d instances per device: at least 1 is needed, and at most 256 are possible", instances);
	}

	@Test
	void whenTheModelIsNotThereOrDoesNotServeThenScalingFails() throws Exception {
		ModelServer server = this.fixture.start(definition(1, 1, List.of(0)));
		assertThat(failure(server.administration().scale(new ModelKey("b", 1), 2))).isInstanceOf(ModelNotFound.class);
		ModelDefinition broken = new ModelDefinition(new ModelKey("c", 1), Definitions.source(), (file, resources) -> {
			throw new ModelLoadException("no model", "Mend it.", false, null);
		}, false, new InstanceSettings(OptimizeFor.THROUGHPUT, 1, 1, List.of(0)), Definitions.batching(4),
				WarmUpSettings.defaults());
		join(server.administration().load(broken));
		assertThat(failure(server.administration().scale(broken.key(), 2))).isInstanceOf(ModelUnavailable.class)
			.hasMessageContaining("model c:1 is FAILED: no model");
	}

	@Test
	void whenReloadedThenTheNumberStaysUnlessTheDefinitionBringsAnother() throws Exception {
		ModelServer server = this.fixture.start(definition(1, 1, List.of(0)));
		join(server.administration().scale(KEY, 3));
		join(server.administration().reload(KEY));
		assertThat(snapshot(server).batcher().instances()).isEqualTo(3);
		join(server.administration().load(definition(1, 1, List.of(0))));
		assertThat(snapshot(server).batcher().instances()).as("an equal definition").isEqualTo(3);
		join(server.administration().load(definition(2, 1, List.of(0))));
		assertThat(snapshot(server).batcher().instances()).isEqualTo(2);
		join(server.administration().reload(KEY));
		assertThat(snapshot(server).batcher().instances()).isEqualTo(2);
	}

	@Test
	void whenTheServerClosesWhileASessionIsLoadedThenThatIsClosedToo() throws Exception {
		CountDownLatch loading = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		AtomicInteger loads = new AtomicInteger();
		ModelServer server = this.fixture.start(definition(1, 2, List.of(0), (file, resources) -> {
			if (loads.incrementAndGet() > 1) {
				loading.countDown();
				awaitLatch(goOn);
			}
			return model();
		}));
		CompletableFuture<?> scaled = server.administration().scale(KEY, 2);
		awaitLatch(loading);
		server.close();
		goOn.countDown();
		scaled.handle((done, failure) -> done).get(30, TimeUnit.SECONDS);
		assertThat(this.loaded).hasSize(2).allMatch(model -> model.closed);
	}

	@Test
	void whenCallsWaitThenThereAreMoreInstancesAndLaterFewer() throws Exception {
		ScalingPolicy policy = new ScalingPolicy(1, 2, Duration.ofMillis(100), Duration.ofSeconds(5),
				Duration.ofMinutes(1));
		BatchingSettings patient = new BatchingSettings(1, Duration.ZERO, 1024, null,
				BatchingSettings.Verification.UNBATCH, PaddingRule.NONE);
		ModelServer server = this.fixture
			.start(new ModelDefinition(KEY, Definitions.source(), (file, resources) -> model(), true,
					new InstanceSettings(OptimizeFor.THROUGHPUT, null, null, List.of(0), policy), patient,
					WarmUpSettings.defaults()));
		assertThat(snapshot(server).batcher().instances()).as("the fewest").isEqualTo(1);
		this.holding.set(true);
		List<CompletableFuture<InferenceResult>> calls = calls(server, 1);
		assertThat(this.entered.tryAcquire(1, 30, TimeUnit.SECONDS)).isTrue();
		calls.addAll(calls(server, 4));
		// so long that the seconds that a slow machine adds do not show in the first
		// digit
		advanceAndCheck(server, Duration.ofSeconds(600));
		assertThat(this.fixture.awaitScaled()).satisfies(scaled -> {
			assertThat(scaled.to()).isEqualTo(2);
			assertThat(scaled.reason()).startsWith("calls waited 6").contains("more than 100 ms");
		});
		assertThat(this.entered.tryAcquire(1, 30, TimeUnit.SECONDS)).as("the new instance runs").isTrue();
		assertThat(snapshot(server).instances()).satisfies(status -> {
			assertThat(status.perDevice()).isEqualTo(2);
			assertThat(status.scaling()).isEqualTo(policy);
			assertThat(status.reason()).startsWith("calls waited 6");
		});
		this.permits.release(1 << 10);
		for (CompletableFuture<InferenceResult> call : calls) {
			assertThat(answer(call)).isNotNull();
		}
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
		while (this.fixture.scaled.isEmpty() && System.nanoTime() - end < 0) {
			// nothing is decided before the last change has ended, which is after its
			// event
			advanceAndCheck(server, Duration.ofSeconds(31));
		}
		assertThat(this.fixture.awaitScaled()).satisfies(scaled -> {
			assertThat(scaled.to()).isEqualTo(1);
			assertThat(scaled.reason()).endsWith("for PT1M");
		});
	}

	@Test
	void whenTheNumberIsFixedThenLoadDoesNotChangeIt() throws Exception {
		ModelServer server = this.fixture.start(definition(1, 1, List.of(0)));
		this.holding.set(true);
		calls(server, 5);
		advanceAndCheck(server, Duration.ofHours(1));
		join(server.administration().scale(KEY, 1));
		assertThat(this.fixture.scaled).isEmpty();
	}

	private void advanceAndCheck(ModelServer server, Duration duration) throws Exception {
		this.fixture.offset.addAndGet(duration.toNanos());
		server.checkScaling();
	}

	private static ModelSnapshot snapshot(ModelServer server) {
		return server.registry().find(KEY).orElseThrow();
	}

	private static List<CompletableFuture<InferenceResult>> calls(ModelServer server, int number) {
		List<CompletableFuture<InferenceResult>> calls = new ArrayList<>();
		for (int i = 0; i < number; i++) {
			calls.add(infer(server));
		}
		return calls;
	}

	private ModelDefinition definition(int instances, int threads, List<Integer> on) {
		return definition(instances, threads, on, (file, resources) -> {
			this.devices.add(resources.device());
			return model();
		});
	}

	private static ModelDefinition definition(int instances, int threads, List<Integer> on, ModelLoader loader) {
		return definition(new InstanceSettings(OptimizeFor.THROUGHPUT, instances, threads, on), loader);
	}

	private static ModelDefinition definition(InstanceSettings instances, ModelLoader loader) {
		return new ModelDefinition(KEY, Definitions.source(), loader, true, instances, Definitions.batching(1),
				WarmUpSettings.defaults());
	}

	private Model model() {
		return model(null);
	}

	private Model model(@Nullable String failure) {
		FakeModel model = new FakeModel(FakeModel.ROWS_OF_TWO, inputs -> {
			if (failure != null) {
				throw new IllegalStateException(failure);
			}
			if (this.holding.get()) {
				this.entered.release();
				this.permits.acquireUninterruptibly();
			}
			float[] elements = inputs.numeric("x").toFloats();
			for (int i = 0; i < elements.length; i++) {
				elements[i] *= 2;
			}
			return NamedTensors.of("y", Tensor.of(inputs.get("x").shape(), elements));
		});
		this.loaded.add(model);
		return model;
	}

	private static void awaitLatch(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
