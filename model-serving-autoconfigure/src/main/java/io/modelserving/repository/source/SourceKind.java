package io.modelserving.repository.source;

import java.io.IOException;
import java.util.Map;

/**
 * A kind of locations that are not on this machine. Thread-safe.
 */
public interface SourceKind {

	/**
	 * Return whether a location is of this kind.
	 * @param location the location as configured
	 * @return whether it is, right or wrong
	 */
	boolean matches(String location);

	/**
	 * List the versions of a directory.
	 * @param location the location as configured
	 * @return the location of the model of each version; empty if this is no directory of
	 * versions
	 * @throws IOException if it cannot be listed
	 * @throws IllegalArgumentException if the location is wrong, as for {@link #source}
	 */
	default Map<Long, String> list(String location) throws IOException {
		return Map.of();
	}

	/**
	 * Make a source of a location. Nothing is asked of anybody.
	 * @param location the location as configured
	 * @return the source
	 * @throws IllegalArgumentException if the location is wrong; the message says what
	 * about it, beginning with a verb
	 */
	RemoteSource source(String location);

}
