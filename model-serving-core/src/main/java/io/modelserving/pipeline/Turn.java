package io.modelserving.pipeline;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

import io.modelserving.batching.Deadline;
import io.modelserving.batching.admission.Prediction;
import io.modelserving.image.PictureBuffers;

/**
 * The turn of a caller in a stage whose work the callers do themselves, each on its own
 * thread, which has what belongs to it, such as the caller's authorities. A thread of the
 * stage waits meanwhile, and lends its memory for pictures.
 * <p>
 * Protocol: the thread of the stage completes {@code begun} and waits for {@code ended},
 * which the thread of the caller completes in any case.
 */
public final class Turn {

	private final CompletableFuture<PictureBuffers> begun = new CompletableFuture<>();

	private final CompletableFuture<Turn> ended = new CompletableFuture<>();

	private Turn() {
	}

	/**
	 * Begin a stage of turns.
	 * @param name the name of the stage
	 * @return a builder, whose concurrency is how many callers work at once
	 */
	public static Stage.Builder<Turn, Turn> stage(String name) {
		return Stage.of(name, Turn::lend);
	}

	private Turn lend() {
		this.begun.complete(PictureBuffers.current());
		return this.ended.join();
	}

	/**
	 * Predict what work that arrives now has to expect.
	 * @param stage the stage of turns
	 * @return the wait for a turn, and the work
	 */
	public static Prediction predict(Stage<Turn, Turn> stage) {
		return stage.predict();
	}

	/**
	 * Wait for a turn, and work on this thread during it.
	 * @param <O> the type of the result
	 * @param stage the stage of turns
	 * @param work what to do; what its future completes with need not be in the turn
	 * @param deadline when the item arrived, and how long it may take
	 * @return the result; fails with what the work throws or its future fails with, or
	 * with what the stage rejects the turn with
	 */
	public static <O> CompletableFuture<O> submit(Stage<Turn, Turn> stage, Supplier<CompletableFuture<O>> work,
			Deadline deadline) {
		Turn turn = new Turn();
		CompletableFuture<Turn> over = stage.submit(turn, deadline);
		over.whenComplete((ended, failure) -> {
			if (failure != null) {
				turn.begun.completeExceptionally(failure);
			}
		});
		try {
			return turn.begun.get().during(work);
		}
		catch (ExecutionException ex) {
			return CompletableFuture.failedFuture(ex.getCause());
		}
		catch (InterruptedException ex) {
			over.cancel(false);
			Thread.currentThread().interrupt();
			return CompletableFuture.failedFuture(ex);
		}
		catch (RuntimeException | Error ex) {
			return CompletableFuture.failedFuture(ex);
		}
		finally {
			turn.ended.complete(turn);
		}
	}

}
