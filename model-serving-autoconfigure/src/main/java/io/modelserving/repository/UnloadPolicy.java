package io.modelserving.repository;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Decides which versions of a model are unloaded once others have been loaded. Pure.
 */
final class UnloadPolicy {

	private UnloadPolicy() {
	}

	/**
	 * Return the versions to unload.
	 * @param loaded the versions that are loaded
	 * @param wanted the versions that shall be
	 * @param available the existing versions
	 * @param allReady whether all versions wanted are ready
	 * @return those that are not wanted: at once if they are not there any more,
	 * otherwise only when they are not needed to stand in for one that is not ready
	 */
	static List<Long> versions(Collection<Long> loaded, Set<Long> wanted, Set<Long> available, boolean allReady) {
		return loaded.stream()
			.filter((version) -> !wanted.contains(version))
			.filter((version) -> allReady || !available.contains(version))
			.toList();
	}

}
