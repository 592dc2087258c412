package io.modelserving.serving.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.modelserving.batching.Priorities;
import io.modelserving.model.ExecutionResources;
import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.Model;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoader;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.model.graph.GraphAnalysis;
import io.modelserving.model.graph.Randomness;
import io.modelserving.model.graph.RowIndependence;
import io.modelserving.serving.BatchingSettings;
import io.modelserving.serving.BatchingSettings.Verification;
import io.modelserving.serving.Definitions;
import io.modelserving.serving.FakeModel;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.PaddingRule;
import io.modelserving.serving.ServingListener;
import io.modelserving.serving.WarmUpSettings;
import io.modelserving.serving.cache.CacheOutcome;
import io.modelserving.serving.cache.CacheSettings;
import io.modelserving.serving.cache.CacheSnapshot;
import io.modelserving.serving.cache.CacheUse;
import io.modelserving.serving.cache.MapResultStores;
import io.modelserving.serving.scaling.InstanceSettings;
import io.modelserving.serving.scaling.InstanceSettings.OptimizeFor;
import io.modelserving.serving.statistics.ModelStatistics;
import io.modelserving.serving.statistics.StatisticsCollector;
import io.modelserving.serving.traffic.Shadow;
import io.modelserving.serving.traffic.ShadowOutcome;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Tensor;

import static io.modelserving.serving.server.ServerFixture.KEY;
import static io.modelserving.serving.server.ServerFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for results that are kept: who gets them, and who must not.
 */
class ResponseCacheTests {

	private static final CacheSettings ON = new CacheSettings(true, false, 1 << 20, null, null);

	private final MapResultStores stores = new MapResultStores(false);

	private final StatisticsCollector statistics = new StatisticsCollector(InstantSource.system());

	private final ServerFixture fixture = new ServerFixture();

	private final AtomicInteger runs = new AtomicInteger();

	private final AtomicInteger loads = new AtomicInteger();

	private final AtomicBoolean holding = new AtomicBoolean();

	private final AtomicBoolean broken = new AtomicBoolean();

	private final Semaphore entered = new Semaphore(0);

	private final Semaphore permits = new Semaphore(0);

	private final BlockingQueue<ShadowOutcome> copies = new LinkedBlockingQueue<>();

	private @Nullable Randomness randomness;

	@AfterEach
	void close() {
		this.permits.release(1 << 10);
		this.fixture.close();
	}

	@Test
	void whenTheInputsAreTheSameThenTheModelRunsOnce() throws Exception {
		ModelServer server = start(ON);
		InferenceResult first = get(infer(server, 3));
		InferenceResult second = get(infer(server, 3));
		assertThat(this.runs).hasValue(1);
		assertThat(first.cache()).isEqualTo(CacheOutcome.MISS);
		assertThat(second.cache()).isEqualTo(CacheOutcome.HIT);
		assertThat(floats(second)).containsExactly(floats(first));
		assertThat(get(infer(server, 4)).cache()).isEqualTo(CacheOutcome.MISS);
	}

	@Test
	void whenResultsAreNotToBeKeptThenTheModelRunsEachTime() throws Exception {
		ModelServer server = start(CacheSettings.OFF);
		get(infer(server, 3));
		assertThat(get(infer(server, 3)).cache()).isNull();
		assertThat(this.runs).hasValue(2);
		assertThat(server.registry().find(KEY).orElseThrow().cache()).isNull();
		assertThatIllegalArgumentException().isThrownBy(() -> server.administration().clearCache(KEY))
			.withMessageContaining("cache.enabled is false");
	}

	@Test
	void aHitCountsAsACallThatSucceeded() throws Exception {
		ModelServer server = start(ON);
		get(infer(server, 3));
		get(infer(server, 3));
		ModelStatistics figures = this.statistics.statistics(KEY);
		assertThat(figures.success().count()).isEqualTo(2);
		assertThat(figures.queue().count()).isEqualTo(2);
		assertThat(figures.inferenceCount()).isEqualTo(1);
		assertThat(figures.cacheHit().count()).isEqualTo(1);
		assertThat(figures.cacheHit().nanos()).isPositive();
		assertThat(figures.cacheMiss().count()).isEqualTo(1);
	}

	@Test
	void whenCallsWantOtherOutputsThenEachGetsItsOwnOfTheSameResult() throws Exception {
		ModelServer server = start(ON);
		get(infer(server, 3));
		InferenceResult named = get(server.inferenceService()
			.infer(InferenceRequest.builder("a", FakeModel.row(3, 3)).outputs(List.of("y")).build()));
		assertThat(named.cache()).isEqualTo(CacheOutcome.HIT);
		assertThat(named.outputs().names()).containsExactly("y");
		assertThat(failure(server.inferenceService()
			.infer(InferenceRequest.builder("a", FakeModel.row(3, 3)).outputs(List.of("z")).build())))
			.hasMessageContaining("unknown output [z]");
	}

	@Test
	void whenTheModelIsLoadedAgainThenNothingOfBeforeIsLeft() throws Exception {
		ModelServer server = start(ON);
		float[] before = floats(get(infer(server, 3)));
		server.administration().reload(KEY).get(30, TimeUnit.SECONDS);
		InferenceResult after = get(infer(server, 3));
		assertThat(after.cache()).isEqualTo(CacheOutcome.MISS);
		assertThat(floats(after)).isNotEqualTo(before);
	}

	@Test
	void whenThereAreTwoVersionsThenEachHasItsOwnResults() throws Exception {
		ModelServer server = start(ON);
		ModelKey second = new ModelKey("a", 2);
		assertThat(server.administration().load(definition(second, ON)).get(30, TimeUnit.SECONDS).state())
			.isEqualTo(ModelState.READY);
		server.administration().route("a", Traffic.pinnedTo(1));
		float[] first = floats(get(infer(server, 3)));
		server.administration().route("a", Traffic.pinnedTo(2));
		InferenceResult other = get(infer(server, 3));
		assertThat(other.model()).isEqualTo(second);
		assertThat(other.cache()).isEqualTo(CacheOutcome.MISS);
		assertThat(floats(other)).isNotEqualTo(first);
		server.administration().route("a", Traffic.pinnedTo(1));
		InferenceResult again = get(infer(server, 3));
		assertThat(again.cache()).isEqualTo(CacheOutcome.HIT);
		assertThat(again.model()).isEqualTo(KEY);
		assertThat(floats(again)).containsExactly(first);
	}

	@Test
	void whenEqualCallsAreUnderWayThenTheyShareARun() throws Exception {
		ModelServer server = start(ON);
		this.holding.set(true);
		List<CompletableFuture<InferenceResult>> calls = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			calls.add(infer(server, 3));
		}
		awaitRun();
		calls.add(infer(server, 3));
		assertThat(calls).noneMatch(CompletableFuture::isDone);
		this.permits.release(1);
		List<CacheOutcome> outcomes = new ArrayList<>();
		for (CompletableFuture<InferenceResult> call : calls) {
			outcomes.add(get(call).cache());
		}
		assertThat(this.runs).hasValue(1);
		assertThat(outcomes).containsExactly(CacheOutcome.MISS, CacheOutcome.SHARED, CacheOutcome.SHARED,
				CacheOutcome.SHARED, CacheOutcome.SHARED, CacheOutcome.SHARED);
		assertThat(this.statistics.statistics(KEY).success().count()).isEqualTo(6);
	}

	@Test
	void whenTheFirstCallersDeadlinePassesThenTheRunGoesOnForTheOthers() throws Exception {
		ModelServer server = start(ON);
		this.holding.set(true);
		CompletableFuture<InferenceResult> hurried = infer(server, 3, Duration.ofMillis(200));
		awaitRun();
		CompletableFuture<InferenceResult> patient = infer(server, 3);
		assertThat(failure(hurried)).isInstanceOf(DeadlineExceeded.class)
			.hasMessage("the deadline of 200 ms passed before the result was ready");
		assertThat(patient).isNotDone();
		this.permits.release(1);
		assertThat(get(patient).cache()).isEqualTo(CacheOutcome.SHARED);
		assertThat(this.runs).hasValue(1);
	}

	@Test
	void whenOneOfSeveralIsCancelledThenTheOthersGetTheirResult() throws Exception {
		ModelServer server = start(ON);
		this.holding.set(true);
		CompletableFuture<InferenceResult> first = infer(server, 3);
		awaitRun();
		CompletableFuture<InferenceResult> second = infer(server, 3);
		first.cancel(false);
		this.permits.release(1);
		assertThat(get(second).cache()).isEqualTo(CacheOutcome.SHARED);
		assertThat(this.runs).hasValue(1);
	}

	@Test
	void whenAllAreCancelledThenTheCallLeavesTheQueue() throws Exception {
		ModelServer server = start(ON);
		this.holding.set(true);
		infer(server, 1);
		awaitRun();
		CompletableFuture<InferenceResult> first = infer(server, 3);
		CompletableFuture<InferenceResult> second = infer(server, 3);
		assertThat(server.registry().find(KEY).orElseThrow().batcher().queuedRows()).isEqualTo(1);
		second.cancel(false);
		assertThat(server.registry().find(KEY).orElseThrow().batcher().queuedRows()).isEqualTo(1);
		first.cancel(false);
		assertThat(server.registry().find(KEY).orElseThrow().batcher().queuedRows()).isZero();
	}

	@Test
	void whenTheModelFailsThenNothingIsKept() throws Exception {
		ModelServer server = start(ON);
		this.broken.set(true);
		assertThat(failure(infer(server, 3))).isInstanceOf(ExecutionFailed.class);
		this.broken.set(false);
		assertThat(get(infer(server, 3)).cache()).isEqualTo(CacheOutcome.MISS);
	}

	@Test
	void whenTheVersionDoesNotServeThenNeitherDoesItsCache() throws Exception {
		ModelServer server = start(ON);
		get(infer(server, 3));
		server.administration().disable(KEY);
		assertThat(failure(infer(server, 3))).isInstanceOf(ModelUnavailable.class);
		server.administration().enable(KEY);
		assertThat(get(infer(server, 3)).cache()).isEqualTo(CacheOutcome.HIT);
		server.drain(Duration.ofSeconds(10));
		assertThat(failure(infer(server, 3))).isInstanceOf(ModelUnavailable.class);
	}

	@Test
	void whenACallAsksForItThenTheModelRuns() throws Exception {
		ModelServer server = start(ON);
		get(infer(server, 3));
		InferenceResult fresh = get(infer(server, 3, CacheUse.REFRESH));
		assertThat(fresh.cache()).isEqualTo(CacheOutcome.BYPASSED);
		assertThat(get(infer(server, 4, CacheUse.BYPASS)).cache()).isEqualTo(CacheOutcome.BYPASSED);
		assertThat(this.runs).hasValue(3);
		assertThat(get(infer(server, 4)).cache()).as("no-store").isEqualTo(CacheOutcome.MISS);
	}

	@Test
	void whenTheGraphDrawsRandomNumbersThenNothingIsKeptUnlessForced() throws Exception {
		this.randomness = new Randomness("noise", "RandomNormal", "draws random numbers");
		ModelServer server = start(ON);
		get(infer(server, 3));
		assertThat(get(infer(server, 3)).cache()).isNull();
		assertThat(this.runs).hasValue(2);
		CacheSnapshot off = server.registry().find(KEY).orElseThrow().cache();
		assertThat(off).isNotNull();
		assertThat(off.obstacle()).contains("node noise (RandomNormal) draws random numbers", "cache.force");
		assertThat(server.registry().find(KEY).orElseThrow().details()).isNotNull()
			.satisfies((details) -> assertThat(details.warnings()).anyMatch((one) -> one.contains("RandomNormal")));
		assertThatIllegalArgumentException().isThrownBy(() -> server.administration().clearCache(KEY))
			.withMessageContaining("RandomNormal");
		server.administration()
			.load(definition(KEY, new CacheSettings(true, true, 1 << 20, null, null)))
			.get(30, TimeUnit.SECONDS);
		get(infer(server, 3));
		assertThat(get(infer(server, 3)).cache()).isEqualTo(CacheOutcome.HIT);
	}

	@Test
	void whenItIsClearedThenTheModelRunsAgain() throws Exception {
		ModelServer server = start(ON);
		get(infer(server, 3));
		server.administration().clearCache(KEY);
		assertThat(get(infer(server, 3)).cache()).isEqualTo(CacheOutcome.MISS);
	}

	@Test
	void aHitIsCopiedToTheShadowVersionLikeAnyCall() throws Exception {
		ModelServer server = start(ON);
		server.administration().load(definition(new ModelKey("a", 2), CacheSettings.OFF)).get(30, TimeUnit.SECONDS);
		server.administration().route("a", Traffic.pinnedTo(1).withShadow(Shadow.of(2)));
		assertThat(get(infer(server, 3)).cache()).isEqualTo(CacheOutcome.MISS);
		assertThat(this.copies.poll(30, TimeUnit.SECONDS)).isEqualTo(ShadowOutcome.DIFFERED);
		assertThat(get(infer(server, 3)).cache()).isEqualTo(CacheOutcome.HIT);
		assertThat(this.copies.poll(30, TimeUnit.SECONDS)).isEqualTo(ShadowOutcome.DIFFERED);
	}

	@Test
	void whenResultsOutliveTheModelThenOnlyOneOfTheSameContentGetsThem(@TempDir Path directory) throws Exception {
		MapResultStores shared = new MapResultStores(true);
		Path file = Files.writeString(directory.resolve("a.onnx"), "first");
		this.fixture.resultStores = shared;
		ModelServer server = start(ON, file);
		get(infer(server, 3));
		server.administration().reload(KEY).get(30, TimeUnit.SECONDS);
		assertThat(get(infer(server, 3)).cache()).as("same content").isEqualTo(CacheOutcome.HIT);
		Files.writeString(file, "other");
		server.administration().reload(KEY).get(30, TimeUnit.SECONDS);
		assertThat(get(infer(server, 3)).cache()).as("other content").isEqualTo(CacheOutcome.MISS);
	}

	@Test
	void whenThereIsNoPlaceForResultsThenLoadingSaysSo() throws Exception {
		ModelServer server = this.fixture.start(definition(KEY, CacheSettings.OFF));
		ModelStatus status = server.administration()
			.load(definition(new ModelKey("b", 1), ON))
			.get(30, TimeUnit.SECONDS);
		assertThat(status.state()).isEqualTo(ModelState.FAILED);
		assertThat(status.reason()).contains("cache.enabled", "com.github.ben-manes.caffeine:caffeine");
	}

	private void awaitRun() throws InterruptedException {
		assertThat(this.entered.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
	}

	private static InferenceResult get(CompletableFuture<InferenceResult> call) throws Exception {
		return call.get(30, TimeUnit.SECONDS);
	}

	private static float[] floats(InferenceResult result) {
		return result.outputs().numeric("y").toFloats();
	}

	private static CompletableFuture<InferenceResult> infer(ModelServer server, float value) {
		return server.inferenceService().infer(InferenceRequest.of("a", FakeModel.row(value, value)));
	}

	private static CompletableFuture<InferenceResult> infer(ModelServer server, float value, Duration timeout) {
		return server.inferenceService()
			.infer(InferenceRequest.builder("a", FakeModel.row(value, value)).timeout(timeout).build());
	}

	private static CompletableFuture<InferenceResult> infer(ModelServer server, float value, CacheUse use) {
		return server.inferenceService()
			.infer(InferenceRequest.builder("a", FakeModel.row(value, value)).cache(use).build());
	}

	private ModelServer start(CacheSettings cache) {
		this.fixture.resultStores = this.stores;
		return start(cache, Path.of("fake.onnx"));
	}

	private ModelServer start(CacheSettings cache, Path file) {
		this.fixture.more.add(this.statistics);
		this.fixture.more.add(new ServingListener() {

			@Override
			public void shadowed(ModelKey model, ShadowOutcome outcome) {
				ResponseCacheTests.this.copies.add(outcome);
			}

		});
		return this.fixture.start(definition(KEY, cache, file));
	}

	private ModelDefinition definition(ModelKey key, CacheSettings cache) {
		return definition(key, cache, Path.of("fake.onnx"));
	}

	/** The warm-up, which would be counted, is left out. */
	private ModelDefinition definition(ModelKey key, CacheSettings cache, Path file) {
		return new ModelDefinition(key, Definitions.source(file), new Loader(), true,
				new InstanceSettings(OptimizeFor.THROUGHPUT, 1, 1, List.of(0)),
				new BatchingSettings(1, Duration.ZERO, 64, Duration.ofSeconds(30), Verification.UNBATCH,
						PaddingRule.NONE, Priorities.NONE),
				new WarmUpSettings(false, WarmUpSettings.Samples.GENERATED, Duration.ofMinutes(1)))
			.withCache(cache);
	}

	/**
	 * Each load gives a model of other results.
	 */
	private final class Loader implements ModelLoader {

		@Override
		public Model load(Path file, ExecutionResources resources) {
			int load = ResponseCacheTests.this.loads.incrementAndGet();
			return new FakeModel(FakeModel.ROWS_OF_TWO, (inputs) -> run(inputs, load));
		}

		private NamedTensors run(NamedTensors inputs, int load) {
			ResponseCacheTests.this.runs.incrementAndGet();
			if (ResponseCacheTests.this.holding.get()) {
				ResponseCacheTests.this.entered.release();
				ResponseCacheTests.this.permits.acquireUninterruptibly();
			}
			if (ResponseCacheTests.this.broken.get()) {
				throw new IllegalStateException("broken");
			}
			float[] elements = inputs.numeric("x").toFloats();
			for (int i = 0; i < elements.length; i++) {
				elements[i] *= load;
			}
			return NamedTensors.of("y", Tensor.of(inputs.get("x").shape(), elements));
		}

		@Override
		public GraphAnalysis analyze(Path file) {
			return new GraphAnalysis(new RowIndependence.Proven(), Map.of(), Map.of(), Map.of(), List.of(),
					ResponseCacheTests.this.randomness);
		}

	}

}
