package io.modelserving.batching;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.modelserving.tensor.Workspace;

import static io.modelserving.batching.BatcherFixture.TIMEOUT;
import static io.modelserving.batching.BatcherFixture.assertAnswer;
import static io.modelserving.batching.BatcherFixture.assertCounts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests a {@link DynamicBatcher} whose instances come and go.
 */
class DynamicBatcherInstancesTests {

	private final BatcherFixture fixture = new BatcherFixture();

	private final GatedFunction second = new GatedFunction();

	@AfterEach
	void close() {
		this.second.open();
		this.fixture.close();
	}

	@Test
	void whenAnInstanceIsAddedThenItTakesWhatWaitsBehindTheBusyOne() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher(4);
		this.fixture.plug(batcher);
		CompletableFuture<List<Integer>> waiting = batcher.submit(Rows.of(1), Deadline.NONE);
		this.second.open();
		batcher.add(this.second);
		assertAnswer(waiting, 10);
		assertThat(this.second.batches()).containsExactly(List.of(1));
		assertThat(this.fixture.batches()).isEmpty();
	}

	@Test
	void whenAnIdleInstanceIsRetiredThenItEndsAndTheOtherGoesOn() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher(4);
		batcher.add(this.second);
		assertThat(batcher.retire(this.second)).succeedsWithin(TIMEOUT);
		assertCounts(batcher, 0, 0, 1, 0, 0);
		this.fixture.function.open();
		assertAnswer(batcher.submit(Rows.of(1), Deadline.NONE), 10);
		assertThat(this.second.batches()).isEmpty();
	}

	@Test
	void whenABusyInstanceIsRetiredThenItsBatchIsAnsweredAndItTakesNoMore() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher(1);
		this.fixture.plug(batcher);
		batcher.add(this.second);
		CompletableFuture<List<Integer>> running = batcher.submit(Rows.of(1), Deadline.NONE);
		this.second.awaitRun();
		CompletableFuture<List<Integer>> waiting = batcher.submit(Rows.of(2), Deadline.NONE);
		AtomicReference<String> endedOn = new AtomicReference<>();
		CompletableFuture<Void> retired = batcher.retire(this.second)
			.thenRun(() -> endedOn.set(Thread.currentThread().getName()));
		assertThat(retired).isNotDone();
		this.second.open();
		assertAnswer(running, 10);
		assertThat(retired).succeedsWithin(TIMEOUT);
		assertThat(endedOn).hasValue("batcher-1");
		assertThat(waiting).isNotDone();
		this.fixture.function.open();
		assertAnswer(waiting, 20);
		assertThat(this.second.batches()).containsExactly(List.of(1));
	}

	@Test
	void theLastInstanceIsNotRetiredNorOneThatThereIsNot() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher(1);
		assertThatIllegalStateException().isThrownBy(() -> batcher.retire(this.fixture.function))
			.withMessage("the last instance cannot be retired");
		assertThatIllegalArgumentException().isThrownBy(() -> batcher.retire(this.second))
			.withMessage("no instance runs this function");
		batcher.add(this.second);
		assertThat(batcher.retire(this.fixture.function)).succeedsWithin(TIMEOUT);
		assertThatIllegalStateException().isThrownBy(() -> batcher.retire(this.second));
	}

	@Test
	void whenSeveralInstancesDoTheSameThenTheLastOfThemIsRetired() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher(1);
		batcher.add(this.second);
		batcher.add(this.second);
		assertThat(batcher.retire(this.second)).succeedsWithin(TIMEOUT);
		assertThat(batcher.snapshot().each()).extracting(InstanceSnapshot::name)
			.containsExactly("batcher-0", "batcher-1");
	}

	@Test
	void whenDrainedThenARetiredInstanceIsWaitedForToo() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher(1);
		this.fixture.plug(batcher);
		batcher.add(this.second);
		batcher.submit(Rows.of(1), Deadline.NONE);
		this.second.awaitRun();
		CompletableFuture<Void> retired = batcher.retire(this.second);
		this.fixture.function.open();
		assertThat(batcher.drain(Duration.ofMillis(1))).isFalse();
		this.second.open();
		assertThat(retired).succeedsWithin(TIMEOUT);
		assertThat(batcher.drain(TIMEOUT)).isTrue();
	}

	@Test
	void whenAllInstancesAreBusyThenEachHasABatch() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher(1);
		List<GatedFunction> functions = new ArrayList<>(List.of(this.fixture.function));
		for (String device : List.of("0", "1", "1")) {
			GatedFunction function = new GatedFunction();
			functions.add(function);
			batcher.add(new OnDevice(device, function));
		}
		List<CompletableFuture<List<Integer>>> answers = this.fixture.submit(batcher, 1, 2, 3, 4);
		functions.forEach(GatedFunction::awaitRun);
		assertThat(batcher.snapshot().each()).allMatch(InstanceSnapshot::busy)
			.extracting(InstanceSnapshot::device)
			.containsExactly("", "0", "1", "1");
		functions.forEach(GatedFunction::open);
		answers.forEach(answer -> assertThat(answer).succeedsWithin(TIMEOUT));
	}

	@Test
	void theFiguresOfAnInstanceIncludeTheRunUnderWay() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher(4);
		this.fixture.plug(batcher);
		batcher.submit(Rows.of(1, 2), Deadline.NONE);
		batcher.submit(Rows.of(3), Deadline.NONE);
		this.fixture.ticker.advance(Duration.ofMillis(100));
		assertThat(batcher.snapshot().oldestWaitNanos()).isEqualTo(Duration.ofMillis(100).toNanos());
		this.fixture.function.release();
		this.fixture.function.awaitRun();
		this.fixture.ticker.advance(Duration.ofMillis(10));
		assertThat(batcher.snapshot().oldestWaitNanos()).isZero();
		assertThat(batcher.snapshot().each()).containsExactly(new InstanceSnapshot("batcher-0", "", true, 2, 3, 4,
				Duration.ofMillis(200).toNanos(), Duration.ofMillis(110).toNanos()));
	}

	@Test
	void whenThereAreMoreInstancesThenTheQueueDrainsFaster() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher(1);
		CompletableFuture<List<Integer>> first = this.fixture.plug(batcher);
		this.fixture.ticker.advance(Duration.ofMillis(100));
		this.fixture.function.release();
		assertAnswer(first, BatcherFixture.PLUG * 10);
		assertThat(batcher.snapshot().rowsPerSecond()).isEqualTo(10);
		batcher.add(this.second);
		assertThat(batcher.snapshot().rowsPerSecond()).isEqualTo(20);
		assertThat(batcher.retire(this.second)).succeedsWithin(TIMEOUT);
		assertThat(batcher.snapshot().rowsPerSecond()).isEqualTo(10);
	}

	private AdjustableBatcher<Rows, List<Integer>> batcher(int maxBatchSize) {
		AdjustableBatcher<Rows, List<Integer>> batcher = this.fixture.builder(maxBatchSize, Duration.ZERO, 64).build();
		this.fixture.batchers.add(batcher);
		return batcher;
	}

	private record OnDevice(String device,
			BatchFunction<Rows, List<Integer>> function) implements BatchFunction<Rows, List<Integer>> {

		@Override
		public List<Integer> run(Rows batch, Workspace workspace) {
			return this.function.run(batch, workspace);
		}

	}

}
