package io.modelserving.repository.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSource.LocalFile;
import io.modelserving.repository.Downloads;
import io.modelserving.repository.ModelLocations;
import io.modelserving.repository.VersionPolicy;
import io.modelserving.repository.cache.DownloadSettings;
import io.modelserving.repository.cache.Downloader;
import io.modelserving.repository.cache.FileServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests of what every kind of source promises.
 */
@ParameterizedClass
@EnumSource(RemoteModels.class)
class RemoteModelsTests {

	@Parameter
	private RemoteModels kind;

	private final FileServer server = new FileServer();

	@TempDir
	private Path directory;

	private Downloader downloads;

	private ModelLocations locations;

	@AfterEach
	void close() {
		if (this.downloads != null) {
			this.downloads.close();
		}
		this.server.close();
	}

	/** A process that begins. */
	private void start() {
		if (this.downloads != null) {
			this.downloads.close();
		}
		this.downloads = new Downloader(new DownloadSettings(this.directory.resolve("cache"), Duration.ofSeconds(10),
				Duration.ofSeconds(10), 10_000_000, Long.MAX_VALUE));
		this.locations = Downloads.locations(Buckets.of(this.server), this.downloads,
				Downloads.settings(this.directory.resolve("hub"), this.server.uri("/"), false));
	}

	private CopiedModelSource source(String location) {
		return (CopiedModelSource) this.locations.resolve("m", location, VersionPolicy.parse("latest"))
			.sources()
			.values()
			.iterator()
			.next();
	}

	private void assertOpens(String location, int revision) throws IOException {
		assertOpens(source(location), revision);
	}

	private static void assertOpens(CopiedModelSource source, int revision) throws IOException {
		try (LocalFile file = new CheckedModelSource(source, null).open()) {
			assertThat(file.path()).hasFileName("model.onnx").hasBinaryContent(RemoteModels.model());
			assertThat(file.path().resolveSibling("weights.bin")).hasBinaryContent(RemoteModels.weights(revision));
		}
	}

	private ModelLoadException failure(String location) {
		ModelLoadException ex = catchThrowableOfType(ModelLoadException.class,
				new CheckedModelSource(source(location), null)::open);
		assertThat(ex).isNotNull();
		assertThat(ex.action()).contains("model-serving.models.<name>.location");
		return ex;
	}

	@Test
	void whenTheModelHasItsWeightsInAnotherFileThenBothAreFetched() throws IOException {
		String location = this.kind.publish(this.server, 1, "digits");
		start();
		assertOpens(location, 1);
		try (Stream<Path> left = Files.list(this.directory.resolve("cache"))) {
			assertThat(left).noneMatch((path) -> path.getFileName().toString().startsWith("open-"));
		}
	}

	@Test
	void whenNothingHasChangedThenNothingLargeIsSentAgain() throws IOException {
		String location = this.kind.publish(this.server, 1, "digits");
		start();
		assertOpens(location, 1);
		this.server.breakAfter = 50_000;
		start();
		assertOpens(location, 1);
		assertThat(this.server.breakAfter).as("nothing was large enough to break").isEqualTo(50_000);
	}

	@Test
	void whenTheModelMovesThenItHasChangedAndTheNextOpenSeesIt() throws IOException {
		String location = this.kind.publish(this.server, 1, "digits");
		start();
		CopiedModelSource source = source(location);
		assertThat(source.hasChanged()).as("never opened").isFalse();
		assertOpens(source, 1);
		assertThat(source.hasChanged()).isFalse();
		this.kind.publish(this.server, 2, "digits");
		assertThat(source.hasChanged()).isTrue();
		CopiedModelSource next = source(location);
		assertOpens(next, 2);
		assertThat(next.hasChanged()).isFalse();
	}

	@Test
	void whenAnInstanceIsAddedThenThatIsNoChangeOfTheModelThatServes() throws IOException {
		String location = this.kind.publish(this.server, 1, "digits");
		start();
		CopiedModelSource source = source(location);
		assertOpens(source, 1);
		this.kind.publish(this.server, 2, "digits");
		assertOpens(source, 2);
		assertThat(source.hasChanged()).isTrue();
	}

	@Test
	void whenTheSourceNamesTheSameInTwoWaysThenItIsNotLoadedAgainForEver() throws IOException {
		String location = this.kind.publish(this.server, 1, "digits");
		start();
		CopiedModelSource source = source(location);
		assertOpens(source, 1);
		for (String path : List.of("/models/model.onnx", "/v2/team/digits/manifests/stable")) {
			this.server.heads.put(path, Map.of("ETag", "\"other\"", "Docker-Content-Digest", "sha256:other"));
		}
		boolean changed = source.hasChanged();
		assertThat(changed)
			.isEqualTo(List.of(RemoteModels.HTTP, RemoteModels.OCI, RemoteModels.ORAS).contains(this.kind));
		CopiedModelSource next = source(location);
		assertOpens(next, 1);
		assertThat(next.hasChanged()).isFalse();
		this.server.heads.clear();
		this.kind.publish(this.server, 2, "digits");
		assertThat(next.hasChanged()).isTrue();
	}

	@Test
	void whenADownloadBreaksOffThenItMayBeTriedAgainAndGoesOn() throws IOException {
		String location = this.kind.publish(this.server, 1, "digits");
		start();
		this.server.breakAfter = 60_000;
		ModelLoadException ex = failure(location);
		assertThat(ex.isRetryable()).isTrue();
		this.server.requests.clear();
		assertOpens(location, 1);
		if (this.kind.resumes()) {
			assertThat(this.server.requests).anyMatch((request) -> request.contains("bytes=60000-"));
		}
	}

	@Test
	void whenTheSourceIsAwayAtStartupThenTheCacheServesAndSaysSo() throws IOException {
		String location = this.kind.publish(this.server, 1, "digits");
		start();
		assertOpens(location, 1);
		assertThat(this.downloads.status().unreached()).isEmpty();
		this.server.status = 503;
		start();
		assertOpens(location, 1);
		assertThat(this.downloads.status().unreached()).isNotEmpty();
		this.server.close();
		start();
		CopiedModelSource source = source(location);
		assertOpens(source, 1);
		assertThat(this.downloads.status().unreached()).isNotEmpty();
		assertThat(catchThrowableOfType(IOException.class, source::hasChanged)).isNotNull();
	}

	@Test
	void whenTheSourceIsAwayAndNothingIsCachedThenThatCanBeTriedAgain() {
		String location = this.kind.publish(this.server, 1, "digits");
		this.server.status = 503;
		start();
		assertThat(failure(location).isRetryable()).isTrue();
	}

	@Test
	void whenThereIsNoSuchModelThenTheFailureNamesTheLocation() {
		this.kind.publish(this.server, 1, "digits");
		this.server.status = 404;
		start();
		String location = this.kind.publish(this.server, 1, "digits");
		ModelLoadException ex = failure(location);
		assertThat(ex.isRetryable()).isFalse();
		assertThat(ex).hasMessageContaining(location.replaceFirst("^oci://[^/]*/", ""));
	}

	@Test
	void whenTheCacheIsDamagedThenTheFileIsFetchedAgain() throws IOException {
		String location = this.kind.publish(this.server, 1, "digits");
		start();
		assertOpens(location, 1);
		for (Path content : contents()) {
			Files.write(content, new byte[] { 1, 2, 3 });
		}
		start();
		assertOpens(location, 1);
	}

	private List<Path> contents() throws IOException {
		try (Stream<Path> files = Files.walk(this.directory)) {
			return files.filter(Files::isRegularFile)
				.filter((file) -> List.of("content", "blobs").contains(file.getParent().getFileName().toString()))
				.toList();
		}
	}

	@Test
	void whenTheDiskIsFullThenThatIsSaidAndNothingIsLeftAndTheOldOneStays() throws IOException {
		String location = this.kind.publish(this.server, 1, "digits");
		start();
		assertOpens(location, 1);
		List<Path> before = contents();
		this.kind.publish(this.server, 2, "digits");
		this.downloads.close();
		this.downloads = Downloads.onFullDisk(this.directory.resolve("cache"), 50_000);
		this.locations = Downloads.locations(Buckets.of(this.server), this.downloads,
				Downloads.settings(this.directory.resolve("hub"), this.server.uri("/"), false));
		ModelLoadException ex = failure(location);
		assertThat(ex).hasMessageContaining("cannot be kept in the cache " + this.directory.resolve("cache"))
			.hasMessageContaining("model-serving.downloads.cache-directory");
		assertThat(ex.isRetryable()).isTrue();
		assertThat(contents()).containsAll(before.stream().filter((file) -> file.toFile().length() > 50_000).toList());
		try (Stream<Path> files = Files.walk(this.directory)) {
			assertThat(files).noneMatch((file) -> file.endsWith("part"));
		}
	}

	@Test
	void secretsGoToTheirServerOnlyAndAreNeverShown() throws IOException {
		if (this.kind == RemoteModels.OCI || this.kind == RemoteModels.ORAS) {
			this.server.required = "Bearer short-lived";
			this.server.put("/token", "{\"token\": \"short-lived\"}".getBytes(), "\"t\"");
		}
		String location = this.kind.publish(this.server, 1, "digits");
		start();
		assertOpens(location, 1);
		this.server.authorizations.forEach((path, authorization) -> {
			if (path.startsWith("/cdn/") || path.startsWith("/bucket/") || path.startsWith("/models/")) {
				assertThat(authorization).as(path).isEmpty();
			}
			else {
				assertThat(authorization).as(path).isNotEmpty();
			}
		});
		try (Stream<Path> files = Files.walk(this.directory)) {
			assertThat(files.filter(Files::isRegularFile)).noneMatch((file) -> mentions(file, "secret"))
				.noneMatch((file) -> mentions(file, "short-lived"));
		}
		if (this.kind == RemoteModels.BUCKET) {
			return;
		}
		this.server.status = 401;
		this.kind.publish(this.server, 2, "digits");
		ModelLoadException ex = failure(location);
		assertThat(ex).hasStackTraceContaining("401").hasMessageNotContaining("secret");
	}

	private static boolean mentions(Path file, String text) {
		try {
			return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
