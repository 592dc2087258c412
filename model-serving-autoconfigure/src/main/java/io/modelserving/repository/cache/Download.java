package io.modelserving.repository.cache;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/**
 * One attempt to get a file, or to learn that the existing one is still valid. What
 * arrives before the connection breaks is kept, and the next attempt asks for the rest.
 * Used once, by one thread.
 * <p>
 * Protocol: a thread of the pool receives and writes while the caller waits. It writes
 * under the lock of this object, unless the caller has cancelled.
 */
final class Download implements Transfer {

	private static final int BUFFER_BYTES = 64 * 1024;

	private static final int OK = 200;

	private static final int PARTIAL_CONTENT = 206;

	private static final int NOT_MODIFIED = 304;

	private static final int RANGE_NOT_SATISFIABLE = 416;

	private final HttpClient client;

	private final ExecutorService threads;

	private final DownloadSettings settings;

	private final HttpFile file;

	private final CacheEntry entry;

	private final DownloadProblems problems;

	private final Room room;

	/** The length of the part. Written under the lock of this object. */
	private volatile long bytes;

	private volatile @Nullable InputStream body;

	private boolean cancelled;

	/**
	 * Create a download.
	 * @param client asks the server
	 * @param threads where the client is waited for
	 * @param settings the limits
	 * @param file the file
	 * @param entry where the file is kept
	 * @param room makes room for the file
	 */
	Download(HttpClient client, ExecutorService threads, DownloadSettings settings, HttpFile file, CacheEntry entry,
			Room room) {
		this.client = client;
		this.threads = threads;
		this.settings = settings;
		this.file = file;
		this.entry = entry;
		this.problems = new DownloadProblems(file.uri());
		this.room = room;
	}

	/**
	 * Get the file.
	 * @return what is known of its content
	 * @throws DownloadException if it cannot be downloaded
	 * @throws IOException if the cache does not work
	 */
	@Override
	public CacheMetadata run() throws IOException {
		Optional<String> resumable = this.entry.partValidator();
		HttpResponse<?> response = send(resumable);
		if (response.statusCode() == RANGE_NOT_SATISFIABLE && resumable.isPresent()) {
			this.entry.discardPart();
			response = send(Optional.empty());
		}
		return switch (response.statusCode()) {
			case OK, PARTIAL_CONTENT -> this.entry.keepPart(Validators.of(response.headers()), this.file.digest());
			case NOT_MODIFIED -> {
				this.entry.discardPart();
				yield this.entry.metadata()
					.orElseThrow(
							() -> this.problems.server("says that a file has not changed that is not in the cache"));
			}
			default -> throw this.problems.rejected(response.statusCode());
		};
	}

	private HttpRequest.Builder complete(HttpRequest.Builder request, Optional<String> resumable, long arrived) {
		request.timeout(this.settings.readTimeout()).header("Accept-Encoding", "identity");
		if (resumable.isPresent()) {
			request.header("Range", "bytes=%d-".formatted(arrived)).header("If-Range", resumable.get());
		}
		else {
			this.entry.metadata().map(CacheMetadata::validators).ifPresent((known) -> {
				if (known.etag() != null) {
					request.header("If-None-Match", known.etag());
				}
				if (known.lastModified() != null) {
					request.header("If-Modified-Since", known.lastModified());
				}
			});
		}
		return request;
	}

	/**
	 * Receive a response, and append its body to the part if that is wanted.
	 */
	private HttpResponse<InputStream> receive(Optional<String> resumable) throws IOException, InterruptedException {
		HttpResponse<InputStream> response = ask(resumable);
		try (InputStream arriving = response.body()) {
			this.body = arriving;
			if (accept(response)) {
				try (FileChannel part = FileChannel.open(this.entry.part(), StandardOpenOption.CREATE,
						StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
					append(arriving, part);
				}
			}
		}
		return response;
	}

	private HttpResponse<InputStream> ask(Optional<String> resumable) throws IOException, InterruptedException {
		long arrived = resumable.isPresent() ? Files.size(this.entry.part()) : 0;
		try {
			return Redirects.send(this.client, this.file, true, (request) -> complete(request, resumable, arrived));
		}
		catch (IOException ex) {
			throw this.problems.broken(0, ex);
		}
	}

	private synchronized boolean accept(HttpResponse<?> response) throws IOException {
		if (this.cancelled || (response.statusCode() != OK && response.statusCode() != PARTIAL_CONTENT)) {
			return false;
		}
		if (response.statusCode() == OK) {
			this.entry.beginPart(Validators.of(response.headers()));
		}
		else if (!ContentRange.startsAt(response.headers(), Files.size(this.entry.part()))) {
			this.entry.discardPart();
			throw this.problems.server("responds with another part of the file than was asked for");
		}
		this.bytes = (response.statusCode() == OK) ? 0 : Files.size(this.entry.part());
		OptionalLong length = response.headers().firstValueAsLong("Content-Length");
		if (length.isPresent() && this.bytes + length.getAsLong() > this.settings.maxBytes()) {
			throw tooLarge();
		}
		this.room.require(this.entry, length.orElse(0));
		return true;
	}

	private void append(InputStream arriving, FileChannel part) throws IOException {
		byte[] buffer = new byte[BUFFER_BYTES];
		for (int read = read(arriving, buffer); read >= 0; read = read(arriving, buffer)) {
			append(ByteBuffer.wrap(buffer, 0, read), part);
		}
	}

	private int read(InputStream arriving, byte[] buffer) throws IOException {
		try {
			return arriving.read(buffer);
		}
		catch (IOException ex) {
			throw this.problems.broken(this.bytes, ex);
		}
	}

	private synchronized void append(ByteBuffer arrived, FileChannel part) throws IOException {
		if (this.cancelled) {
			throw new InterruptedIOException("nobody waits for the file");
		}
		if (this.bytes + arrived.remaining() > this.settings.maxBytes()) {
			throw tooLarge();
		}
		while (arrived.hasRemaining()) {
			this.bytes += this.room.write(this.entry, part, arrived);
		}
	}

	private DownloadException tooLarge() throws IOException {
		this.entry.discardPart();
		return this.problems.tooLarge(this.settings.maxBytes());
	}

	private HttpResponse<?> send(Optional<String> resumable) throws IOException {
		// sendAsync would complete on the common pool, where everybody may be waiting for
		// it
		Future<HttpResponse<InputStream>> response = this.threads.submit(() -> receive(resumable));
		try {
			return await(response);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof IOException failure) ? failure
					: this.problems.broken(this.bytes, ex.getCause());
		}
		catch (InterruptedException ex) {
			cancel(response);
			Thread.currentThread().interrupt();
			throw new InterruptedIOException(
					"the download of %s was interrupted".formatted(Uris.describe(this.file.uri())));
		}
	}

	/** The client itself watches only the time until the header has arrived. */
	private HttpResponse<?> await(Future<? extends HttpResponse<?>> response)
			throws InterruptedException, ExecutionException, IOException {
		long before = -1;
		while (true) {
			try {
				return response.get(this.settings.readTimeout().toMillis(), TimeUnit.MILLISECONDS);
			}
			catch (TimeoutException ex) {
				long now = this.bytes;
				if (now == before) {
					cancel(response);
					throw this.problems.server("sends nothing for %s".formatted(this.settings.readTimeout()));
				}
				before = now;
			}
		}
	}

	/**
	 * Cancel. Nothing is added to the part any more, from which the next attempt goes on.
	 */
	private void cancel(Future<?> response) throws IOException {
		synchronized (this) {
			this.cancelled = true;
		}
		response.cancel(true);
		InputStream arriving = this.body;
		if (arriving != null) {
			arriving.close();
		}
	}

}
