package io.modelserving.pipeline;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.modelserving.batching.Deadline;
import io.modelserving.image.PictureBuffers;
import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.Overloaded;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Turn}.
 */
class TurnTests {

	private static final Duration SOON = Duration.ofSeconds(30);

	private final Stage<Turn, Turn> turns = Turn.stage("requestEncoding").capacity(1).build();

	private final CountDownLatch begun = new CountDownLatch(1);

	private final CountDownLatch go = new CountDownLatch(1);

	@AfterEach
	void endThreads() {
		this.go.countDown();
		this.turns.close();
	}

	private CompletableFuture<String> occupy() {
		CompletableFuture<String> response = submitElsewhere(() -> {
			this.begun.countDown();
			await(this.go);
			return CompletableFuture.completedFuture("first");
		});
		await(this.begun);
		return response;
	}

	/** Whoever submits work does it. */
	private CompletableFuture<String> submitElsewhere(Supplier<CompletableFuture<String>> work) {
		return CompletableFuture.supplyAsync(() -> submit(work, Deadline.NONE), (task) -> new Thread(task).start())
			.thenCompose((response) -> response);
	}

	private <O> CompletableFuture<O> submit(Supplier<CompletableFuture<O>> work, Deadline deadline) {
		return Turn.submit(this.turns, work, deadline);
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	@Test
	void whenWorkIsDoneThenItsResponseIsGiven() {
		CompletableFuture<String> inner = new CompletableFuture<>();
		CompletableFuture<String> response = submit(() -> inner, Deadline.NONE);
		inner.complete("response");
		assertThat(response.join()).isEqualTo("response");
	}

	@Test
	void whenWorkThrowsThenResponseFailsWithThatAndTheTurnIsOver() {
		CompletableFuture<String> response = submit(() -> {
			throw new InvalidInput("no picture");
		}, Deadline.NONE);
		assertThat(response).failsWithin(SOON)
			.withThrowableThat()
			.withCauseInstanceOf(InvalidInput.class)
			.withMessageContaining("no picture");
		assertThat(submit(() -> CompletableFuture.completedFuture("next"), Deadline.NONE).join()).isEqualTo("next");
	}

	@Test
	void whenTooManyWaitThenFurtherOnesAreRejectedAndThoseThatWaitGetTheirResponse() {
		CompletableFuture<String> first = occupy();
		CompletableFuture<String> second = submitElsewhere(() -> CompletableFuture.completedFuture("second"));
		while (this.turns.snapshot().queuedRows() == 0) {
			Thread.onSpinWait();
		}
		assertThat(submit(() -> CompletableFuture.completedFuture("third"), Deadline.NONE)).failsWithin(SOON)
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(Overloaded.class)
			.withMessage("stage \"requestEncoding\" has no room or time for more: 1 items wait");
		this.go.countDown();
		assertThat(first.join()).isEqualTo("first");
		assertThat(second.join()).isEqualTo("second");
	}

	@Test
	void workIsDoneByTheThreadThatBringsIt() {
		assertThat(submit(() -> CompletableFuture.completedFuture(Thread.currentThread()), Deadline.NONE).join())
			.isSameAs(Thread.currentThread());
	}

	@Test
	void whenThereIsOneTurnAtATimeThenAllUseItsMemoryForPictures() {
		Supplier<CompletableFuture<PictureBuffers>> work = () -> CompletableFuture
			.completedFuture(PictureBuffers.current());
		assertThat(submit(work, Deadline.NONE).join()).isSameAs(submit(work, Deadline.NONE).join());
		assertThat(PictureBuffers.current()).isNotSameAs(submit(work, Deadline.NONE).join());
	}

	@Test
	void whenTheDeadlinePassesWhileATurnIsWaitedForThenNothingIsDone() {
		occupy();
		CountDownLatch done = new CountDownLatch(1);
		CompletableFuture<String> late = submit(() -> {
			done.countDown();
			return CompletableFuture.completedFuture("late");
		}, Deadline.after(Duration.ofMillis(20), System.nanoTime()));
		assertThat(late).failsWithin(SOON).withThrowableThat().withCauseInstanceOf(DeadlineExceeded.class);
		assertThat(done.getCount()).isOne();
	}

	@Test
	void whenTheThreadIsInterruptedWhileItWaitsThenItsTurnIsTakenBack() throws InterruptedException {
		occupy();
		CompletableFuture<CompletableFuture<String>> response = new CompletableFuture<>();
		Thread waiting = new Thread(
				() -> response.complete(submit(() -> CompletableFuture.completedFuture("never"), Deadline.NONE)));
		waiting.start();
		while (this.turns.snapshot().queuedRows() == 0) {
			Thread.onSpinWait();
		}
		waiting.interrupt();
		waiting.join();
		assertThat(response.join()).isCompletedExceptionally();
		assertThat(this.turns.snapshot().queuedRows()).isZero();
	}

}
