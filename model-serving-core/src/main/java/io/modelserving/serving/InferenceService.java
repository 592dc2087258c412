package io.modelserving.serving;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.traffic.Traffic;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.model.Outcome;

/**
 * The one entry point for calls of any protocol. Thread-safe.
 */
@FunctionalInterface
public interface InferenceService {

	/**
	 * Run a model. Never blocks and never throws: what goes wrong, fails the future.
	 * @param request what to run
	 * @return the result, or an {@link io.modelserving.model.InferenceException}, not
	 * wrapped. Cancelling it gives the request up. Dependent stages run on the completion
	 * executor of the registry
	 */
	CompletableFuture<InferenceResult> infer(InferenceRequest request);

	/**
	 * Say whether a call of one row that arrives now would be rejected, before anything
	 * is spent on reading it. Under overload that leaves the time for those that are let
	 * in. Nothing is counted: {@link #notMade} does, once the caller has the rejection.
	 * @param model the name of the model
	 * @param version the version, or {@code null} for whatever its traffic gives
	 * @param priority the priority that the call would have, 1 being served first, or 0
	 * for the default one
	 * @param arrival the time at which it came to the server, as
	 * {@link System#nanoTime()} gave it
	 * @return the rejection, or empty if it is to be read and run, which may still be
	 * rejected
	 */
	default Optional<Overloaded> rejection(String model, @Nullable Long version, int priority, long arrival) {
		return Optional.empty();
	}

	/**
	 * Count a call that was not made, since it was rejected before, or since the code
	 * that makes its inputs has failed. Traffic is not taken from a version for it. Never
	 * throws.
	 * @param model the name of the model
	 * @param version the version, or {@code null} for the one that gets most calls
	 * @param outcome how it ended
	 * @param arrival the time at which the request came to the server, as
	 * {@link System#nanoTime()} gave it
	 */
	default void notMade(String model, @Nullable Long version, Outcome outcome, long arrival) {
	}

}
