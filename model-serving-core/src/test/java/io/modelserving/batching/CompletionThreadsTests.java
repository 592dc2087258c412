package io.modelserving.batching;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static io.modelserving.batching.BatcherFixture.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CompletionThreads}.
 */
class CompletionThreadsTests {

	private final ManualTimer timer = new ManualTimer(new FakeTicker());

	private final CompletionThreads threads = new CompletionThreads("test", 2, this.timer);

	private final CountDownLatch blocked = new CountDownLatch(1);

	@AfterEach
	void close() {
		this.blocked.countDown();
		this.threads.close();
	}

	@Test
	void whenAllThreadsAreBlockedThenAnAnswerWaitsForTwoLooksAtMost() {
		block(2);
		CompletableFuture<Void> answer = new CompletableFuture<>();
		this.threads.execute(() -> answer.complete(null));
		this.timer.advance(CompletionThreads.LOOK);
		this.timer.advance(CompletionThreads.LOOK);
		assertThat(answer).succeedsWithin(TIMEOUT);
		assertThat(this.threads.size()).isEqualTo(4);
	}

	@Test
	void whenNothingWaitsAnyMoreThenThereAreAsFewAsBefore() {
		block(5);
		this.timer.advance(CompletionThreads.LOOK);
		this.timer.advance(CompletionThreads.LOOK);
		this.timer.advance(CompletionThreads.LOOK);
		assertThat(this.threads.size()).isGreaterThan(2);
		this.blocked.countDown();
		CompletableFuture<Void> last = new CompletableFuture<>();
		this.threads.execute(() -> last.complete(null));
		assertThat(last).succeedsWithin(TIMEOUT);
		while (this.timer.pending() > 0) {
			this.timer.advance(CompletionThreads.LOOK);
		}
		block(0);
		assertThat(this.threads.size()).isIn(2, 4, 8);
	}

	@Test
	void thereAreNeverMoreThanTheMost() {
		block(2 * CompletionThreads.MOST);
		for (int i = 0; i < 20; i++) {
			this.timer.advance(CompletionThreads.LOOK);
		}
		assertThat(this.threads.size()).isEqualTo(CompletionThreads.MOST);
	}

	@Test
	void whenClosedThenWhatWasHandedInIsStillDone() {
		CompletableFuture<Void> answer = new CompletableFuture<>();
		block(2);
		this.threads.execute(() -> answer.complete(null));
		this.threads.close();
		this.blocked.countDown();
		assertThat(answer).succeedsWithin(TIMEOUT);
		assertThatExceptionOfType(RejectedExecutionException.class)
			.isThrownBy(() -> this.threads.execute(() -> answer.complete(null)));
	}

	private void block(int tasks) {
		for (int i = 0; i < tasks; i++) {
			this.threads.execute(() -> {
				try {
					this.blocked.await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			});
		}
	}

}
