package io.modelserving.pipeline;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

import io.modelserving.batching.Deadline;

/**
 * The way of an item through one or several stages. Nothing is serialised between them.
 * Implementations are thread-safe.
 * <p>
 * One deadline goes along with an item. Each stage admits an item only if it and all
 * stages behind it are predicted to be done in time, so that what would be late is
 * rejected before it is worked on.
 *
 * @param <I> the type of an item
 * @param <O> the type of its result
 */
public interface Pipeline<I, O> {

	/**
	 * Hand in an item. Does not block and does not throw.
	 * @param item the item
	 * @param deadline when it arrived, and how long it may take
	 * @return the result; or fails with an
	 * {@link io.modelserving.model.InferenceException}, not wrapped: {@code Overloaded}
	 * if a stage has no room or the deadline cannot be met, {@code DeadlineExceeded} once
	 * it has passed, {@code ModelUnavailable} while a stage drains,
	 * {@code ExecutionFailed} if a stage failed on this item, and whatever a stage itself
	 * rejects the item with. Cancelling it takes the item out of the stage that it is in
	 */
	default CompletableFuture<O> submit(I item, Deadline deadline) {
		return submit(item, deadline, 0);
	}

	/**
	 * Hand in an item that has a way to go behind this pipeline.
	 * @param item the item
	 * @param deadline when it arrived, and how long it may take
	 * @param behindNanos the time that the way behind is predicted to take, in
	 * nanoseconds
	 * @return the result, as {@link #submit(Object, Deadline)} gives it
	 */
	CompletableFuture<O> submit(I item, Deadline deadline, long behindNanos);

	/**
	 * Predict how long an item that arrives now takes.
	 * @return the time in nanoseconds, 0 if nothing is known yet
	 */
	long predictedNanos();

	/**
	 * Return the load of each stage, in the order of the way.
	 * @return the stages, models among them
	 */
	List<StageLoad> loads();

	/**
	 * Go on to another pipeline.
	 * @param <P> the type of its result
	 * @param next takes the results of this pipeline
	 * @return both, one behind the other
	 */
	default <P> Pipeline<I, P> then(Pipeline<? super O, P> next) {
		return new Sequence<>(this, next);
	}

	/**
	 * Go on with a quick function, which runs on the thread that completes the result.
	 * What takes longer than some microseconds belongs in a {@link Stage}.
	 * @param <P> the type of the result
	 * @param function makes it; what it throws fails the item
	 * @return this pipeline and the function
	 */
	default <P> Pipeline<I, P> map(Function<? super O, ? extends P> function) {
		return new Mapped<>(this, function);
	}

	/**
	 * Take another way where this one fails.
	 * @param failure the failures for which it is taken
	 * @param fallback takes the same item, within what is left of the deadline
	 * @return this pipeline with a fallback
	 */
	default Pipeline<I, O> orElse(Predicate<? super Throwable> failure, Pipeline<? super I, ? extends O> fallback) {
		return new Fallback<>(this, failure, fallback);
	}

	/**
	 * Take lists of items: each item goes its own way, so that those of many lists share
	 * batches. The first failure fails the list and cancels its other items.
	 * @return a pipeline of lists, whose results are in the order of the items
	 */
	default Pipeline<List<I>, List<O>> forEach() {
		return new ForEach<>(this);
	}

	/**
	 * Choose between two ways.
	 * @param <I> the type of an item
	 * @param <O> the type of its result
	 * @param condition decides; must be quick
	 * @param yes the way of items for which it holds
	 * @param no the way of the others
	 * @return the branch
	 */
	static <I, O> Pipeline<I, O> branch(Predicate<? super I> condition, Pipeline<? super I, ? extends O> yes,
			Pipeline<? super I, ? extends O> no) {
		return new Branch<>(condition, yes, no);
	}

	/**
	 * Go two ways at once. The first failure fails the item and cancels the other way.
	 * @param <I> the type of an item
	 * @param <A> the type of the result of one way
	 * @param <B> the type of the result of the other
	 * @param <O> the type of the result
	 * @param first one way
	 * @param second the other
	 * @param joining makes the result of both; must be quick
	 * @return the join
	 */
	static <I, A, B, O> Pipeline<I, O> join(Pipeline<? super I, A> first, Pipeline<? super I, B> second,
			BiFunction<? super A, ? super B, ? extends O> joining) {
		return new Join<>(first, second, joining);
	}

}
