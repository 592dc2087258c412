package io.modelserving.serving.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.modelserving.batching.Deadline;
import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.model.ModelKey;
import io.modelserving.tensor.BufferPool;
import io.modelserving.tensor.BufferPool.PooledBuffers;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ResultCache}: who waits for which run, and what ends it. Nothing here
 * has a thread of its own.
 */
class ResultCacheTests {

	private static final NamedTensors RESULT = tensors(10);

	private static final CacheSettings ON = new CacheSettings(true, true, 1 << 20, null, null);

	private final MapResultStores stores = new MapResultStores(false);

	private final List<Runnable> timers = new ArrayList<>();

	private long now;

	private final ResultCache cache = new ResultCache("a:1", ON,
			(listener) -> this.stores.open(new ModelKey("a", 1), ON, "", listener), CacheListener.NONE,
			(delay, task) -> {
				this.timers.add(task);
				return () -> this.timers.remove(task);
			}, Runnable::run, () -> this.now);

	@Test
	void whenAnEqualCallIsUnderWayThenItsResultIsShared() {
		Call leader = call(1);
		Call follower = call(1);
		assertThat(leader.runs).hasSize(1);
		assertThat(follower.runs).isEmpty();
		leader.runs.get(0).complete(RESULT);
		assertThat(leader.result).isCompletedWithValue(RESULT);
		assertThat(follower.result).isCompletedWithValue(RESULT);
		assertThat(leader.outcome).isEqualTo(CacheOutcome.MISS);
		assertThat(follower.outcome).isEqualTo(CacheOutcome.SHARED);
		Call later = call(1);
		assertThat(later.outcome).isEqualTo(CacheOutcome.HIT);
		assertThat(later.result).isCompletedWithValue(RESULT);
		assertThat(this.timers).isEmpty();
	}

	@Test
	void whenOneCallerIsGoneThenTheOthersGoOn() {
		Call leader = call(1);
		Call follower = call(1);
		leader.result.cancel(false);
		assertThat(leader.runs.get(0)).isNotDone();
		leader.runs.get(0).complete(RESULT);
		assertThat(follower.result).isCompletedWithValue(RESULT);
		assertThat(follower.runs).isEmpty();
	}

	@Test
	void whenAllCallersAreGoneThenTheRunEnds() {
		Call leader = call(1);
		Call follower = call(1);
		follower.result.cancel(false);
		assertThat(leader.runs.get(0)).isNotDone();
		leader.result.cancel(false);
		assertThat(leader.runs.get(0)).isCancelled();
		Call next = call(1);
		assertThat(next.runs).hasSize(1);
	}

	@Test
	void eachCallHasItsOwnDeadline() {
		Call leader = call(1, Duration.ofMillis(10));
		Call follower = call(1, Duration.ofMillis(50));
		assertThat(leader.within.get(0).hasPassed(Long.MAX_VALUE / 2)).as("the run goes on").isFalse();
		assertThat(leader.within.get(0).remainingNanos(0)).as("admission").isEqualTo(10_000_000);
		this.timers.get(0).run();
		assertThatFailure(leader).isInstanceOf(DeadlineExceeded.class)
			.hasMessage("the deadline of 10 ms passed before the result was ready");
		assertThat(leader.runs.get(0)).isNotDone();
		this.timers.get(0).run();
		assertThatFailure(follower).isInstanceOf(DeadlineExceeded.class)
			.hasMessage("the deadline of 50 ms passed before the result was ready");
		assertThat(leader.runs.get(0)).as("ended as what it was").isCompletedExceptionally();
		assertThatFailure(leader.runs.get(0)).isInstanceOf(DeadlineExceeded.class);
	}

	@Test
	void whenTheModelFailsThenAllFailAndNothingIsKept() {
		Call leader = call(1);
		Call follower = call(1);
		leader.runs.get(0).completeExceptionally(new ExecutionFailed("broken", null));
		assertThatFailure(leader).hasMessage("broken");
		assertThatFailure(follower).hasMessage("broken");
		assertThat(call(1).runs).hasSize(1);
		assertThat(this.stores.results).isEmpty();
	}

	@Test
	void whenTheLeaderIsRejectedThenTheOthersAreHandedInAgain() {
		Call leader = call(1);
		Call follower = call(1);
		leader.runs.get(0).completeExceptionally(new Overloaded("full", Duration.ofSeconds(1)));
		assertThatFailure(leader).isInstanceOf(Overloaded.class);
		assertThat(follower.again).hasSize(1);
		follower.again.get(0).complete(RESULT);
		assertThat(follower.result).isCompletedWithValue(RESULT);
	}

	@Test
	void whenACallThatWasHandedInAgainIsCancelledThenThatIsCancelled() {
		Call leader = call(1);
		Call follower = call(1);
		leader.runs.get(0).completeExceptionally(new Overloaded("full", Duration.ofSeconds(1)));
		follower.result.cancel(false);
		assertThat(follower.again.get(0)).isCancelled();
	}

	@Test
	void whenTheInputsAreInvalidThenNothingStays() {
		Call call = new Call(1, null, CacheUse.USE, 1);
		call.failure = new InvalidInput("no such input");
		call.start();
		assertThatFailure(call).hasMessage("no such input");
		assertThat(call(1).runs).hasSize(1);
	}

	@Test
	void whenACallMayGoFirstThenItDoesNotWaitForOneBehind() {
		Call behind = call(1, null, CacheUse.USE, 2);
		Call first = call(1, null, CacheUse.USE, 1);
		Call alsoBehind = call(1, null, CacheUse.USE, 3);
		assertThat(first.runs).hasSize(1);
		assertThat(alsoBehind.runs).isEmpty();
		first.runs.get(0).complete(RESULT);
		assertThat(alsoBehind.result).isCompletedWithValue(RESULT);
		assertThat(behind.result).isNotDone();
		behind.runs.get(0).complete(RESULT);
		assertThat(behind.result).isCompletedWithValue(RESULT);
	}

	@Test
	void whenACallRefreshesThenItRunsAndReplacesWhatIsKept() {
		call(1).runs.get(0).complete(RESULT);
		Call refresh = call(1, null, CacheUse.REFRESH, 1);
		assertThat(refresh.outcome).isEqualTo(CacheOutcome.BYPASSED);
		refresh.runs.get(0).complete(tensors(11));
		assertThat(call(1).result.join().numeric("x").toFloats()).containsExactly(11);
	}

	@Test
	void whenACallBypassesThenItsResultIsNotKept() {
		Call bypass = call(1, null, CacheUse.BYPASS, 1);
		Call other = call(1);
		bypass.runs.get(0).complete(tensors(11));
		assertThat(other.result).isNotDone();
		assertThat(this.stores.results).isEmpty();
		assertThat(bypass.outcome).isEqualTo(CacheOutcome.BYPASSED);
	}

	@Test
	void whenTheStoreThrowsThenCallsGoOn() {
		this.stores.failure = new IllegalStateException("connection refused");
		Call call = call(1);
		call.runs.get(0).complete(RESULT);
		assertThat(call.result).isCompletedWithValue(RESULT);
		assertThat(this.cache.snapshot().failures()).isEqualTo(2);
		assertThat(call(1).runs).hasSize(1);
	}

	@Test
	void whenTheStoreFailsLaterThenTheModelRuns() {
		CompletableFuture<Optional<NamedTensors>> found = new CompletableFuture<>();
		this.stores.pending = found;
		Call call = call(1);
		assertThat(call.runs).isEmpty();
		found.completeExceptionally(new IllegalStateException("connection reset"));
		assertThat(call.runs).hasSize(1);
		assertThat(this.cache.snapshot().failures()).isEqualTo(1);
	}

	@Test
	void whenTheStoreHangsThenTheModelRuns() {
		CompletableFuture<Optional<NamedTensors>> found = new CompletableFuture<>();
		this.stores.pending = found;
		Call call = call(1);
		this.timers.get(0).run();
		assertThat(call.runs).hasSize(1);
		assertThat(this.cache.snapshot().failures()).isEqualTo(1);
		found.complete(Optional.of(tensors(5)));
		call.runs.get(0).complete(RESULT);
		assertThat(call.result).isCompletedWithValue(RESULT);
	}

	@Test
	void whenTheStoreAnswersLaterThenEqualCallsShareTheLookUp() {
		CompletableFuture<Optional<NamedTensors>> found = new CompletableFuture<>();
		this.stores.pending = found;
		Call leader = call(1);
		Call follower = call(1);
		found.complete(Optional.of(RESULT));
		assertThat(leader.result).isCompletedWithValue(RESULT);
		assertThat(follower.result).isCompletedWithValue(RESULT);
		assertThat(leader.outcome).isEqualTo(CacheOutcome.HIT);
	}

	@Test
	void whenTheLeaderIsGoneBeforeTheLookUpEndsThenItsMemoryIsStillThere() {
		CompletableFuture<Optional<NamedTensors>> found = new CompletableFuture<>();
		this.stores.pending = found;
		Call leader = new Call(1, null, CacheUse.USE, 1);
		leader.memory = new BufferPool(1 << 20).acquire();
		leader.start();
		Call follower = call(1);
		leader.result.cancel(false);
		leader.memory.release();
		leader.beforeRun = () -> {
			leader.memory.retain();
			leader.memory.release();
		};
		found.complete(Optional.empty());
		leader.runs.get(0).complete(RESULT);
		assertThat(follower.result).isCompletedWithValue(RESULT);
		assertThatExceptionOfType(IllegalStateException.class).as("released in the end")
			.isThrownBy(leader.memory::retain);
	}

	@Test
	void whenNobodyWaitsWhenTheLookUpEndsThenNothingRuns() {
		CompletableFuture<Optional<NamedTensors>> found = new CompletableFuture<>();
		this.stores.pending = found;
		Call leader = new Call(1, null, CacheUse.USE, 1);
		leader.memory = new BufferPool(1 << 20).acquire();
		leader.start();
		leader.result.cancel(false);
		leader.memory.release();
		found.complete(Optional.empty());
		assertThat(leader.runs).isEmpty();
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(leader.memory::retain);
	}

	@Test
	void whenTheModelWasReplacedDuringTheLookUpThenTheCallIsHandedInAgain() {
		CompletableFuture<Optional<NamedTensors>> found = new CompletableFuture<>();
		this.stores.pending = found;
		Call call = call(1);
		found.complete(Optional.empty());
		call.runs.get(0).completeExceptionally(new ModelUnavailable("draining", Duration.ofSeconds(1)));
		call.again.get(0).complete(RESULT);
		assertThat(call.result).isCompletedWithValue(RESULT);
	}

	@Test
	void whenTheModelIsReplacedAtOnceThenTheCallerFindsOutAtOnce() {
		Call call = new Call(1, null, CacheUse.USE, 1);
		call.failure = new ModelUnavailable("draining", Duration.ofSeconds(1));
		call.start();
		assertThatFailure(call).isInstanceOf(ModelUnavailable.class);
		assertThat(call.again).isEmpty();
	}

	@Test
	void whenTheDeadlineHasPassedThenTheModelSaysSo() {
		call(1).runs.get(0).complete(RESULT);
		this.now = 100_000_000;
		Call late = new Call(1, Duration.ofMillis(1), CacheUse.USE, 1);
		late.start();
		assertThat(late.within.get(0).hasPassed(this.now)).isTrue();
	}

	@Test
	void whenItIsClearedThenTheModelRunsAgain() {
		call(1).runs.get(0).complete(RESULT);
		this.cache.clear();
		assertThat(call(1).runs).hasSize(1);
	}

	@Test
	void whenManyCallsHitThenBodiesAreWorthReading() {
		assertThat(this.cache.isWorthReading()).isFalse();
		call(1).runs.get(0).complete(RESULT);
		for (int i = 0; i < 20; i++) {
			call(1);
		}
		assertThat(this.cache.isWorthReading()).isTrue();
		for (int i = 0; i < 200; i++) {
			call(100 + i);
		}
		assertThat(this.cache.isWorthReading()).isFalse();
		assertThat(this.cache.snapshot().hits()).isEqualTo(20);
		assertThat(this.cache.snapshot().misses()).isEqualTo(201);
	}

	private Call call(float value) {
		return call(value, null);
	}

	private Call call(float value, @Nullable Duration timeout) {
		return call(value, timeout, CacheUse.USE, 1);
	}

	private Call call(float value, @Nullable Duration timeout, CacheUse use, int level) {
		Call call = new Call(value, timeout, use, level);
		call.start();
		return call;
	}

	private static NamedTensors tensors(float value) {
		return NamedTensors.of(Map.of("x", Tensor.of(Shape.of(1), value)));
	}

	private static org.assertj.core.api.AbstractThrowableAssert<?, ?> assertThatFailure(Call call) {
		return assertThatFailure(call.result);
	}

	private static org.assertj.core.api.AbstractThrowableAssert<?, ?> assertThatFailure(CompletableFuture<?> future) {
		return assertThat(assertThat(future).failsWithin(Duration.ZERO)
			.withThrowableOfType(ExecutionException.class)
			.actual()
			.getCause());
	}

	/**
	 * A call, and the runs that it began.
	 */
	private final class Call {

		private final float value;

		private final Deadline deadline;

		private final CacheUse use;

		private final int level;

		final List<CompletableFuture<NamedTensors>> runs = new ArrayList<>();

		final List<CompletableFuture<NamedTensors>> again = new ArrayList<>();

		final List<Deadline> within = new ArrayList<>();

		PooledBuffers memory = BufferPool.NONE.acquire();

		@Nullable RuntimeException failure;

		Runnable beforeRun = () -> {
		};

		@Nullable CacheOutcome outcome;

		CompletableFuture<NamedTensors> result = new CompletableFuture<>();

		Call(float value, @Nullable Duration timeout, CacheUse use, int level) {
			this.value = value;
			this.deadline = Deadline.after(timeout, 0);
			this.use = use;
			this.level = level;
		}

		void start() {
			this.result = ResultCacheTests.this.cache.infer(new CachedCall(tensors(this.value), this.memory, this.use,
					this.deadline, this.level, (seen) -> this.outcome = seen, this::run, () -> add(this.again)));
		}

		private CompletableFuture<NamedTensors> run(Deadline limit) {
			this.within.add(limit);
			this.beforeRun.run();
			if (this.failure instanceof InvalidInput) {
				throw this.failure;
			}
			CompletableFuture<NamedTensors> run = add(this.runs);
			if (this.failure != null) {
				run.completeExceptionally(this.failure);
			}
			return run;
		}

		private static CompletableFuture<NamedTensors> add(List<CompletableFuture<NamedTensors>> futures) {
			CompletableFuture<NamedTensors> future = new CompletableFuture<>();
			futures.add(future);
			return future;
		}

	}

}
