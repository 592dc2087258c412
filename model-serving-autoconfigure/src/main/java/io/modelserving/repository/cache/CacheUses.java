package io.modelserving.repository.cache;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The content that running processes use: each has a file in the directory {@code uses},
 * which names its content, and a file beside that, which it holds locked as long as it
 * runs. What a process has left that ended is removed. Not thread-safe: its user holds
 * the lock of the cache.
 */
final class CacheUses implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(CacheUses.class);

	private static final String RUNNING = ".running";

	/**
	 * Those of this process, which must not open a file again that it holds locked:
	 * closing it would free the lock.
	 */
	private static final ConcurrentMap<Path, CacheUses> OWN = new ConcurrentHashMap<>();

	private final Map<String, Set<String>> byOwner = new HashMap<>();

	private final Path file;

	private final FileChannel channel;

	private final @Nullable FileLock lock;

	CacheUses(Path cache) throws IOException {
		Path directory = Files.createDirectories(directory(cache)).toRealPath();
		this.file = directory.resolve(UUID.randomUUID().toString());
		Path running = running(this.file);
		OWN.put(running, this);
		this.channel = FileChannel.open(running, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
		this.lock = tryLock(this.channel);
	}

	private static Path directory(Path cache) {
		return cache.resolve("uses");
	}

	private static Path running(Path file) {
		return file.resolveSibling(file.getFileName() + RUNNING);
	}

	private static @Nullable FileLock tryLock(FileChannel channel) {
		try {
			return channel.tryLock();
		}
		catch (IOException ex) {
			logger.debug("No locks here", ex);
			return null;
		}
	}

	/**
	 * Note that an owner uses content, beside what it uses already.
	 */
	void add(String owner, String sha256) throws IOException {
		if (this.byOwner.computeIfAbsent(owner, (name) -> new HashSet<>()).add(sha256)) {
			write();
		}
	}

	/**
	 * Note that an owner uses this content, and no other any more.
	 */
	void replace(String owner, Set<String> contents) throws IOException {
		this.byOwner.put(owner, new HashSet<>(contents));
		write();
	}

	private void write() throws IOException {
		Path draft = this.file.resolveSibling(this.file.getFileName() + ".tmp");
		Files.write(draft, own());
		Files.move(draft, this.file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
	}

	private Set<String> own() {
		return this.byOwner.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
	}

	/**
	 * Return what is used now, by this process and others.
	 * @param cache the directory of the cache
	 * @return the digests
	 */
	static Set<String> all(Path cache) throws IOException {
		Set<String> used = new HashSet<>();
		Path directory = directory(cache);
		if (!Files.isDirectory(directory)) {
			return used;
		}
		try (DirectoryStream<Path> processes = Files.newDirectoryStream(directory.toRealPath(), "*" + RUNNING)) {
			for (Path running : processes) {
				CacheUses own = OWN.get(running);
				if (own != null) {
					used.addAll(own.own());
				}
				else {
					used.addAll(ofOther(running));
				}
			}
		}
		return used;
	}

	private static Set<String> ofOther(Path running) throws IOException {
		String name = running.getFileName().toString();
		Path file = running.resolveSibling(name.substring(0, name.length() - RUNNING.length()));
		try (FileChannel channel = FileChannel.open(running, StandardOpenOption.WRITE);
				FileLock lock = channel.tryLock()) {
			if (lock == null) {
				return Files.exists(file) ? new HashSet<>(Files.readAllLines(file)) : Set.of();
			}
			Files.deleteIfExists(file);
			Files.deleteIfExists(running);
		}
		catch (NoSuchFileException ex) {
			logger.debug("{} is gone", running);
		}
		return Set.of();
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
		Path running = running(this.file);
		Files.deleteIfExists(this.file);
		Files.deleteIfExists(running);
		OWN.remove(running);
	}

}
