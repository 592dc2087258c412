package io.modelserving.repository;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The models of a repository.
 *
 * @param models the models by name, each with at least one version
 * @param notes what was found and passed over, and why, for the log
 */
public record RepositoryContent(SortedMap<String, ModelVersions> models, List<String> notes) {

	public RepositoryContent {
		models = Collections.unmodifiableSortedMap(new TreeMap<>(models));
		notes = List.copyOf(notes);
	}

}
