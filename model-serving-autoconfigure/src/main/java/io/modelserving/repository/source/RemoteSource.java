package io.modelserving.repository.source;

import java.io.IOException;
import java.nio.file.Path;

import io.modelserving.repository.cache.Checkout;

/**
 * Where a model comes from that is not on disk. Thread-safe.
 */
public interface RemoteSource {

	/**
	 * Fetch the model as it is now, or as the cache has it if the source cannot be
	 * reached.
	 * @param checkout gets its files
	 * @return the file of the model, with its weights where the model has them
	 * @throws IOException if it cannot be fetched
	 */
	Fetched fetch(Checkout checkout) throws IOException;

	/**
	 * Ask what it is now, past all caches.
	 * @return the revision that would be fetched; empty if the source does not say
	 * @throws IOException if the source cannot be reached
	 */
	String revision() throws IOException;

	/**
	 * A model that was fetched.
	 *
	 * @param file its file
	 * @param revision what tells it from what the location had before, or will have
	 */
	record Fetched(Path file, String revision) {
	}

}
