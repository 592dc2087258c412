package io.modelserving.repository.cache;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link FileCache}, by the downloads that use it.
 */
class FileCacheTests {

	private static final int SIZE = 1000;

	private final FileServer server = new FileServer();

	@TempDir
	private Path directory;

	private Path cache;

	@BeforeEach
	void nameCache() {
		this.cache = this.directory.resolve("cache");
	}

	@AfterEach
	void closeServer() {
		this.server.close();
	}

	private Downloader downloads(long maxCacheBytes) {
		return new Downloader(new DownloadSettings(this.cache, Duration.ofSeconds(10), Duration.ofSeconds(10),
				10_000_000, maxCacheBytes));
	}

	private URI put(String path, int filling) {
		byte[] content = new byte[SIZE];
		Arrays.fill(content, (byte) filling);
		return this.server.put(path, content, "\"%d\"".formatted(filling));
	}

	private static void open(Downloader downloads, String owner, URI... files) throws IOException {
		try (Checkout checkout = downloads.checkout(owner)) {
			for (URI file : files) {
				checkout.fetch(HttpFile.of(file),
						checkout.directory().resolve(file.getPath().substring(1).replace('/', '_')));
			}
			checkout.complete();
		}
	}

	private static List<String> kept(Downloader downloads) {
		return downloads.status().files().stream().flatMap((file) -> file.locations().stream()).map((location) -> {
			return location.substring(location.lastIndexOf('/'));
		}).sorted().toList();
	}

	@Test
	void whenTheCacheIsOverItsBoundThenWhatNoModelUsesGoesFirst() throws IOException {
		try (Downloader downloads = downloads(2 * SIZE)) {
			open(downloads, "m/1", put("/a", 1));
			open(downloads, "m/1", put("/b", 2));
			assertThat(kept(downloads)).containsExactly("/a", "/b");
			open(downloads, "n/1", put("/c", 3));
			assertThat(kept(downloads)).containsExactly("/b", "/c");
			assertThat(downloads.status().files()).allMatch(CachedFile::inUse);
			open(downloads, "o/1", put("/d", 4));
			assertThat(kept(downloads)).as("used ones stay, over the bound").containsExactly("/b", "/c", "/d");
		}
		try (Downloader next = downloads(2 * SIZE)) {
			open(next, "o/1", put("/d", 4));
			assertThat(kept(next)).as("the process that used the others has ended").containsExactly("/c", "/d");
			assertThat(next.status().files()).filteredOn(CachedFile::inUse).hasSize(1);
		}
	}

	@Test
	void whatAnotherProcessUsesStaysUntilItEnds() throws Exception {
		try (Downloader downloads = downloads(SIZE)) {
			open(downloads, "m/1", put("/a", 1));
		}
		String sha256;
		try (Downloader downloads = downloads(SIZE)) {
			sha256 = downloads.checkout("x/1").directory().getParent().resolve("content").toFile().list()[0];
		}
		Process other = OtherProcess.start("use", this.cache.toString(), sha256);
		try {
			assertThat(other.inputReader().readLine()).isEqualTo("running");
			try (Downloader downloads = downloads(SIZE)) {
				open(downloads, "m/1", put("/b", 2));
				assertThat(kept(downloads)).containsExactly("/a", "/b");
				other.destroyForcibly();
				assertThat(other.waitFor(1, TimeUnit.MINUTES)).isTrue();
				open(downloads, "m/1", put("/b", 2));
				assertThat(kept(downloads)).containsExactly("/b");
			}
		}
		finally {
			other.destroyForcibly();
		}
	}

	@Test
	void whenAnotherProcessDownloadsThenItIsWaitedFor() throws Exception {
		URI file = put("/a", 1);
		try (Downloader downloads = downloads(SIZE)) {
			open(downloads, "m/1", file);
			Path lock;
			try (Stream<Path> files = Files.walk(this.cache)) {
				lock = files.filter((path) -> path.endsWith("lock") && !path.getParent().equals(this.cache))
					.findFirst()
					.orElseThrow();
			}
			this.server.requests.clear();
			Process other = OtherProcess.start("lock", lock.toString());
			try {
				assertThat(other.inputReader().readLine()).isEqualTo("running");
				var open = CompletableFuture.runAsync(() -> {
					try {
						open(downloads, "m/1", file);
					}
					catch (IOException ex) {
						throw new IllegalStateException(ex);
					}
				});
				assertThat(this.server.requests).isEmpty();
				other.destroyForcibly();
				open.get(1, TimeUnit.MINUTES);
				assertThat(this.server.requests).hasSize(1);
			}
			finally {
				other.destroyForcibly();
			}
		}
	}

	@Test
	void whenTheDirectoryCannotBeUsedThenATemporaryOneIsAndThatIsSaid() throws IOException {
		Files.writeString(this.cache, "a file in its place");
		Path temporary;
		try (Downloader downloads = downloads(SIZE)) {
			open(downloads, "m/1", put("/a", 1));
			assertThat(downloads.status().problem()).contains(this.cache.toString());
			temporary = downloads.status().directory();
			assertThat(kept(downloads)).containsExactly("/a");
		}
		assertThat(temporary).doesNotExist();
	}

	@Test
	void whenTheDigestIsWrongThenNothingIsKeptAndBothAreSaid() {
		URI file = put("/a", 1);
		Digest wrong = Digest.of("0123456789abcdef".repeat(4)).orElseThrow();
		try (Downloader downloads = downloads(SIZE)) {
			DownloadException ex = catchThrowableOfType(DownloadException.class, () -> {
				try (Checkout checkout = downloads.checkout("m/1")) {
					checkout.fetch(new HttpFile(file, Map.of(), wrong), checkout.directory().resolve("a"));
				}
			});
			assertThat(ex).hasMessageContaining("has the checksum sha256:")
				.hasMessageContaining("expected is " + wrong);
			assertThat(ex.isRetryable()).isTrue();
			assertThat(downloads.status().files()).isEmpty();
		}
	}

	@Test
	void whenTheDigestIsKnownThenNothingIsAskedForWhatIsThere() throws IOException {
		URI file = put("/a", 1);
		try (Downloader downloads = downloads(SIZE)) {
			open(downloads, "m/1", file);
			Digest digest = Digest.of(downloads.status().files().get(0).sha256()).orElseThrow();
			this.server.requests.clear();
			try (Checkout checkout = downloads.checkout("m/1")) {
				checkout.fetch(new HttpFile(file, Map.of(), digest), checkout.directory().resolve("a"));
			}
			assertThat(this.server.requests).isEmpty();
		}
	}

	@Test
	void whatWasLeftByAProcessThatDiedIsRemovedAfterADay() throws IOException {
		Path old = Files.createDirectories(this.cache.resolve("open-123"));
		Path young = Files.createDirectories(this.cache.resolve("open-456"));
		Files.setLastModifiedTime(old, FileTime.fromMillis(0));
		try (Downloader downloads = downloads(SIZE)) {
			open(downloads, "m/1", put("/a", 1));
		}
		assertThat(old).doesNotExist();
		assertThat(young).exists();
	}

	@Test
	void whenTheClockOfThisMachineIsAheadThenWhatOthersWorkOnIsNotRemoved() throws IOException {
		Path open = Files.createDirectories(this.cache.resolve("open-123"));
		Clock ahead = Clock.offset(Clock.systemUTC(), Duration.ofDays(400));
		try (FileCache files = new FileCache(this.cache, SIZE, (directory) -> Long.MAX_VALUE, ahead)) {
			files.make(SIZE);
		}
		assertThat(open).exists();
	}

	@Test
	void whenTheClockOfAnotherMachineIsAheadThenItsFilesAreNotLost() throws IOException {
		try (Downloader downloads = downloads(10 * SIZE)) {
			open(downloads, "m/1", put("/a", 1));
			Path content = this.cache.resolve("content").resolve(downloads.status().files().get(0).sha256());
			Files.setLastModifiedTime(content, FileTime.from(Instant.now().plus(Duration.ofDays(400))));
			this.server.requests.clear();
			open(downloads, "m/1", put("/a", 1));
			assertThat(this.server.requests).containsExactly("/a unless \"1\"");
		}
	}

	@Test
	void whenTheDiskIsReallyFullThenThePartIsRemoved() throws Exception {
		Path small = Files.createDirectory(this.directory.resolve("small"));
		Process mount = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", small.toString())
			.redirectErrorStream(true)
			.start();
		boolean mounted = mount.waitFor() == 0;
		Assumptions.assumeTrue(mounted, "a small file system can be mounted by root only");
		try {
			this.cache = small.resolve("cache");
			URI file = this.server.put("/large", new byte[1024 * 1024], "\"a\"");
			Downloader downloads = new Downloader(new DownloadSettings(this.cache, Duration.ofSeconds(10),
					Duration.ofSeconds(10), 10_000_000, Long.MAX_VALUE), (directory) -> Long.MAX_VALUE);
			try (downloads) {
				DownloadException ex = catchThrowableOfType(DownloadException.class,
						() -> open(downloads, "m/1", file));
				assertThat(ex).hasMessageContaining("cannot be kept in the cache " + this.cache)
					.hasMessageContaining("cannot be written to: No space left on device");
				try (Stream<Path> files = Files.walk(this.cache)) {
					assertThat(files).noneMatch((path) -> path.endsWith("part"));
				}
				open(downloads, "m/1", put("/a", 1));
				assertThat(kept(downloads)).containsExactly("/a");
			}
		}
		finally {
			new ProcessBuilder("umount", small.toString()).start().waitFor();
		}
	}

	@Test
	void whenAServerLeadsToAnotherThenItDoesNotGetTheHeaders() throws IOException {
		put("/target", 1);
		this.server.redirects.put("/start", this.server.uri("/target").toString().replace("127.0.0.1", "localhost"));
		this.server.redirects.put("/here", this.server.uri("/target").toString());
		try (Downloader downloads = downloads(SIZE); Checkout checkout = downloads.checkout("m/1")) {
			Map<String, String> token = Map.of("Authorization", "Bearer secret");
			checkout.fetch(new HttpFile(this.server.uri("/start"), token, null), checkout.directory().resolve("a"));
			assertThat(this.server.authorizations).containsEntry("/start", "Bearer secret")
				.containsEntry("/target", "");
			checkout.fetch(new HttpFile(this.server.uri("/here"), token, null), checkout.directory().resolve("b"));
			assertThat(this.server.authorizations).containsEntry("/target", "Bearer secret");
		}
	}

	@Test
	void whenAServerLeadsToWhereNothingMayBeFetchedThenThatIsSaid() {
		for (String target : List.of("file:///etc/passwd", "ftp://127.0.0.1/a", "http://user:pass@127.0.0.1/a", "::no",
				"")) {
			this.server.redirects.put("/start", target);
			try (Downloader downloads = downloads(SIZE)) {
				assertThat(catchThrowableOfType(DownloadException.class,
						() -> open(downloads, "m/1", this.server.uri("/start"))))
					.as(target)
					.isNotNull();
			}
		}
	}

}
