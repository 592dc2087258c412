package io.modelserving.repository;

import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The directories of a repository.
 *
 * @param models the directory of each model, by its name
 * @param passedOver why a directory is not served, by its name; never one of the models
 * @param unreadable those directories that are passed over since they cannot be read, of
 * which it is not known whether they are models
 */
public record RepositoryContent(SortedMap<String, Path> models, SortedMap<String, String> passedOver,
		SortedMap<String, Path> unreadable) {

	/** A repository without models. */
	public static final RepositoryContent EMPTY = new RepositoryContent(new TreeMap<>(), new TreeMap<>(),
			new TreeMap<>());

	public RepositoryContent {
		models = Collections.unmodifiableSortedMap(new TreeMap<>(models));
		passedOver = Collections.unmodifiableSortedMap(new TreeMap<>(passedOver));
		unreadable = Collections.unmodifiableSortedMap(new TreeMap<>(unreadable));
	}

	/**
	 * Put a repository behind this one, whose models win.
	 * @param next the repository
	 * @return both together
	 */
	public RepositoryContent and(RepositoryContent next) {
		SortedMap<String, Path> both = new TreeMap<>(next.models);
		both.putAll(this.models);
		SortedMap<String, String> notes = new TreeMap<>(next.passedOver);
		notes.putAll(this.passedOver);
		notes.keySet().removeAll(both.keySet());
		SortedMap<String, Path> unknown = new TreeMap<>(next.unreadable);
		unknown.putAll(this.unreadable);
		unknown.keySet().retainAll(notes.keySet());
		return new RepositoryContent(both, notes, unknown);
	}

}
