package io.modelserving.repository.cache;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.FileSystemUtils;

/**
 * Files by their addresses, in a directory that several processes may share. Content is
 * compared with its digest whenever it is used. Thread-safe.
 * <p>
 * Protocol: who works on an address holds the lock of its entry, for as long as a
 * download takes; who uses or removes content holds the lock of the cache, which is
 * always the second one, and for a moment only.
 */
final class FileCache implements Room, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(FileCache.class);

	/** What is older was left by a process that ended while it downloaded or loaded. */
	private static final Duration LEFT = Duration.ofDays(1);

	private final Path directory;

	private final long maxBytes;

	private final ToLongFunction<Path> freeBytes;

	private final Clock clock;

	private final CacheUses uses;

	/**
	 * Create the cache.
	 * @param directory where it is; must exist
	 * @param maxBytes over which size to remove what is not used
	 * @param freeBytes gives the free space of the disk of a directory
	 * @param clock the time
	 * @throws IOException if the directory cannot be written to
	 */
	FileCache(Path directory, long maxBytes, ToLongFunction<Path> freeBytes, Clock clock) throws IOException {
		this.directory = directory;
		this.maxBytes = maxBytes;
		this.freeBytes = freeBytes;
		this.clock = clock;
		Files.createDirectories(directory.resolve(CacheEntry.CONTENT));
		this.uses = locked(() -> new CacheUses(directory));
	}

	Path directory() {
		return this.directory;
	}

	private void withLock(Step step) throws IOException {
		locked(() -> {
			step.run();
			return this;
		});
	}

	private <T> T locked(FileLocks.Action<T> action) throws IOException {
		return FileLocks.exclusively(this.directory.resolve("lock"), action);
	}

	/**
	 * Get a file.
	 * @param owner who uses it
	 * @param address its address, which may contain secrets
	 * @param location the address as it may be shown
	 * @param digest the digest that it must have, or {@code null} if none is known
	 * @param transfer brings it into an entry
	 * @param fallback is told when the source is not reached and the cache has the file
	 * @param target where to put it; must not exist
	 * @return what is known of it
	 * @throws DownloadException if it cannot be fetched
	 * @throws IOException if the cache does not work
	 */
	CacheMetadata fetch(String owner, String address, String location, @Nullable Digest digest,
			Function<CacheEntry, Transfer> transfer, BiConsumer<String, String> fallback, Path target)
			throws IOException {
		CacheEntry entry = CacheEntry.of(this.directory, address, location);
		return FileLocks.exclusively(entry.lock(), () -> {
			CacheMetadata known = verified(owner, entry);
			CacheMetadata content = (known != null && digest != null && known.sha256().equals(digest.hex())) ? known
					: refresh(entry, known, transfer.apply(entry), fallback);
			withLock(() -> {
				this.uses.add(owner, content.sha256());
				link(entry.content(content), target);
			});
			evict(0);
			return content;
		});
	}

	/**
	 * That a file did not exist is kept, too: most models have no checksum beside them.
	 */
	private static CacheMetadata refresh(CacheEntry entry, @Nullable CacheMetadata known, Transfer transfer,
			BiConsumer<String, String> fallback) throws IOException {
		try {
			CacheMetadata content = transfer.run();
			Files.deleteIfExists(entry.absent());
			return content;
		}
		catch (DownloadException ex) {
			if (ex.isAbsent()) {
				Files.writeString(entry.absent(), String.valueOf(ex.getMessage()));
			}
			if (!ex.isUnreachable()) {
				throw ex;
			}
			if (known == null && Files.exists(entry.absent())) {
				throw new DownloadException(Files.readString(entry.absent()), 404, false, ex);
			}
			if (known == null) {
				throw ex;
			}
			fallback.accept(entry.location(), String.valueOf(ex.getMessage()));
			return known;
		}
	}

	/** What is used from now on is not removed while it is compared. */
	private @Nullable CacheMetadata verified(String owner, CacheEntry entry) throws IOException {
		CacheMetadata known = locked(() -> {
			Optional<CacheMetadata> metadata = entry.metadata();
			if (metadata.isPresent()) {
				this.uses.add(owner, metadata.get().sha256());
				touch(entry.content(metadata.get()));
			}
			return metadata;
		}).orElse(null);
		if (known == null || Checksums.sha256(entry.content(known)).equals(known.sha256())) {
			return known;
		}
		logger.warn("{} in the cache {} is not what was downloaded, and is removed", entry.location(), this.directory);
		Files.deleteIfExists(entry.content(known));
		return null;
	}

	private void touch(Path content) throws IOException {
		Files.setLastModifiedTime(content, FileTime.from(this.clock.instant()));
	}

	/** Content never changes, so a link is as good as a copy. */
	private void link(Path content, Path target) throws IOException {
		touch(content);
		try {
			Files.createLink(target, content);
		}
		catch (UnsupportedOperationException | IOException ex) {
			Files.copy(content, target);
		}
	}

	/**
	 * Remove a file that is kept elsewhere now.
	 * @param address its address
	 * @throws IOException if it cannot be removed
	 */
	void forget(String address) throws IOException {
		CacheEntry entry = CacheEntry.of(this.directory, address, "");
		FileLocks.exclusively(entry.lock(), () -> {
			withLock(entry::delete);
			return entry;
		});
	}

	/**
	 * Note that an owner uses these files, and no others any more.
	 * @param owner the owner
	 * @param contents their digests
	 * @throws IOException if that cannot be written
	 */
	void replaceUses(String owner, Set<String> contents) throws IOException {
		withLock(() -> {
			this.uses.replace(owner, contents);
		});
	}

	@Override
	public long make(long bytes) throws IOException {
		evict(bytes);
		return this.freeBytes.applyAsLong(this.directory);
	}

	/** A cache that cannot be tidied up is no reason not to use it. */
	private void evict(long coming) {
		try {
			withLock(() -> {
				removeLeftOvers();
				List<CachedFile> files = list();
				long size = files.stream().mapToLong(CachedFile::bytes).sum();
				long missing = Math.max(size + coming - this.maxBytes,
						coming - this.freeBytes.applyAsLong(this.directory));
				for (CachedFile file : EvictionPolicy.choose(files, missing)) {
					Files.deleteIfExists(this.directory.resolve(CacheEntry.CONTENT).resolve(file.sha256()));
					logger.info("{} is removed from the cache {}, which is full", file.locations(), this.directory);
				}
			});
		}
		catch (IOException ex) {
			logger.warn("The cache {} cannot be tidied up: {}", this.directory, ex.toString());
		}
	}

	/** By the clock of the disk, since those of machines that share it may differ. */
	private void removeLeftOvers() throws IOException {
		Path now = Files.write(this.directory.resolve("now"), new byte[1]);
		Instant oldest = Files.getLastModifiedTime(now).toInstant().minus(LEFT);
		for (Path left : paths(this.directory, "{open-*,*/part}")) {
			if (Files.getLastModifiedTime(left).toInstant().isBefore(oldest)) {
				FileSystemUtils.deleteRecursively(left);
			}
		}
	}

	private static List<Path> paths(Path directory, String glob) throws IOException {
		List<Path> paths = new ArrayList<>();
		try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, glob)) {
			entries.forEach(paths::add);
		}
		return paths;
	}

	/**
	 * Return what is in the cache.
	 * @return the files, by the location and the digest
	 * @throws IOException if it cannot be read
	 */
	List<CachedFile> content() throws IOException {
		return locked(this::list);
	}

	private List<CachedFile> list() throws IOException {
		Set<String> used = CacheUses.all(this.directory);
		Map<String, List<String>> locations = new HashMap<>();
		for (Path entry : paths(this.directory, "*")) {
			CacheMetadata.read(entry.resolve(CacheEntry.ENTRY))
				.ifPresent((metadata) -> locations.computeIfAbsent(metadata.sha256(), (sha256) -> new ArrayList<>())
					.add(metadata.location()));
		}
		List<CachedFile> files = new ArrayList<>();
		for (Path content : paths(this.directory.resolve(CacheEntry.CONTENT), "*")) {
			String sha256 = content.getFileName().toString();
			try {
				files.add(new CachedFile(sha256, Files.size(content), Files.getLastModifiedTime(content).toInstant(),
						used.contains(sha256), locations.getOrDefault(sha256, List.of()).stream().sorted().toList()));
			}
			catch (NoSuchFileException ex) {
				logger.debug("{} is gone", content);
			}
		}
		return files;
	}

	@Override
	public void close() throws IOException {
		withLock(() -> {
			this.uses.close();
		});
	}

	/** What is done under the lock. */
	private interface Step {

		void run() throws IOException;

	}

}
