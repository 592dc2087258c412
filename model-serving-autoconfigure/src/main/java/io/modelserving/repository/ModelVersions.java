package io.modelserving.repository;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSource;

/**
 * The versions of a model that were found and selected.
 *
 * @param sources where each version comes from, ascending; never empty
 * @param missing why a version that was asked for by its number is not available
 * @param available all versions that were found, selected or not
 * @param notes what was found and passed over, and why, for the log
 */
public record ModelVersions(SortedMap<Long, ModelSource> sources, SortedMap<Long, ModelLoadException> missing,
		SortedSet<Long> available, List<String> notes) {

	public ModelVersions {
		sources = Collections.unmodifiableSortedMap(new TreeMap<>(sources));
		missing = Collections.unmodifiableSortedMap(new TreeMap<>(missing));
		available = Collections.unmodifiableSortedSet(new TreeSet<>(available));
		notes = List.copyOf(notes);
	}

}
