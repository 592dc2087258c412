package io.modelserving.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import io.modelserving.batching.Deadline;
import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.Overloaded;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests how pipelines are composed, of ways whose results the test gives.
 */
class PipelineTests {

	private static final Deadline DEADLINE = Deadline.after(Duration.ofSeconds(1), 0);

	private final Way first = new Way("first", 3);

	private final Way second = new Way("second", 5);

	private static Throwable failure(CompletableFuture<?> result) {
		return result.handle((value, failure) -> failure).join();
	}

	@Test
	void sequenceHandsResultsOn() {
		CompletableFuture<String> result = this.first.then(this.second).submit("a", DEADLINE);
		assertThat(this.second.calls).isEmpty();
		this.first.complete(0, "b");
		assertThat(this.second.calls).singleElement().extracting(Call::item).isEqualTo("b");
		this.second.complete(0, "c");
		assertThat(result).isCompletedWithValue("c");
	}

	@Test
	void eachStageKnowsHowLongTheWayBehindItTakes() {
		this.first.then(this.second).then(new Way("third", 7)).submit("a", DEADLINE, 100);
		assertThat(this.first.calls.get(0).behindNanos()).isEqualTo(112);
		this.first.complete(0, "b");
		assertThat(this.second.calls.get(0).behindNanos()).isEqualTo(107);
		assertThat(this.first.calls.get(0).deadline()).isSameAs(DEADLINE);
		assertThat(this.second.calls.get(0).deadline()).isSameAs(DEADLINE);
	}

	@Test
	void whenAStageFailsThenTheNextOneIsNotAsked() {
		CompletableFuture<String> result = this.first.then(this.second).submit("a", DEADLINE);
		InvalidInput failure = new InvalidInput("no");
		this.first.fail(0, failure);
		assertThat(failure(result)).isSameAs(failure);
		assertThat(this.second.calls).isEmpty();
	}

	@Test
	void whenResultIsCancelledThenTheStageThatTheItemIsInIsCancelled() {
		CompletableFuture<String> result = this.first.then(this.second).submit("a", DEADLINE);
		result.cancel(false);
		assertThat(this.first.calls.get(0).result()).isCancelled();
		CompletableFuture<String> other = this.first.then(this.second).submit("a", DEADLINE);
		this.first.complete(1, "b");
		other.cancel(false);
		assertThat(this.second.calls.get(0).result()).isCancelled();
	}

	@Test
	void whenAMappingThrowsThenTheItemFails() {
		CompletableFuture<Integer> result = this.first.map(Integer::parseInt).submit("a", DEADLINE);
		this.first.complete(0, "x");
		assertThat(failure(result)).isInstanceOf(ExecutionFailed.class)
			.hasRootCauseInstanceOf(NumberFormatException.class);
	}

	@Test
	void branchTakesOneWay() {
		Pipeline<String, String> branch = Pipeline.branch((item) -> item.startsWith("a"), this.first, this.second);
		branch.submit("ab", DEADLINE);
		branch.submit("b", DEADLINE);
		assertThat(this.first.calls).extracting(Call::item).containsExactly("ab");
		assertThat(this.second.calls).extracting(Call::item).containsExactly("b");
		assertThat(branch.predictedNanos()).isEqualTo(3);
	}

	@Test
	void joinWaitsForBothWays() {
		Pipeline<String, String> join = Pipeline.join(this.first, this.second, (a, b) -> a + b);
		CompletableFuture<String> result = join.submit("i", DEADLINE);
		this.second.complete(0, "2");
		assertThat(result).isNotDone();
		this.first.complete(0, "1");
		assertThat(result).isCompletedWithValue("12");
		assertThat(join.predictedNanos()).isEqualTo(5);
	}

	@Test
	void whenOneSideOfAJoinIsLateThenTheOtherIsCancelled() {
		CompletableFuture<String> result = Pipeline.join(this.first, this.second, (a, b) -> a + b)
			.submit("i", DEADLINE);
		this.second.fail(0, new DeadlineExceeded("late"));
		assertThat(failure(result)).isInstanceOf(DeadlineExceeded.class);
		assertThat(this.first.calls.get(0).result()).isCancelled();
	}

	@Test
	void fallbackIsTakenForTheFailuresItIsFor() {
		Pipeline<String, String> pipeline = this.first.orElse(Overloaded.class::isInstance, this.second);
		CompletableFuture<String> result = pipeline.submit("i", DEADLINE);
		this.first.fail(0, new Overloaded("full", Duration.ZERO));
		this.second.complete(0, "2");
		assertThat(result).isCompletedWithValue("2");
		CompletableFuture<String> other = pipeline.submit("i", DEADLINE);
		this.first.fail(1, new InvalidInput("no"));
		assertThat(failure(other)).isInstanceOf(InvalidInput.class);
		assertThat(this.second.calls).hasSize(1);
	}

	@Test
	void whenResultIsCancelledThenFallbackIsNotTaken() {
		CompletableFuture<String> result = this.first.orElse((failure) -> true, this.second).submit("i", DEADLINE);
		result.cancel(false);
		assertThat(this.first.calls.get(0).result()).isCancelled();
		assertThat(this.second.calls).isEmpty();
	}

	@Test
	void eachItemOfAListGoesItsWay() {
		CompletableFuture<List<String>> result = this.first.forEach().submit(List.of("a", "b", "c"), DEADLINE);
		this.first.complete(2, "3");
		this.first.complete(0, "1");
		this.first.complete(1, "2");
		assertThat(result).isCompletedWithValue(List.of("1", "2", "3"));
		assertThat(this.first.forEach().submit(List.of(), DEADLINE)).isCompletedWithValue(List.of());
	}

	@Test
	void listsOfManyItemsMakeAStageTheLimit() {
		Pipeline<List<String>, List<String>> crops = this.first.forEach();
		crops.submit(List.of("a", "b", "c", "d"), DEADLINE);
		assertThat(crops.loads()).extracting(StageLoad::itemsPerSecond).containsExactly(25.0);
	}

	@Test
	void loadsAreInTheOrderOfTheWay() {
		Way third = new Way("third", 1);
		Pipeline<String, String> pipeline = this.first.then(Pipeline.join(this.second, third, (a, b) -> a));
		assertThat(pipeline.loads()).extracting(StageLoad::name).containsExactly("first", "second", "third");
	}

	private record Call(String item, Deadline deadline, long behindNanos, CompletableFuture<String> result) {
	}

	private static final class Way implements Pipeline<String, String> {

		private final String name;

		private final long nanos;

		private final List<Call> calls = new ArrayList<>();

		Way(String name, long nanos) {
			this.name = name;
			this.nanos = nanos;
		}

		void complete(int call, String result) {
			this.calls.get(call).result().complete(result);
		}

		void fail(int call, RuntimeException failure) {
			this.calls.get(call).result().completeExceptionally(failure);
		}

		@Override
		public CompletableFuture<String> submit(String item, Deadline deadline, long behindNanos) {
			Call call = new Call(item, deadline, behindNanos, new CompletableFuture<>());
			this.calls.add(call);
			return call.result();
		}

		@Override
		public long predictedNanos() {
			return this.nanos;
		}

		@Override
		public List<StageLoad> loads() {
			return List.of(new StageLoad(this.name, 0, 1, 0, 100));
		}

	}

}
