package io.modelserving.endpoint;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.Overloaded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link EncodingStage}.
 */
class EncodingStageTests {

	private final EncodingStage stage = new EncodingStage(1, 1, System::nanoTime);

	private final CountDownLatch begun = new CountDownLatch(1);

	private final CountDownLatch go = new CountDownLatch(1);

	@AfterEach
	void endThreads() {
		this.go.countDown();
		this.stage.close();
	}

	private CompletableFuture<String> occupy() {
		CompletableFuture<String> answer = submitElsewhere(() -> {
			this.begun.countDown();
			await(this.go);
			return CompletableFuture.completedFuture("first");
		});
		await(this.begun);
		return answer;
	}

	/** Whoever submits work does it. */
	private CompletableFuture<String> submitElsewhere(Supplier<CompletableFuture<String>> work) {
		return CompletableFuture.supplyAsync(() -> this.stage.submit(work), (task) -> new Thread(task).start())
			.thenCompose((answer) -> answer);
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
	void whenWorkIsDoneThenItsAnswerIsGiven() {
		CompletableFuture<String> inner = new CompletableFuture<>();
		CompletableFuture<String> answer = this.stage.submit(() -> inner);
		inner.complete("answer");
		assertThat(answer.join()).isEqualTo("answer");
	}

	@Test
	void whenWorkThrowsThenAnswerFailsWithThat() {
		CompletableFuture<String> answer = this.stage.submit(() -> {
			throw new InvalidInput("no picture");
		});
		assertThat(answer).failsWithin(30, TimeUnit.SECONDS)
			.withThrowableThat()
			.withCauseInstanceOf(InvalidInput.class)
			.withMessageContaining("no picture");
	}

	@Test
	void whenTooManyWaitThenFurtherOnesAreRejectedAndThoseThatWaitAreAnswered() {
		CompletableFuture<String> first = occupy();
		CompletableFuture<String> second = submitElsewhere(() -> CompletableFuture.completedFuture("second"));
		while (this.stage.load().waiting() == 0) {
			Thread.onSpinWait();
		}
		CompletableFuture<String> third = this.stage.submit(() -> CompletableFuture.completedFuture("third"));
		assertThatExceptionOfType(Exception.class).isThrownBy(third::join)
			.havingCause()
			.isInstanceOf(Overloaded.class)
			.withMessage(
					"too many requests wait to be encoded; at most 1 may (model-serving.endpoints.encoding-capacity)");
		this.go.countDown();
		assertThat(first.join()).isEqualTo("first");
		assertThat(second.join()).isEqualTo("second");
	}

	@Test
	void workIsDoneByTheThreadThatBringsIt() {
		assertThat(this.stage.submit(() -> CompletableFuture.completedFuture(Thread.currentThread())).join())
			.isSameAs(Thread.currentThread());
	}

	@Test
	void whenAnswerIsGivenUpLaterThenWhatWorkStartedIsGivenUp() {
		CompletableFuture<String> inner = new CompletableFuture<>();
		CompletableFuture<String> handedOver = new CompletableFuture<>();
		CompletableFuture<String> answer = this.stage.submit(() -> {
			handedOver.complete("now");
			return inner;
		});
		handedOver.join();
		answer.cancel(false);
		assertThat(inner).failsWithin(30, TimeUnit.SECONDS);
	}

}
