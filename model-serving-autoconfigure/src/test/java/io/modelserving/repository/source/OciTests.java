package io.modelserving.repository.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSource.LocalFile;
import io.modelserving.repository.Downloads;
import io.modelserving.repository.OnnxFiles;
import io.modelserving.repository.VersionPolicy;
import io.modelserving.repository.cache.DownloadSettings;
import io.modelserving.repository.cache.Downloader;
import io.modelserving.repository.cache.FileServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link OciSource}, against a registry that speaks the calls of the
 * distribution specification.
 */
class OciTests {

	private static final String TAR = "application/vnd.oci.image.layer.v1.tar";

	private final FileServer server = new FileServer();

	@TempDir
	private Path directory;

	@AfterEach
	void closeServer() {
		this.server.close();
	}

	private byte[] open(String location) throws IOException {
		try (Downloader downloads = new Downloader(new DownloadSettings(this.directory.resolve("1/2/3/4/5/6/cache"),
				Duration.ofSeconds(10), Duration.ofSeconds(10), 10_000_000, Long.MAX_VALUE));
				LocalFile file = Downloads
					.locations(Buckets.of(this.server), downloads,
							Downloads.settings(this.directory.resolve("hub"), this.server.uri("/"), false))
					.resolve("m", location, VersionPolicy.parse("latest"))
					.sources()
					.get(1L)
					.open()) {
			return Files.readAllBytes(file.path());
		}
	}

	private ModelLoadException failure(String location) {
		ModelLoadException ex = catchThrowableOfType(ModelLoadException.class, () -> open(location));
		assertThat(ex).isNotNull();
		return ex;
	}

	private String image(byte[]... layers) {
		return RemoteModels.image(this.server, "digits",
				RemoteModels.manifest(Stream.of(layers)
					.map((layer) -> RemoteModels.blob(this.server, "digits", layer, TAR, ""))
					.toArray(String[]::new)));
	}

	private static byte[] archive(byte[]... entries) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		Stream.of(entries).forEach(bytes::writeBytes);
		bytes.writeBytes(new byte[1024]);
		return bytes.toByteArray();
	}

	private static byte[] file(String name, byte[] content) {
		return RemoteModels.entry(name, '0', "", content);
	}

	@ParameterizedTest
	@ValueSource(strings = { "models/model.onnx", "models/1/model.onnx", "./models/model.onnx", "/models/other.onnx",
			"models/deep/er/one.onnx" })
	void theModelOfAnImageIsFound(String name) throws IOException {
		assertThat(open(image(archive(file(name, OnnxFiles.adding(1)))))).isEqualTo(OnnxFiles.adding(1));
		assertThat(open(image(RemoteModels.gzip(archive(file(name, OnnxFiles.adding(2)))))))
			.isEqualTo(OnnxFiles.adding(2));
	}

	@Test
	void aLaterLayerExchangesAndRemovesFiles() throws IOException {
		byte[] base = archive(file("models/model.onnx", OnnxFiles.adding(1)),
				file("models/b.onnx", OnnxFiles.adding(2)));
		assertThat(open(image(base, archive(file("models/model.onnx", OnnxFiles.adding(3))))))
			.isEqualTo(OnnxFiles.adding(3));
		assertThat(open(image(base, archive(file("models/.wh.model.onnx", new byte[0])))))
			.isEqualTo(OnnxFiles.adding(2));
	}

	@Test
	void whenThereAreSeveralModelsThenTheOneAfterTheHashIsTakenOrTheyAreNamed() throws IOException {
		String location = image(
				archive(file("models/a.onnx", OnnxFiles.adding(1)), file("models/b.onnx", OnnxFiles.adding(2))));
		assertThat(open(location + "#models/b.onnx")).isEqualTo(OnnxFiles.adding(2));
		assertThat(failure(location)).hasMessageContaining("one of [models/a.onnx, models/b.onnx]");
		assertThat(failure(location + "#models/../../../etc/passwd"))
			.hasMessageContaining("oci://registry/repository:tag");
	}

	@Test
	void namesMayBeLong() throws IOException {
		String name = "models/" + "long/".repeat(30) + "model.onnx";
		String record = " path=" + name + "\n";
		int length = record.length() + 3;
		byte[] pax = (length + record).getBytes();
		assertThat(open(image(archive(RemoteModels.entry("pax", 'x', "", pax), file("short", OnnxFiles.adding(1))))))
			.isEqualTo(OnnxFiles.adding(1));
		assertThat(open(image(archive(RemoteModels.entry("././@LongLink", 'L', "", (name + "\0").getBytes()),
				file("short", OnnxFiles.adding(2))))))
			.isEqualTo(OnnxFiles.adding(2));
	}

	static Stream<byte[]> whenALayerIsHostileThenNothingIsWrittenOutside() {
		byte[] evil = "evil".getBytes();
		String pax = " path=models/../../../../../evil\n";
		byte[] random = new byte[5000];
		Arrays.fill(random, (byte) 'x');
		byte[] negative = file("models/a.onnx", new byte[0]);
		System.arraycopy("-0000000001".getBytes(), 0, negative, 124, 11);
		return Stream.of(archive(file("models/../../../../../evil", evil)), archive(file("models/../evil", evil)),
				archive(file("models/a/../../../evil.onnx", evil)), archive(file("models/..\\..\\evil", evil)),
				archive(RemoteModels.entry("pax", 'x', "", ((pax.length() + 2) + pax).getBytes()), file("short", evil)),
				archive(file("models/.wh...", new byte[0])), random, new byte[] { 1, 2, 3 },
				new byte[] { 0x1f, (byte) 0x8b, 1 }, new byte[] { 0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0 },
				Arrays.copyOf(archive(file("models/model.onnx", new byte[2000])), 1500), negative,
				archive(RemoteModels.entry("pax", 'x', "", "99999999999999999999 x=y\n".getBytes())),
				archive(RemoteModels.entry("pax", 'x', "", "nonsense".getBytes())));
	}

	@ParameterizedTest
	@MethodSource
	void whenALayerIsHostileThenNothingIsWrittenOutside(byte[] layer) throws IOException {
		assertThat(failure(image(layer))).isNotNull();
		try (Stream<Path> files = Files.walk(this.directory)) {
			assertThat(files).noneMatch((file) -> String.valueOf(file.getFileName()).startsWith("evil"));
		}
	}

	@Test
	void linksAreNotMade() throws IOException {
		byte[] links = archive(RemoteModels.entry("models/model.onnx", '2', "/etc/passwd", new byte[0]),
				RemoteModels.entry("models/dir", '2', "/tmp", new byte[0]),
				RemoteModels.entry("models/hard.onnx", '1', "../../../etc/passwd", new byte[0]),
				file("models/dir/evil.onnx", OnnxFiles.adding(1)));
		assertThat(open(image(links))).isEqualTo(OnnxFiles.adding(1));
		assertThat(Path.of("/tmp/evil.onnx")).doesNotExist();
	}

	@Test
	void whenFilesAreTooLargeTogetherThenUnpackingEnds() {
		byte[] large = new byte[6_000_000];
		byte[] bomb = RemoteModels.gzip(archive(file("models/a.onnx", large), file("models/b.onnx", large)));
		assertThat(failure(image(bomb)))
			.hasMessageContaining("more bytes than model-serving.downloads.max-size allows");
	}

	@Test
	void whenABlobOrAPinnedManifestIsAnotherThenItIsNotTaken() {
		String location = image(archive(file("models/model.onnx", OnnxFiles.adding(1))));
		String digest = this.server.headers.get("/v2/team/digits/manifests/stable").get("Docker-Content-Digest");
		this.server.put("/v2/team/digits/manifests/" + digest, "{}".getBytes(), "\"z\"");
		assertThat(failure(location.replace(":stable", "@" + digest))).hasMessageContaining("expected is " + digest);
		byte[] layer = archive(file("models/model.onnx", OnnxFiles.adding(2)));
		String next = image(layer);
		this.server.put("/v2/team/digits/blobs/sha256:" + RemoteModels.sha256(layer), new byte[10], "\"z\"");
		assertThat(failure(next)).hasMessageContaining("expected is sha256:" + RemoteModels.sha256(layer));
	}

	@Test
	void anIndexLeadsToTheManifestOfThePlatform() throws IOException {
		image(archive(file("models/model.onnx", OnnxFiles.adding(1))));
		String digest = this.server.headers.get("/v2/team/digits/manifests/stable").get("Docker-Content-Digest");
		String index = """
				{"manifests": [
				  {"digest": "sha256:%s", "platform": {"architecture": "s390x"}},
				  {"digest": "%s", "platform": {"architecture": "%s"}}]}""".formatted("0".repeat(64), digest,
				System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64");
		assertThat(open(RemoteModels.image(this.server, "digits", index))).isEqualTo(OnnxFiles.adding(1));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{"layers": [{"digest": "md5:1", "mediaType": "tar"}]} | no SHA-256
			{"layers": [{"digest": "sha256:../../../x", "mediaType": "tar"}]} | no SHA-256
			{"layers": [{"mediaType": "tar"}]} | without digest
			{"layers": 7} | has none of
			{"manifests": []} | empty index
			[] | has none of
			null | has none of
			no JSON | does not respond with JSON
			""")
	void whenAManifestIsWrongThenThatIsSaid(String manifest, String problem) {
		assertThat(failure(RemoteModels.image(this.server, "digits", manifest))).hasMessageContaining(problem);
	}

	@ParameterizedTest
	@ValueSource(strings = { "../../evil.onnx", "/evil.onnx", "a/../../evil.onnx", "C:evil.onnx" })
	void whenATitleLeadsOutThenItIsNotTaken(String title) {
		String layer = RemoteModels.blob(this.server, "digits", OnnxFiles.adding(1), "application/octet-stream", title);
		assertThat(failure(RemoteModels.image(this.server, "digits", RemoteModels.manifest(layer))))
			.hasMessageContaining("title leads out");
	}

	@ParameterizedTest
	@CsvSource({ "Bearer realm=\"ftp://127.0.0.1/token\"", "Bearer realm=\"file:///etc/passwd\"", "Bearer", "Digest x",
			"Bearer realm=\"::\"", "''" })
	void whenTheRegistryWantsATokenFromNowhereThenThatIsSaid(String challenge) {
		String location = image(archive(file("models/model.onnx", OnnxFiles.adding(1))));
		this.server.status = 401;
		this.server.headers.put("/v2/team/digits/manifests/stable",
				challenge.isEmpty() ? Map.of() : Map.of("WWW-Authenticate", challenge));
		assertThat(failure(location)).hasMessageContaining("status 401")
			.hasMessageContaining("model-serving.sources.oci");
	}

	@ParameterizedTest
	@CsvSource({ "oci://r.io/a/b, r.io, a/b, latest,", "oci://r.io:5000/a:1.2, r.io:5000, a, 1.2,",
			"oci://localhost/a-b/c__d:x#models/m.onnx, localhost, a-b/c__d, x, models/m.onnx" })
	void aLocationNamesRegistryRepositoryAndReference(String text, String registry, String repository, String reference,
			String path) {
		assertThat(OciLocation.of(text)).isEqualTo(new OciLocation(registry, repository, reference, path));
	}

	@ParameterizedTest
	@ValueSource(strings = { "oci:", "oci://", "oci://r.io", "oci://r.io/", "oci://user:pass@r.io/a", "oci://r.io/A",
			"oci://r.io/../a", "oci://r.io/a:", "oci://r.io/a@sha256:12", "oci://r.io/a@md5:1", "oci://r.io/a?x=y",
			"oci://r.io/a#../x", "oci://r.io/a b" })
	void whatIsNoLocationIsRejected(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> OciLocation.of(text));
	}

}
