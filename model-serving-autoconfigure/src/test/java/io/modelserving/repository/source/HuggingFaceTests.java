package io.modelserving.repository.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSource;
import io.modelserving.model.ModelSource.LocalFile;
import io.modelserving.repository.Downloads;
import io.modelserving.repository.VersionPolicy;
import io.modelserving.repository.cache.DownloadSettings;
import io.modelserving.repository.cache.Downloader;
import io.modelserving.repository.cache.FileServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for {@link HuggingFaceSource}.
 */
class HuggingFaceTests {

	private static final String COMMIT = "1".repeat(40);

	private final FileServer server = new FileServer();

	@TempDir
	private Path directory;

	private Path hub;

	private Downloader downloads;

	@BeforeEach
	void start() {
		this.hub = this.directory.resolve("hub");
		this.downloads = new Downloader(new DownloadSettings(this.directory.resolve("cache"), Duration.ofSeconds(10),
				Duration.ofSeconds(10), 10_000_000, Long.MAX_VALUE));
	}

	@AfterEach
	void close() {
		this.downloads.close();
		this.server.close();
	}

	private ModelSource source(String location, boolean offline) {
		return Downloads
			.locations(Buckets.of(this.server), this.downloads,
					Downloads.settings(this.hub, this.server.uri("/"), offline))
			.resolve("m", location, VersionPolicy.parse("latest"))
			.sources()
			.get(1L);
	}

	private Path open(String location, boolean offline) throws IOException {
		try (LocalFile file = new CheckedModelSource(source(location, offline), null).open()) {
			return file.path();
		}
	}

	private ModelLoadException failure(String location, boolean offline) {
		ModelLoadException ex = catchThrowableOfType(ModelLoadException.class, () -> open(location, offline));
		assertThat(ex).isNotNull();
		return ex;
	}

	/** Fill the cache as the tools of Hugging Face do. */
	private void download() throws IOException {
		open(RemoteModels.HUGGING_FACE.publish(this.server, 1, "digits"), false);
		this.server.requests.clear();
	}

	private Path repository() {
		return this.hub.resolve("models--org--digits");
	}

	@Test
	void whatIsDownloadedLiesAsItsToolsHaveIt() throws IOException {
		download();
		Path file = this.hub.resolve("models--org--digits/snapshots/" + COMMIT + "/onnx/model.onnx");
		assertThat(file).isSymbolicLink().hasBinaryContent(RemoteModels.model());
		assertThat(Files.readSymbolicLink(file))
			.isEqualTo(Path.of("../../../blobs", RemoteModels.gitDigest(RemoteModels.model())));
		assertThat(this.hub.resolve("models--org--digits/blobs/" + RemoteModels.sha256(RemoteModels.weights(1))))
			.hasBinaryContent(RemoteModels.weights(1));
		assertThat(repository().resolve("refs/main")).hasContent(COMMIT);
		assertThat(this.downloads.status().files()).as("kept once").isEmpty();
	}

	@Test
	void itsToolsFindWhatIsDownloadedAndTheOtherWayRound() throws Exception {
		Process made = new ProcessBuilder("python3", "../sample-app/clients/environment.py",
				"../sample-app/clients/acceptance/requirements-hub.txt")
			.redirectErrorStream(true)
			.start();
		String output = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assumeTrue(made.waitFor() == 0, output);
		String python = output.lines().reduce("", (first, last) -> last);
		download();
		assertThat(run(python, """
				from huggingface_hub import snapshot_download, hf_hub_download, scan_cache_dir
				print(hf_hub_download("org/digits", "onnx/weights.bin", local_files_only=True))
				print(snapshot_download("org/digits", local_files_only=True))
				print([(r.repo_id, len(r.revisions)) for r in scan_cache_dir().repos], scan_cache_dir().warnings)
				""")).isEqualTo("""
				%1$s/snapshots/%2$s/onnx/weights.bin
				%1$s/snapshots/%2$s
				[('org/digits', 1)] []
				""".formatted(repository(), COMMIT));
		RemoteModels.HUGGING_FACE.publish(this.server, 2, "others");
		run(python, """
				from huggingface_hub import hf_hub_download
				hf_hub_download("org/others", "onnx/model.onnx")
				hf_hub_download("org/others", "onnx/weights.bin")
				""");
		this.server.requests.clear();
		Path file = open("hf:org/others", true);
		assertThat(file.resolveSibling("weights.bin")).hasBinaryContent(RemoteModels.weights(2));
		assertThat(this.server.requests).isEmpty();
	}

	private String run(String python, String script) throws Exception {
		ProcessBuilder builder = new ProcessBuilder(python, "-c", script);
		builder.environment()
			.putAll(Map.of("HF_HUB_CACHE", this.hub.toString(), "HF_ENDPOINT", this.server.uri("").toString(),
					"HF_HUB_DISABLE_XET", "1", "HF_HUB_DISABLE_TELEMETRY", "1", "HF_HOME",
					this.directory.resolve("home").toString()));
		Process process = builder.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
		assertThat(process.exitValue()).as(errors).isZero();
		return output;
	}

	@ParameterizedTest
	@CsvSource({ "hf:org/digits@1111111111111111111111111111111111111111, false", "hf:org/digits, true",
			"hf:org/digits@main/onnx/model.onnx, true",
			"hf:org/digits@1111111111111111111111111111111111111111/onnx/model.onnx, false" })
	void whatIsInTheCacheNeedsNoNetwork(String location, boolean offline) throws IOException {
		download();
		assertThat(open(location, offline)).hasBinaryContent(RemoteModels.model());
		assertThat(this.server.requests).isEmpty();
	}

	@Test
	void whenDownloadsAreSwitchedOffThenWhatIsMissingIsSaid() throws IOException {
		assertThat(failure("hf:org/digits", true)).hasMessageContaining("is not in the cache " + this.hub)
			.hasMessageContaining("HF_HUB_OFFLINE")
			.hasMessageContaining("hf download org/digits");
		download();
		assertThat(failure("hf:org/digits/onnx/model_int8.onnx", true))
			.hasMessageContaining("onnx/model_int8.onnx is not in the cache");
		assertThat(this.server.requests).isEmpty();
	}

	@Test
	void whenABlobIsDamagedAndThereIsNoNetworkThenItIsNotUsed() throws IOException {
		download();
		Files.write(repository().resolve("blobs/" + RemoteModels.sha256(RemoteModels.weights(1))), new byte[3]);
		assertThat(failure("hf:org/digits", true)).hasMessageContaining("onnx/weights.bin is not in the cache");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "secret.txt", "hub/models--org--other/blobs/secret", "hub/models--org--digits-evil/blobs/x" })
	void whenALinkLeadsOutOfTheBlobsOfItsRepositoryThenItIsNotFollowed(String target) throws IOException {
		download();
		Path secret = this.directory.resolve(target);
		Files.createDirectories(secret.getParent());
		Files.write(secret, RemoteModels.weights(1));
		Path link = repository().resolve("snapshots/" + COMMIT + "/onnx/weights.bin");
		Files.delete(link);
		Files.createSymbolicLink(link, secret);
		assertThat(failure("hf:org/digits", true)).hasMessageContaining("outside of the repository's blobs");
	}

	@Test
	void whenThereAreSeveralModelsThenTheyAreNamed() {
		this.server.put("/api/models/org/many/revision/main", """
				{"sha": "%s", "siblings": [{"rfilename": "b/a.onnx"}, {"rfilename": "b/c.onnx"}]}""".formatted(COMMIT)
			.getBytes(), "\"a\"");
		assertThat(failure("hf:org/many", false)).hasMessageContaining("one of [b/a.onnx, b/c.onnx]");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					{"sha": "../../../evil", "siblings": []} | a sha that is no commit
					{"siblings": []} | without sha
					["sha"] | without sha
					<html> | does not respond with JSON
					{"sha": "1111111111111111111111111111111111111111", "siblings": [{"rfilename": "../../x.onnx"}]} | has none of
					{"sha": "1111111111111111111111111111111111111111", "siblings": "none"} | has none of
					{"sha": "1111111111111111111111111111111111111111"} | has none of
					""")
	void whenTheHubSaysWhatItMustNotThenNothingIsWritten(String answer, String problem) throws IOException {
		this.server.put("/api/models/org/bad/revision/main", answer.getBytes(), "\"a\"");
		assertThat(failure("hf:org/bad", false)).hasMessageContaining(problem);
		assertThat(this.directory.resolve("evil")).doesNotExist();
		assertThat(this.hub.resolve("models--org--bad/blobs")).doesNotExist();
	}

	@ParameterizedTest
	@CsvSource({ "X-Linked-Etag, ../../../evil", "X-Linked-Etag, ''", "X-Linked-Etag, .hidden",
			"X-Repo-Commit, 2222222222222222222222222222222222222222" })
	void whenTheHeadersOfAFileAreWrongThenItIsNotTaken(String header, String value) throws IOException {
		String location = RemoteModels.HUGGING_FACE.publish(this.server, 1, "digits");
		String path = "/org/digits/resolve/" + COMMIT + "/onnx/model.onnx";
		Map<String, String> headers = new HashMap<>(this.server.headers.get(path));
		headers.put(header, value);
		this.server.headers.put(path, headers);
		assertThat(failure(location, false)).hasMessageContaining("without a usable ETag, or for another commit");
		assertThat(this.directory.resolve("evil")).doesNotExist();
	}

	@Test
	void whenTheContentIsNotWhatTheHubSaidThenItIsNotKept() throws IOException {
		String location = RemoteModels.HUGGING_FACE.publish(this.server, 1, "digits");
		this.server.put("/cdn/" + RemoteModels.sha256(RemoteModels.weights(1)), RemoteModels.weights(2), "\"x\"");
		ModelLoadException ex = failure(location, false);
		assertThat(ex).hasMessageContaining("has the checksum sha256:" + RemoteModels.sha256(RemoteModels.weights(2)))
			.hasMessageContaining("expected is sha256:" + RemoteModels.sha256(RemoteModels.weights(1)));
		assertThat(ex.isRetryable()).isTrue();
		assertThat(repository().resolve("blobs").toFile().list()).hasSize(1);
	}

	@Test
	void whenTheRepositoryHasMovedThenItIsFound() throws IOException {
		RemoteModels.HUGGING_FACE.publish(this.server, 1, "digits");
		this.server.redirects.put("/api/models/old/digits/revision/main", "/api/models/org/digits/revision/main");
		for (String file : List.of("model.onnx", "weights.bin")) {
			this.server.redirects.put("/old/digits/resolve/%s/onnx/%s".formatted(COMMIT, file),
					"/org/digits/resolve/%s/onnx/%s".formatted(COMMIT, file));
		}
		assertThat(open("hf:old/digits", false)).hasBinaryContent(RemoteModels.model());
	}

	@ParameterizedTest
	@CsvSource({ "hf:a/b, a/b, main,", "hf:a/b@v1.0, a/b, v1.0,", "hf:a/b/c/d.onnx, a/b, main, c/d.onnx",
			"hf:gpt2, gpt2, main,", "hf:gpt2@main/onnx/model.onnx, gpt2, main, onnx/model.onnx",
			"hf:a/b@refs%2Fpr%2F1/m.onnx, a/b, refs/pr/1, m.onnx", "HF:A/b, A/b, main,", "hf://a/b, a/b, main," })
	void aLocationNamesRepositoryRevisionAndFile(String text, String repository, String revision, String path) {
		HuggingFaceLocation location = HuggingFaceLocation.of(text);
		assertThat(location).isEqualTo(new HuggingFaceLocation(repository, revision, path));
	}

	@ParameterizedTest
	@ValueSource(strings = { "hf:", "hf:/", "hf:a/b@", "hf:../x", "hf:a/..", "hf:a/b@../../x", "hf:a/b@..%2F..%2Fx",
			"hf:a/b@%2e%2e%2fx", "hf:a/b/../../x.onnx", "hf:a--b/c", "hf:a/b@-x", "hf:a/b//etc/passwd", "hf:a/b\\c",
			"hf:a/b@main/C:x", "hf:a b/c", "hf:a/b@a%zz", "hf:a/b@x\ny" })
	void whatIsNoLocationIsRejected(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> HuggingFaceLocation.of(text));
		assertThat(catchThrowableOfType(ModelLoadException.class, () -> source(text, false)))
			.hasMessageContaining("location \"" + text + "\"");
	}

}
