package io.modelserving.repository.cache;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link Downloader}.
 */
class DownloaderTests {

	private static final int SIZE = 200_000;

	private final FileServer server = new FileServer();

	private final byte[] content = random(1);

	@TempDir
	private Path directory;

	private int targets;

	@AfterEach
	void closeServer() {
		this.server.close();
	}

	private static byte[] random(int seed) {
		byte[] bytes = new byte[SIZE];
		new Random(seed).nextBytes(bytes);
		return bytes;
	}

	private Downloader files(long maxBytes) {
		return new Downloader(new DownloadSettings(this.directory.resolve("cache"), Duration.ofSeconds(10),
				Duration.ofSeconds(10), maxBytes, Long.MAX_VALUE));
	}

	private Path fetch(URI uri) throws IOException {
		Path target = this.directory.resolve("target" + this.targets++);
		files(SIZE).fetch("m/1", HttpFile.of(uri), (location, reason) -> {
		}, target);
		return target;
	}

	private DownloadException failure(URI uri) {
		return catchThrowableOfType(DownloadException.class, () -> fetch(uri));
	}

	@Test
	void whenTheFileHasNotChangedThenItIsNotSentAgain() throws IOException {
		URI uri = this.server.put("/model.onnx", this.content, "\"a\"");
		assertThat(fetch(uri)).hasBinaryContent(this.content);
		assertThat(fetch(uri)).hasBinaryContent(this.content);
		assertThat(this.server.requests).containsExactly("/model.onnx", "/model.onnx unless \"a\"");
	}

	@Test
	void whenTheFileHasChangedThenTheNewOneTakesThePlaceOfTheOld() throws IOException {
		URI uri = this.server.put("/model.onnx", this.content, "\"a\"");
		Path old = fetch(uri);
		this.server.put("/model.onnx", random(2), "\"b\"");
		assertThat(fetch(uri)).hasBinaryContent(random(2));
		assertThat(old).hasBinaryContent(this.content);
		assertThat(contents()).hasSize(1);
	}

	@Test
	void whenTwoAddressesHaveTheSameContentThenItIsKeptOnceAndAsLongAsOneNeedsIt() throws IOException {
		URI one = this.server.put("/one.onnx", this.content, "\"a\"");
		URI two = this.server.put("/two.onnx", this.content, "\"a\"");
		fetch(one);
		fetch(two);
		assertThat(contents()).hasSize(1);
		this.server.put("/one.onnx", random(2), "\"b\"");
		fetch(one);
		assertThat(contents()).hasSize(2);
		assertThat(fetch(two)).hasBinaryContent(this.content);
		assertThat(this.server.requests).last().isEqualTo("/two.onnx unless \"a\"");
	}

	@Test
	void whenTheConnectionBreaksThenTheNextAttemptGoesOnWhereItBroke() throws IOException {
		URI uri = this.server.put("/model.onnx", this.content, "\"a\"");
		this.server.breakAfter = 50_000;
		DownloadException ex = failure(uri);
		assertThat(ex).hasMessageStartingWith(uri + " cannot be downloaded: the connection failed after 50000 bytes: ");
		assertThat(ex.isRetryable()).isTrue();
		this.server.breakAfter = 30_000;
		assertThat(failure(uri).isRetryable()).isTrue();
		assertThat(fetch(uri)).hasBinaryContent(this.content);
		assertThat(this.server.requests).containsExactly("/model.onnx", "/model.onnx bytes=50000-",
				"/model.onnx bytes=80000-");
	}

	@Test
	void whenTheFileChangesAfterTheConnectionBrokeThenPartsAreNotMixed() throws IOException {
		URI uri = this.server.put("/model.onnx", this.content, "\"a\"");
		this.server.breakAfter = 50_000;
		assertThat(failure(uri)).isNotNull();
		this.server.put("/model.onnx", random(2), "\"b\"");
		assertThat(fetch(uri)).hasBinaryContent(random(2));
	}

	@Test
	void whenTheServerSendsNoPartsThenAllIsSentAgain() throws IOException {
		URI uri = this.server.put("/model.onnx", this.content, "\"a\"");
		this.server.ranges = false;
		this.server.breakAfter = 50_000;
		assertThat(failure(uri)).isNotNull();
		assertThat(fetch(uri)).hasBinaryContent(this.content);
	}

	@Test
	void whenTheEntityTagIsWeakThenNothingIsPutTogether() throws IOException {
		URI uri = this.server.put("/model.onnx", this.content, "W/\"a\"");
		this.server.breakAfter = 50_000;
		assertThat(failure(uri)).isNotNull();
		assertThat(fetch(uri)).hasBinaryContent(this.content);
		assertThat(this.server.requests).containsExactly("/model.onnx", "/model.onnx");
	}

	@Test
	void whenThePartIsLongerThanTheFileThenAllIsSentAgain() throws IOException {
		URI uri = this.server.put("/model.onnx", this.content, "\"a\"");
		this.server.breakAfter = 50_000;
		assertThat(failure(uri)).isNotNull();
		try (Stream<Path> files = Files.walk(this.directory)) {
			Path part = files.filter((file) -> file.endsWith("part")).findFirst().orElseThrow();
			Files.write(part, new byte[SIZE]);
		}
		assertThat(fetch(uri)).hasBinaryContent(this.content);
		assertThat(this.server.requests).containsExactly("/model.onnx", "/model.onnx bytes=200000-", "/model.onnx");
	}

	@Test
	void whenTheServerStallsThenTheDownloadEnds() {
		URI uri = this.server.put("/model.onnx", this.content, "\"a\"");
		this.server.breakAfter = 50_000;
		this.server.stall = true;
		Downloader impatient = new Downloader(new DownloadSettings(this.directory.resolve("cache"),
				Duration.ofSeconds(10), Duration.ofMillis(200), SIZE, Long.MAX_VALUE));
		long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
		DownloadException ex;
		do {
			// on a slow machine, even the headers may take longer
			ex = catchThrowableOfType(DownloadException.class,
					() -> impatient.fetch("m/1", HttpFile.of(uri), (location, reason) -> {
					}, this.directory.resolve("target")));
		}
		while (ex != null && ex.getCause() instanceof HttpTimeoutException && System.nanoTime() - end < 0);
		assertThat(ex).hasMessageEndingWith("the server sends nothing for PT0.2S");
		assertThat(ex.isRetryable()).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "404, false, true", "403, false, true", "500, true, false", "503, true, false", "429, true, false",
			"400, false, false" })
	void whenTheServerRejectsThenTheStatusIsSaid(int status, boolean retryable, boolean absent) {
		URI uri = this.server.put("/model.onnx", this.content, "\"a\"");
		this.server.status = status;
		DownloadException ex = failure(uri);
		assertThat(ex).hasMessage("%s cannot be downloaded: the server responds with the status %d", uri, status);
		assertThat(ex.isRetryable()).isEqualTo(retryable);
		assertThat(ex.isAbsent()).isEqualTo(absent);
	}

	@Test
	void whenTheServerIsInTroubleThenWhatWasDownloadedBeforeIsUsed() throws IOException {
		URI uri = this.server.put("/model.onnx", this.content, "\"a\"");
		fetch(uri);
		this.server.status = 503;
		assertThat(fetch(uri)).hasBinaryContent(this.content);
		this.server.close();
		assertThat(fetch(uri)).hasBinaryContent(this.content);
	}

	@Test
	void whenTheFileIsGoneThenWhatWasDownloadedBeforeIsNotUsed() throws IOException {
		URI uri = this.server.put("/model.onnx", this.content, "\"a\"");
		fetch(uri);
		this.server.status = 404;
		assertThat(failure(uri)).hasMessageEndingWith("responds with the status 404");
	}

	@Test
	void whenTheFileIsTooLargeThenItIsRejectedBeforeItIsRead() {
		URI uri = this.server.put("/model.onnx", this.content, "\"a\"");
		assertThatExceptionOfType(DownloadException.class)
			.isThrownBy(() -> files(SIZE - 1).fetch("m/1", HttpFile.of(uri), (location, reason) -> {
			}, this.directory.resolve("target")))
			.withMessage("%s has more than 199999 bytes, which is the most that is downloaded", uri)
			.satisfies((ex) -> assertThat(ex.isRetryable()).isFalse());
		assertThat(contents()).isEmpty();
	}

	@Test
	void whenTheServerRedirectsForeverThenTheDownloadEnds() {
		URI uri = this.server.put("/loop", this.content, "\"a\"");
		assertThat(failure(uri)).hasMessageContaining("redirects too often");
		assertThat(this.server.requests).hasSizeLessThan(10);
	}

	@Test
	void whenAnAddressHasAQueryThenMessagesDoNotShowIt() {
		URI uri = URI.create(this.server.put("/none.onnx", this.content, "\"a\"") + "?signature=secret");
		this.server.status = 404;
		assertThat(failure(uri)).hasMessageContaining("/none.onnx").hasMessageNotContaining("secret");
	}

	@Test
	void whenManyFetchAtOnceThenAllGetTheWholeFile() {
		URI uri = this.server.put("/model.onnx", this.content, "\"a\"");
		Downloader files = files(SIZE);
		CompletableFuture.allOf(IntStream.range(0, 8).mapToObj((i) -> CompletableFuture.runAsync(() -> {
			try {
				files.fetch("m/1", HttpFile.of(uri), (location, reason) -> {
				}, this.directory.resolve("same" + i));
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		})).toArray(CompletableFuture[]::new)).join();
		for (int i = 0; i < 8; i++) {
			assertThat(this.directory.resolve("same" + i)).hasBinaryContent(this.content);
		}
		assertThat(this.server.requests).filteredOn("/model.onnx"::equals).hasSize(1);
	}

	@Test
	void whenThereIsNoCacheDirectoryThenNothingIsLeft() throws IOException {
		URI uri = this.server.put("/model.onnx", this.content, "\"a\"");
		Downloader files = new Downloader(
				new DownloadSettings(null, Duration.ofSeconds(10), Duration.ofSeconds(10), SIZE, Long.MAX_VALUE));
		Path inside = files.checkout("m/1").directory();
		files.fetch("m/1", HttpFile.of(uri), (location, reason) -> {
		}, inside.resolve("model.onnx"));
		assertThat(inside.resolve("model.onnx")).hasBinaryContent(this.content);
		files.close();
		assertThat(inside.getParent()).doesNotExist();
	}

	private Path[] contents() {
		try (Stream<Path> files = Files.list(this.directory.resolve("cache/content"))) {
			return files.toArray(Path[]::new);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
