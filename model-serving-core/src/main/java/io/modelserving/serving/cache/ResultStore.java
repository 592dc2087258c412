package io.modelserving.serving.cache;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.modelserving.tensor.NamedTensors;

/**
 * Holds the results of what is loaded as one version of a model. Thread-safe; no method
 * but {@code clear} and {@code close} blocks. Whatever is thrown, or a future fails with,
 * is counted and harms no call.
 */
public interface ResultStore {

	/**
	 * Find a result.
	 * @param key stands for the inputs
	 * @return the result, which nobody changes, or empty if there is none
	 */
	CompletableFuture<Optional<NamedTensors>> find(String key);

	/**
	 * Keep a copy of a result, in memory of its own.
	 * @param key stands for the inputs
	 * @param outputs the result
	 * @return completes when it is kept, or cannot be
	 */
	CompletableFuture<?> put(String key, NamedTensors outputs);

	/**
	 * Drop all results.
	 */
	void clear();

	/**
	 * The version is replaced or unloaded: its results are of no use any more.
	 */
	void close();

	/**
	 * Return the number of results.
	 * @return the number, or {@code null} if it is not known
	 */
	default @Nullable Long entries() {
		return null;
	}

	/**
	 * Return the memory that the results take.
	 * @return the number of bytes, or {@code null} if it is not known
	 */
	default @Nullable Long bytes() {
		return null;
	}

}
