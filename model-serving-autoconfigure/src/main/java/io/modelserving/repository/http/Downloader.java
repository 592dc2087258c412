package io.modelserving.repository.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.FileSystemUtils;

/**
 * Files from web servers, kept in a cache. Thread-safe; several processes may share a
 * cache directory.
 * <p>
 * Protocol: a thread that downloads from an address holds its monitor, of which there is
 * one for each address, and then the lock of its entry in the cache, which keeps other
 * processes out.
 */
public final class Downloader implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Downloader.class);

	private final ConcurrentMap<URI, Object> monitors = new ConcurrentHashMap<>();

	private final ExecutorService threads = Executors.newCachedThreadPool(Downloader::thread);

	private final DownloadSettings settings;

	private @Nullable HttpClient client;

	private @Nullable Path temporary;

	public Downloader(DownloadSettings settings) {
		this.settings = settings;
	}

	/**
	 * Get a file: from the server, or from the cache if the server says that it has not
	 * changed or if the server cannot be reached.
	 * @param uri its address
	 * @param target where to put it; must not exist
	 * @throws DownloadException if it cannot be downloaded
	 * @throws IOException if the cache does not work
	 */
	public void fetch(URI uri, Path target) throws IOException {
		synchronized (this.monitors.computeIfAbsent(uri, (address) -> new Object())) {
			CacheEntry entry = CacheEntry.of(cache(), uri);
			try (FileChannel channel = FileChannel.open(entry.lock(), StandardOpenOption.CREATE,
					StandardOpenOption.WRITE); FileLock lock = channel.lock()) {
				link(content(entry), target);
			}
		}
	}

	/**
	 * Make a directory to put files into.
	 * @return a new directory, which the caller removes
	 * @throws IOException if it cannot be made
	 */
	public Path createDirectory() throws IOException {
		return Files.createTempDirectory(cache(), "open-");
	}

	private Path content(CacheEntry entry) throws IOException {
		try {
			return new Download(client(), this.threads, this.settings, entry).run();
		}
		catch (DownloadException ex) {
			CacheMetadata metadata = entry.metadata().orElse(null);
			if (metadata == null || !ex.isUnreachable()) {
				throw ex;
			}
			logger.warn("{}; what was downloaded before is used", ex.getMessage());
			return entry.content(metadata);
		}
	}

	/** Content never changes, so a link is as good as a copy. */
	private static void link(Path content, Path target) throws IOException {
		try {
			Files.createLink(target, content);
		}
		catch (UnsupportedOperationException | IOException ex) {
			Files.copy(content, target);
		}
	}

	private synchronized Path cache() throws IOException {
		if (this.settings.cacheDirectory() != null) {
			return Files.createDirectories(this.settings.cacheDirectory());
		}
		if (this.temporary == null) {
			this.temporary = Files.createTempDirectory("model-serving-downloads-");
		}
		return this.temporary;
	}

	private synchronized HttpClient client() {
		if (this.client == null) {
			this.client = HttpClient.newBuilder()
				.executor(this.threads)
				.connectTimeout(this.settings.connectTimeout())
				.followRedirects(HttpClient.Redirect.NORMAL)
				.build();
		}
		return this.client;
	}

	private static Thread thread(Runnable task) {
		Thread thread = new Thread(task, "model-downloads");
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Remove what is not kept beyond the process.
	 */
	@Override
	public synchronized void close() {
		this.threads.shutdown();
		if (this.temporary != null) {
			try {
				FileSystemUtils.deleteRecursively(this.temporary);
			}
			catch (IOException ex) {
				logger.warn("{} could not be deleted", this.temporary, ex);
			}
		}
	}

}
