package io.modelserving.repository;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Runs the steps of each model one after the other, and those of different models in
 * parallel.
 * <p>
 * Protocol: {@code last} has the end of each model's chain. A step is added to it under
 * the map's lock of that key and runs on the executor when the one before has ended, well
 * or not. The end takes itself out if nothing has been added meanwhile.
 */
final class ModelQueue {

	private final ConcurrentMap<String, CompletableFuture<?>> last = new ConcurrentHashMap<>();

	private final Executor executor;

	ModelQueue(Executor executor) {
		this.executor = executor;
	}

	/**
	 * Add a step.
	 * @param <T> what it gives
	 * @param model the model that it changes
	 * @param step begins the change
	 * @return ends as the change does, or with what the step threw
	 */
	<T> CompletableFuture<T> submit(String model, Supplier<CompletableFuture<T>> step) {
		CompletableFuture<T> result = new CompletableFuture<>();
		this.last.compute(model, (name, before) -> {
			CompletableFuture<?> start = (before != null) ? before : CompletableFuture.completedFuture(null);
			start.whenCompleteAsync((ignored, failure) -> run(step, result), this.executor);
			return result;
		});
		result.whenComplete((ignored, failure) -> this.last.remove(model, result));
		return result;
	}

	private static <T> void run(Supplier<CompletableFuture<T>> step, CompletableFuture<T> result) {
		try {
			step.get().whenComplete((value, failure) -> {
				if (failure != null) {
					result.completeExceptionally(failure);
				}
				else {
					result.complete(value);
				}
			});
		}
		catch (RuntimeException | Error ex) {
			result.completeExceptionally(ex);
		}
	}

}
