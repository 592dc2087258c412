package io.modelserving.repository;

import java.util.Set;

/**
 * What has changed in the directory of a model.
 *
 * @param versions the versions of which files were added, removed or changed
 * @param settings whether files have that count for all versions
 */
record ModelChange(Set<Long> versions, boolean settings) {

	/** All of a model that was not there before. */
	static final ModelChange ALL = new ModelChange(Set.of(), true);

	ModelChange {
		versions = Set.copyOf(versions);
	}

	boolean concerns(long version) {
		return this.settings || this.versions.contains(version);
	}

}
