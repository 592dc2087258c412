package io.modelserving.serving;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BriefWaits}.
 */
class BriefWaitsTests {

	private static final String MODEL = "digits";

	private final AtomicLong clock = new AtomicLong();

	private final BriefWaits waits = new BriefWaits(1, Duration.ofMinutes(1), this.clock::get);

	@Test
	void whenAnswerIsThereThenNobodyWaits() {
		assertThat(none().await(MODEL, CompletableFuture.completedFuture(1))).isTrue();
		assertThat(none().await(MODEL, CompletableFuture.failedFuture(new IllegalStateException()))).isTrue();
	}

	@Test
	void whenAnswerComesWhileWaitingThenItIsThere() throws InterruptedException {
		SignallingFuture answer = new SignallingFuture();
		CompletableFuture<Boolean> waited = CompletableFuture.supplyAsync(() -> this.waits.await(MODEL, answer));
		answer.isWaitedFor();
		answer.complete(1);
		assertThat(waited).succeedsWithin(1, TimeUnit.MINUTES).isEqualTo(true);
	}

	@Test
	void whenAnswerFailsWhileWaitingThenItIsThere() throws InterruptedException {
		SignallingFuture answer = new SignallingFuture();
		CompletableFuture<Boolean> waited = CompletableFuture.supplyAsync(() -> this.waits.await(MODEL, answer));
		answer.isWaitedFor();
		answer.completeExceptionally(new IllegalStateException());
		assertThat(waited).succeedsWithin(1, TimeUnit.MINUTES).isEqualTo(true);
	}

	@Test
	void whenAnswerDoesNotComeThenThreadGoesOnAndOthersMayWait() {
		BriefWaits impatient = new BriefWaits(1, Duration.ofNanos(1), this.clock::get);
		assertThat(impatient.await(MODEL, new CompletableFuture<>())).isFalse();
		SignallingFuture next = new SignallingFuture();
		assertThat(impatient.await(MODEL, next)).isFalse();
		assertThat(next.waits.getCount()).as("waited for").isZero();
	}

	@Test
	void whenThreadIsInterruptedThenItGoesOnAndStaysSo() {
		Thread.currentThread().interrupt();
		assertThat(this.waits.await(MODEL, new CompletableFuture<>())).isFalse();
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void whenAllPermitsAreTakenThenNobodyElseWaits() {
		SignallingFuture first = new SignallingFuture();
		SignallingFuture second = new SignallingFuture();
		first.during = () -> {
			assertThat(this.waits.await(MODEL, second)).isFalse();
			first.complete(1);
		};
		assertThat(this.waits.await(MODEL, first)).isTrue();
		assertThat(second.waits.getCount()).as("not waited for").isOne();
	}

	@Test
	void whenAnswersTakeLongThenNobodyWaitsUntilTheyAreFastAgain() {
		answerIn(BriefWaits.USUAL.multipliedBy(3));
		assertThat(this.waits.isSoon(MODEL)).isFalse();
		SignallingFuture answer = new SignallingFuture();
		assertThat(this.waits.await(MODEL, answer)).isFalse();
		assertThat(answer.waits.getCount()).as("not waited for").isOne();
		int fast = 0;
		while (!this.waits.isSoon(MODEL)) {
			answerIn(Duration.ofMillis(1));
			fast++;
		}
		assertThat(fast).isBetween(5, 30);
	}

	@Test
	void whenAnAnswerTakesForeverThenItCountsNoMoreThanASlowOne() {
		answerIn(Duration.ofMillis(1));
		answerIn(Duration.ofHours(1));
		assertThat(this.waits.isSoon(MODEL)).isTrue();
	}

	@Test
	void whenOneModelIsSlowThenOthersAreWaitedFor() {
		answerIn(Duration.ofHours(1));
		assertThat(this.waits.isSoon(MODEL)).isFalse();
		assertThat(this.waits.isSoon("iris")).isTrue();
	}

	private static BriefWaits none() {
		return new BriefWaits(0);
	}

	private void answerIn(Duration time) {
		SignallingFuture answer = new SignallingFuture();
		answer.during = () -> {
			this.clock.addAndGet(time.toNanos());
			answer.complete(1);
		};
		if (!this.waits.await(MODEL, answer)) {
			answer.during.run();
		}
	}

	/** Tells when somebody waits for it, and does something then. */
	private static final class SignallingFuture extends CompletableFuture<Object> {

		private final CountDownLatch waits = new CountDownLatch(1);

		private Runnable during = () -> {
		};

		void isWaitedFor() throws InterruptedException {
			assertThat(this.waits.await(1, TimeUnit.MINUTES)).isTrue();
		}

		@Override
		public Object get(long timeout, TimeUnit unit)
				throws InterruptedException, ExecutionException, TimeoutException {
			this.waits.countDown();
			this.during.run();
			return super.get(timeout, unit);
		}

	}

}
