package io.modelserving.repository.cache;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Decides what is removed from the cache: what no model uses, the least recently used
 * first. Pure.
 */
final class EvictionPolicy {

	private EvictionPolicy() {
	}

	/**
	 * Choose what to remove.
	 * @param files what is in the cache
	 * @param bytes how many bytes have to be freed
	 * @return what to remove; it may not be enough
	 */
	static List<CachedFile> choose(Collection<CachedFile> files, long bytes) {
		List<CachedFile> chosen = new ArrayList<>();
		long freed = 0;
		List<CachedFile> unused = files.stream()
			.filter((file) -> !file.inUse())
			.sorted(Comparator.comparing(CachedFile::lastUsed).thenComparing(CachedFile::sha256))
			.toList();
		for (CachedFile file : unused) {
			if (freed >= bytes) {
				break;
			}
			chosen.add(file);
			freed += file.bytes();
		}
		return chosen;
	}

}
