package io.modelserving.actuate;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

import io.modelserving.repository.cache.CacheStatus;
import io.modelserving.repository.cache.CachedFile;

/**
 * Shows the files of models that were downloaded and are kept, and which of them are
 * served since their source cannot be reached.
 */
@Endpoint(id = "modelfiles", defaultAccess = Access.READ_ONLY)
public class ModelFilesEndpoint {

	private final Supplier<CacheStatus> cache;

	/**
	 * Create the endpoint.
	 * @param cache gives what is in the cache
	 */
	public ModelFilesEndpoint(Supplier<CacheStatus> cache) {
		this.cache = cache;
	}

	/**
	 * Return what is in the cache of downloads.
	 * @return the cache now
	 */
	@ReadOperation
	Descriptor files() {
		CacheStatus status = this.cache.get();
		return new Descriptor((status.directory() != null) ? status.directory().toString() : null, status.problem(),
				status.files().stream().mapToLong(CachedFile::bytes).sum(), status.maxBytes(),
				new TreeMap<>(status.unreached()), status.files().stream().map(Entry::of).toList());
	}

	/**
	 * The cache.
	 *
	 * @param directory where it is, {@code null} if nothing was downloaded
	 * @param problem why it is not where it should be, {@code null} if all is well
	 * @param bytes how large it is
	 * @param maxBytes over which size files are removed that no model uses
	 * @param unreached why what was downloaded before is served, by the location
	 * @param files the files
	 */
	record Descriptor(@Nullable String directory, @Nullable String problem, long bytes, long maxBytes,
			Map<String, String> unreached, List<Entry> files) {
	}

	/**
	 * A file in the cache.
	 *
	 * @param locations where it comes from
	 * @param sha256 its digest
	 * @param bytes how large it is
	 * @param lastUsed when a model was last opened of it
	 * @param inUse whether a running process has opened a model of it
	 */
	record Entry(List<String> locations, String sha256, long bytes, Instant lastUsed, boolean inUse) {

		static Entry of(CachedFile file) {
			return new Entry(file.locations(), file.sha256(), file.bytes(), file.lastUsed(), file.inUse());
		}

	}

}
