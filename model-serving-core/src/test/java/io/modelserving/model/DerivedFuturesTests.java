package io.modelserving.model;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DerivedFutures}: whichever of source and derived future ends first.
 */
class DerivedFuturesTests {

	private final CompletableFuture<String> source = new CompletableFuture<>();

	private final RuntimeException problem = new IllegalStateException("wrong");

	@Test
	void whenTheSourceCompletesFirstThenItsValueIsMapped() {
		CompletableFuture<Integer> derived = DerivedFutures.map(this.source, String::length);
		assertThat(derived).isNotDone();
		this.source.complete("four");
		assertThat(derived).isCompletedWithValue(4);
		assertThat(this.source.isCancelled()).isFalse();
	}

	@Test
	void whenTheSourceHasEndedBeforeThenTheDerivedFutureEndsAtOnce() {
		assertThat(DerivedFutures.map(CompletableFuture.completedFuture("four"), String::length))
			.isCompletedWithValue(4);
		assertThat(failure(DerivedFutures.map(CompletableFuture.failedFuture(this.problem), (value) -> value)))
			.isSameAs(this.problem);
	}

	@Test
	void whenTheDerivedFutureIsCancelledFirstThenSoIsTheSource() {
		DerivedFutures.map(this.source, String::length).cancel(false);
		assertThat(this.source).isCancelled();
	}

	@Test
	void whenTheDerivedFutureEndedBeforeItWasLinkedThenTheSourceIsCancelled() {
		CompletableFuture<String> derived = CompletableFuture.completedFuture("done");
		DerivedFutures.link(this.source, derived, derived::complete, derived::completeExceptionally);
		assertThat(this.source).isCancelled();
		assertThat(derived).isCompletedWithValue("done");
	}

	@Test
	void whenOneOfSeveralSourcesFailsThenTheOthersAreCancelled() {
		CompletableFuture<String> other = new CompletableFuture<>();
		CompletableFuture<String> derived = new CompletableFuture<>();
		DerivedFutures.link(this.source, derived, derived::complete, derived::completeExceptionally);
		DerivedFutures.link(other, derived, derived::complete, derived::completeExceptionally);
		this.source.completeExceptionally(this.problem);
		assertThat(other).isCancelled();
		assertThat(failure(derived)).isSameAs(this.problem);
	}

	@Test
	void whenTheSourceIsCancelledThenSoIsTheDerivedFuture() {
		CompletableFuture<Integer> derived = DerivedFutures.map(this.source, String::length);
		this.source.cancel(false);
		assertThat(derived).isCancelled();
	}

	@Test
	void whenTheFailureIsWrappedThenTheDerivedFutureFailsWithItsCause() {
		CompletableFuture<Integer> derived = DerivedFutures.map(this.source, String::length);
		this.source.completeExceptionally(new CompletionException(this.problem));
		assertThat(failure(derived)).isSameAs(this.problem);
	}

	@Test
	void whenTheMappingThrowsThenTheDerivedFutureFailsWithThat() {
		CompletableFuture<String> derived = DerivedFutures.map(this.source, (value) -> {
			throw this.problem;
		});
		this.source.complete("four");
		assertThat(failure(derived)).isSameAs(this.problem);
	}

	private static Throwable failure(CompletableFuture<?> future) {
		return future.handle((value, reason) -> reason).join();
	}

}
