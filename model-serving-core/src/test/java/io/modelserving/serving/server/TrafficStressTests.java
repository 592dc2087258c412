package io.modelserving.serving.server;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.modelserving.serving.traffic.Rollback;
import io.modelserving.serving.traffic.Shadow;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.model.ModelKey;

import static io.modelserving.serving.server.TrafficFixture.MODEL;
import static io.modelserving.serving.server.TrafficFixture.join;
import static io.modelserving.serving.traffic.TrafficPolicyTests.weights;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that no call is lost while operators change everything at once.
 */
class TrafficStressTests {

	private final AtomicBoolean stop = new AtomicBoolean();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@AfterEach
	void shutDown() {
		this.threads.shutdownNow();
	}

	@Test
	void whenTrafficChangesWhileCallsFlowThenNoneIsLost() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.NONE, VersionModel.of(1), VersionModel.of(2))) {
			Set<Long> answered = ConcurrentHashMap.newKeySet();
			List<CompletableFuture<Integer>> callers = callers(fixture, answered);
			for (int i = 0; i < 2000 || answered.size() < 2; i++) {
				fixture.administration().route(MODEL, switch (i % 4) {
					case 0 -> Traffic.pinnedTo(1);
					case 1 -> Traffic.split(weights(1, 50, 2, 50)).withRollback(Rollback.defaults());
					case 2 -> Traffic.pinnedTo(2).withShadow(Shadow.of(1));
					default -> Traffic.NONE;
				});
			}
			finish(callers);
			assertThat(answered).containsExactlyInAnyOrder(1L, 2L);
		}
	}

	@Test
	void whenAVersionIsDisabledAndEnabledWhileCallsFlowThenNoneIsLost() {
		Traffic split = Traffic.split(weights(1, 50, 2, 50));
		try (TrafficFixture fixture = new TrafficFixture(split, VersionModel.of(1), VersionModel.of(2))) {
			List<CompletableFuture<Integer>> callers = callers(fixture, ConcurrentHashMap.newKeySet());
			ModelKey second = new ModelKey(MODEL, 2);
			for (int i = 0; i < 2000; i++) {
				fixture.administration().disable(second);
				fixture.administration().enable(second);
			}
			finish(callers);
		}
	}

	@Test
	void whenAVersionIsUnloadedAndLoadedWhileInUseThenTheOtherTakesItsCalls() {
		VersionModel second = VersionModel.of(2);
		Traffic split = Traffic.split(weights(1, 50, 2, 50));
		try (TrafficFixture fixture = new TrafficFixture(split, VersionModel.of(1), second)) {
			Set<Long> answered = ConcurrentHashMap.newKeySet();
			List<CompletableFuture<Integer>> callers = callers(fixture, answered);
			for (int i = 0; i < 50; i++) {
				join(fixture.administration().unload(new ModelKey(MODEL, 2)));
				fixture.load(second);
			}
			finish(callers);
			assertThat(answered).containsExactlyInAnyOrder(1L, 2L);
		}
	}

	@Test
	void whenVersionsAreLoadedAndUnloadedFromManyThreadsThenWhatIsLeftServes() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.NONE, VersionModel.of(1))) {
			List<CompletableFuture<Integer>> callers = callers(fixture, ConcurrentHashMap.newKeySet());
			List<CompletableFuture<Void>> operators = IntStream.range(0, 4)
				.mapToObj(i -> CompletableFuture.runAsync(() -> operate(fixture, i), this.threads))
				.toList();
			operators.forEach(TrafficFixture::join);
			finish(callers);
			assertThat(fixture.registry().find(new ModelKey(MODEL, 1)).orElseThrow().status().isAvailable()).isTrue();
			fixture.load(VersionModel.of(9));
			assertThat(fixture.answeredBy()).isEqualTo(9);
		}
	}

	private static void operate(TrafficFixture fixture, int operator) {
		for (int i = 0; i < 20; i++) {
			ModelKey key = new ModelKey(MODEL, 2 + (operator + i) % 3);
			if (i % 2 == 0) {
				fixture.load(VersionModel.of(key.version()));
			}
			else {
				fixture.administration().unload(key).handle((status, failure) -> status).join();
			}
		}
	}

	private List<CompletableFuture<Integer>> callers(TrafficFixture fixture, Set<Long> answered) {
		CountDownLatch flowing = new CountDownLatch(3);
		List<CompletableFuture<Integer>> callers = IntStream.range(0, 3)
			.mapToObj(i -> CompletableFuture.supplyAsync(() -> call(fixture, answered, flowing), this.threads))
			.toList();
		try {
			assertThat(flowing.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		return callers;
	}

	private int call(TrafficFixture fixture, Set<Long> answered, CountDownLatch flowing) {
		int calls = 0;
		while (!this.stop.get()) {
			answered.add(fixture.answeredBy());
			answered.add(fixture.answeredBy("user-" + calls++));
			if (calls == 1) {
				flowing.countDown();
			}
		}
		return calls;
	}

	private void finish(List<CompletableFuture<Integer>> callers) {
		this.stop.set(true);
		assertThat(callers).allSatisfy(calls -> assertThat(join(calls)).isPositive());
	}

}
