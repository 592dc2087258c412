package io.modelserving.repository.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * One attempt to get a file, or to learn that the one that is there is still good. What
 * arrives before the connection breaks is kept, and the next attempt asks for the rest.
 * Not thread-safe.
 */
final class Download {

	private static final int OK = 200;

	private static final int PARTIAL_CONTENT = 206;

	private static final int NOT_MODIFIED = 304;

	private static final int RANGE_NOT_SATISFIABLE = 416;

	private final HttpClient client;

	private final ExecutorService threads;

	private final DownloadSettings settings;

	private final CachePlace place;

	private final DownloadProblems problems;

	private final AtomicLong bytes = new AtomicLong();

	private volatile @Nullable IOException refusal;

	private volatile @Nullable FileBody body;

	/**
	 * Create a download.
	 * @param client asks the server
	 * @param threads where the client is waited for
	 * @param settings the limits
	 * @param place where the file is kept
	 */
	Download(HttpClient client, ExecutorService threads, DownloadSettings settings, CachePlace place) {
		this.client = client;
		this.threads = threads;
		this.settings = settings;
		this.place = place;
		this.problems = new DownloadProblems(place.uri());
	}

	/**
	 * Get the file.
	 * @return its content
	 * @throws DownloadException if it cannot be had
	 * @throws IOException if the cache does not work
	 */
	Path run() throws IOException {
		Optional<String> resumable = this.place.partValidator();
		HttpResponse<Path> answer = send(request(resumable));
		if (answer.statusCode() == RANGE_NOT_SATISFIABLE && resumable.isPresent()) {
			this.place.discardPart();
			answer = send(request(Optional.empty()));
		}
		return switch (answer.statusCode()) {
			case OK, PARTIAL_CONTENT -> this.place.keepPart(Validators.of(answer.headers()));
			case NOT_MODIFIED -> {
				this.place.discardPart();
				yield this.place.content(this.place.entry()
					.orElseThrow(() -> this.problems.server("says that a file has not changed, which is not here")));
			}
			default -> throw this.problems.refused(answer.statusCode());
		};
	}

	private HttpRequest request(Optional<String> resumable) throws IOException {
		HttpRequest.Builder request = HttpRequest.newBuilder(this.place.uri())
			.timeout(this.settings.readTimeout())
			.header("Accept-Encoding", "identity");
		if (resumable.isPresent()) {
			request.header("Range", "bytes=%d-".formatted(Files.size(this.place.part())))
				.header("If-Range", resumable.get());
		}
		else {
			this.place.entry().map(CacheEntry::validators).ifPresent((known) -> {
				if (known.etag() != null) {
					request.header("If-None-Match", known.etag());
				}
				if (known.lastModified() != null) {
					request.header("If-Modified-Since", known.lastModified());
				}
			});
		}
		return request.build();
	}

	/** Only a body that is wanted is read. */
	private BodyHandler<Path> bodyHandler() {
		return (answer) -> {
			try {
				if (accept(answer)) {
					FileBody accepted = new FileBody(this.place.part(), this.settings.maxBytes(), this.bytes);
					this.body = accepted;
					return accepted;
				}
			}
			catch (IOException ex) {
				this.refusal = ex;
			}
			return new NoBody(this.place.part());
		};
	}

	private boolean accept(HttpResponse.ResponseInfo answer) throws IOException {
		if (answer.statusCode() != OK && answer.statusCode() != PARTIAL_CONTENT) {
			return false;
		}
		if (answer.statusCode() == OK) {
			this.place.beginPart(Validators.of(answer.headers()));
		}
		else if (!ContentRange.startsAt(answer.headers(), Files.size(this.place.part()))) {
			this.place.discardPart();
			throw this.problems.server("answers another part of the file than was asked for");
		}
		long there = (answer.statusCode() == OK) ? 0 : Files.size(this.place.part());
		OptionalLong length = answer.headers().firstValueAsLong("Content-Length");
		if (length.isPresent() && there + length.getAsLong() > this.settings.maxBytes()) {
			throw tooLarge();
		}
		return true;
	}

	private HttpResponse<Path> send(HttpRequest request) throws IOException {
		// sendAsync would answer on the common pool, where everybody may be waiting for
		// it
		Future<HttpResponse<Path>> answer = this.threads.submit(() -> this.client.send(request, bodyHandler()));
		try {
			HttpResponse<Path> ended = await(answer);
			IOException refused = this.refusal;
			if (refused != null) {
				throw refused;
			}
			return ended;
		}
		catch (ExecutionException ex) {
			throw broken(ex.getCause());
		}
		catch (InterruptedException ex) {
			abandon(answer);
			Thread.currentThread().interrupt();
			throw new InterruptedIOException(
					"the download of %s was interrupted".formatted(Uris.describe(this.place.uri())));
		}
	}

	/**
	 * What still arrives must not be added to the file, which the next attempt goes on
	 * with.
	 */
	private void abandon(Future<?> answer) {
		answer.cancel(true);
		FileBody abandoned = this.body;
		if (abandoned != null) {
			abandoned.onError(new InterruptedIOException("nobody waits any more"));
		}
	}

	/** The client itself watches only the time until the header has come. */
	private HttpResponse<Path> await(Future<HttpResponse<Path>> answer)
			throws InterruptedException, ExecutionException, IOException {
		long before = -1;
		while (true) {
			try {
				return answer.get(this.settings.readTimeout().toMillis(), TimeUnit.MILLISECONDS);
			}
			catch (TimeoutException ex) {
				long now = this.bytes.get();
				if (now == before) {
					abandon(answer);
					throw this.problems.server("sends nothing for %s".formatted(this.settings.readTimeout()));
				}
				before = now;
			}
		}
	}

	private IOException broken(@Nullable Throwable cause) throws IOException {
		return (cause instanceof FileBody.TooLargeException) ? tooLarge()
				: this.problems.broken(this.bytes.get(), cause);
	}

	private DownloadException tooLarge() throws IOException {
		this.place.discardPart();
		return this.problems.tooLarge(this.settings.maxBytes());
	}

}
