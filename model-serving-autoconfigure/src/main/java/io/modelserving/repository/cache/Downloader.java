package io.modelserving.repository.cache;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.ToLongFunction;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.io.Resource;
import org.springframework.util.FileSystemUtils;

/**
 * Files that are not on this machine, kept in a cache. Thread-safe; several processes may
 * share a cache directory.
 */
public final class Downloader implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Downloader.class);

	private static final int MAX_ANSWER_BYTES = 16 * 1024 * 1024;

	private final ExecutorService threads = Executors.newCachedThreadPool(Downloader::thread);

	/** Why the cache serves, by the owner and the location. */
	private final Map<String, Map<String, String>> unreached = new ConcurrentHashMap<>();

	private final DownloadSettings settings;

	private final ToLongFunction<Path> freeBytes;

	private @Nullable HttpClient client;

	private @Nullable FileCache cache;

	private @Nullable Path temporary;

	private @Nullable String problem;

	public Downloader(DownloadSettings settings) {
		this(settings, (directory) -> directory.toFile().getUsableSpace());
	}

	Downloader(DownloadSettings settings, ToLongFunction<Path> freeBytes) {
		this.settings = settings;
		this.freeBytes = freeBytes;
	}

	/**
	 * Make a directory to put the files of a model into.
	 * @param owner who uses them
	 * @return the directory, to be closed
	 * @throws IOException if it cannot be made
	 */
	public Checkout checkout(String owner) throws IOException {
		return new Checkout(this, owner, Files.createTempDirectory(cache().directory(), "open-"));
	}

	CacheMetadata fetch(String owner, HttpFile file, BiConsumer<String, String> fallback, Path target)
			throws IOException {
		FileCache files = cache();
		return files.fetch(owner, file.uri().toString(), file.toString(), file.digest(),
				(entry) -> new Download(client(), this.threads, this.settings, file, entry, files), fallback, target);
	}

	CacheMetadata fetch(String owner, String location, Resource resource, BiConsumer<String, String> fallback,
			Path target) throws IOException {
		FileCache files = cache();
		return files.fetch(owner, location, location, null,
				(entry) -> new ResourceTransfer(resource, entry, this.settings.maxBytes(), files), fallback, target);
	}

	/**
	 * Forget a file that is kept elsewhere, or is gone.
	 * @param address its address
	 * @throws IOException if it cannot be removed from the cache
	 */
	public void forget(String address) throws IOException {
		cache().forget(address);
	}

	/**
	 * Return what tells the content of a resource from another.
	 * @param location its location
	 * @param resource the resource
	 * @return what {@link Checkout#fetch(String, Resource, Path)} would
	 * @throws DownloadException if it cannot be read
	 */
	public static String revision(String location, Resource resource) throws IOException {
		try {
			return ResourceTransfer.validators(resource).revision();
		}
		catch (IOException | RuntimeException ex) {
			throw ResourceTransfer.failure(location, resource, ex);
		}
	}

	/**
	 * Ask a server, past the cache.
	 * @param method the method, such as {@code HEAD}
	 * @param file what to ask for
	 * @param elsewhere whether to follow redirects to other servers
	 * @return the response, whatever its status
	 * @throws DownloadException if there is none, or if it is too large
	 */
	public Answer ask(String method, HttpFile file, boolean elsewhere) throws IOException {
		Future<Answer> answer = this.threads.submit(() -> answer(method, file, elsewhere));
		try {
			return answer.get(this.settings.readTimeout().multipliedBy(2).toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof DownloadException failure) ? failure
					: new DownloadProblems(file.uri()).broken(0, ex.getCause());
		}
		catch (TimeoutException ex) {
			answer.cancel(true);
			throw new DownloadProblems(file.uri()).server("takes too long to respond");
		}
		catch (InterruptedException ex) {
			answer.cancel(true);
			Thread.currentThread().interrupt();
			throw new InterruptedIOException("%s was interrupted".formatted(file));
		}
	}

	private Answer answer(String method, HttpFile file, boolean elsewhere) throws IOException, InterruptedException {
		HttpResponse<InputStream> response = Redirects.send(client(), file, elsewhere,
				(request) -> request.method(method, HttpRequest.BodyPublishers.noBody())
					.timeout(this.settings.readTimeout()));
		try (InputStream body = response.body()) {
			byte[] content = body.readNBytes(MAX_ANSWER_BYTES + 1);
			if (content.length > MAX_ANSWER_BYTES) {
				throw new DownloadProblems(file.uri()).tooLarge(MAX_ANSWER_BYTES);
			}
			return new Answer(response.statusCode(), response.headers(), content);
		}
	}

	/**
	 * Return the revision of a file as its server has it now.
	 * @param file the file
	 * @return what {@link Checkout#fetch(HttpFile, Path)} would
	 * @throws DownloadException if the server does not say
	 */
	public String revision(HttpFile file) throws IOException {
		Answer answer = ask("HEAD", file, true);
		if (answer.status() != 200) {
			throw new DownloadProblems(file.uri()).rejected(answer.status());
		}
		return Validators.of(answer.headers()).revision();
	}

	/**
	 * Return what is in the cache.
	 * @return the content now
	 */
	public synchronized CacheStatus status() {
		List<CachedFile> files = List.of();
		String trouble = this.problem;
		try {
			files = (this.cache != null) ? this.cache.content() : List.of();
		}
		catch (IOException ex) {
			trouble = ex.toString();
		}
		Map<String, String> reasons = new HashMap<>();
		this.unreached.values().forEach(reasons::putAll);
		return new CacheStatus((this.cache != null) ? this.cache.directory() : null, trouble,
				this.settings.maxCacheBytes(), reasons, files);
	}

	void opened(String owner, Set<String> contents, Map<String, String> reasons) {
		this.unreached.put(owner, Map.copyOf(reasons));
		try {
			cache().replaceUses(owner, contents);
		}
		catch (IOException ex) {
			logger.warn("What {} uses cannot be noted in the cache: {}", owner, ex.toString());
		}
	}

	/** A cache that does not work is none of the model's business. */
	private synchronized FileCache cache() throws IOException {
		if (this.cache == null) {
			Path directory = this.settings.cacheDirectory();
			if (directory != null) {
				try {
					this.cache = create(Files.createDirectories(directory));
					return this.cache;
				}
				catch (IOException ex) {
					this.problem = "%s cannot be used: %s".formatted(directory, ex);
					logger.warn(
							"The cache {}; a temporary directory is used, and all is downloaded again at the next start",
							this.problem);
				}
			}
			this.temporary = Files.createTempDirectory("model-serving-downloads-");
			this.cache = create(this.temporary);
		}
		return this.cache;
	}

	private FileCache create(Path directory) throws IOException {
		return new FileCache(directory, this.settings.maxCacheBytes(), this.freeBytes, Clock.systemUTC());
	}

	private synchronized HttpClient client() {
		if (this.client == null) {
			this.client = HttpClient.newBuilder()
				.executor(this.threads)
				.connectTimeout(this.settings.connectTimeout())
				.followRedirects(HttpClient.Redirect.NEVER)
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
		try {
			if (this.cache != null) {
				this.cache.close();
			}
			if (this.temporary != null) {
				FileSystemUtils.deleteRecursively(this.temporary);
			}
		}
		catch (IOException ex) {
			logger.warn("The cache of downloads could not be closed", ex);
		}
	}

	/**
	 * A response.
	 *
	 * @param status its status
	 * @param headers its headers
	 * @param body its body
	 */
	public record Answer(int status, HttpHeaders headers, byte[] body) {
	}

}
