package io.modelserving.repository;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.modelserving.serving.ModelDefinition;

/**
 * A model as it can be loaded at one moment.
 *
 * @param definitions the versions that shall be served, at least one
 * @param available all existing versions, served or not
 */
public record FoundModel(List<ModelDefinition> definitions, SortedSet<Long> available) {

	public FoundModel {
		definitions = List.copyOf(definitions);
		available = Collections.unmodifiableSortedSet(new TreeSet<>(available));
	}

	Set<Long> versions() {
		return this.definitions.stream().map((definition) -> definition.key().version()).collect(Collectors.toSet());
	}

}
