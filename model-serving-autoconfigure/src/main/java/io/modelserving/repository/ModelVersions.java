package io.modelserving.repository;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import io.modelserving.model.ModelSource;

/**
 * The versions of a model that were found and selected.
 *
 * @param sources where each version comes from, ascending; never empty
 * @param notes what was found and passed over, and why, for the log
 */
public record ModelVersions(SortedMap<Long, ModelSource> sources, List<String> notes) {

	public ModelVersions {
		sources = Collections.unmodifiableSortedMap(new TreeMap<>(sources));
		notes = List.copyOf(notes);
	}

}
