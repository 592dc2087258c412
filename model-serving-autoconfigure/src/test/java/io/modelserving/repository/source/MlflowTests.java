package io.modelserving.repository.source;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSource;
import io.modelserving.model.ModelSource.LocalFile;
import io.modelserving.repository.Downloads;
import io.modelserving.repository.OnnxFiles;
import io.modelserving.repository.VersionPolicy;
import io.modelserving.repository.cache.DownloadSettings;
import io.modelserving.repository.cache.Downloader;
import io.modelserving.repository.cache.FileServer;
import io.modelserving.repository.source.SourceSettings.Credentials;
import io.modelserving.repository.source.SourceSettings.Mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link MlflowSource}.
 */
class MlflowTests {

	private static final String API = "/api/2.0/mlflow/";

	private static final String DESCRIPTION = "flavors:\n  onnx:\n    data: model.onnx\n";

	private final FileServer server = new FileServer();

	@TempDir
	private Path directory;

	private Mlflow settings = new Mlflow(this.server.uri(""), null, new Credentials("user", "secret"));

	@AfterEach
	void closeServer() {
		this.server.close();
	}

	private ModelSource source(String location, Downloader downloads) {
		SourceSettings others = Downloads.settings(this.directory, this.server.uri("/"), true);
		return Downloads
			.locations(Buckets.of(this.server), downloads,
					new SourceSettings(others.huggingFace(), this.settings, Map.of(), 10_000_000))
			.resolve("m", location, VersionPolicy.parse("latest"))
			.sources()
			.get(1L);
	}

	private byte[] open(String location) throws IOException {
		try (Downloader downloads = new Downloader(new DownloadSettings(this.directory.resolve("cache"),
				Duration.ofSeconds(10), Duration.ofSeconds(10), 10_000_000, Long.MAX_VALUE));
				LocalFile file = source(location, downloads).open()) {
			return Files.readAllBytes(file.path());
		}
	}

	private ModelLoadException failure(String location) {
		ModelLoadException ex = catchThrowableOfType(ModelLoadException.class, () -> open(location));
		assertThat(ex).isNotNull();
		return ex;
	}

	private void artifacts(String uri) {
		this.server.put(API + "model-versions/get-download-uri", "{\"artifact_uri\": \"%s\"}".formatted(uri).getBytes(),
				"\"u\"");
	}

	@Test
	void aVersionIsAskedForByItsNumberAndTheUserIsKnown() throws IOException {
		RemoteModels.MLFLOW.publish(this.server, 3, "digits");
		assertThat(open("models:/digits/3")).isEqualTo(RemoteModels.model());
		assertThat(this.server.requests).noneMatch((request) -> request.contains("alias"));
		assertThat(this.server.authorizations.values()).containsOnly("Basic dXNlcjpzZWNyZXQ=");
	}

	@Test
	void artifactsMayLieInABucketOrOnThisMachineOrOnAnotherServer() throws IOException {
		artifacts("s3://bucket/7/artifacts");
		for (String file : new String[] { "MLmodel", "model.onnx" }) {
			byte[] content = file.equals("MLmodel") ? DESCRIPTION.getBytes() : OnnxFiles.adding(1);
			this.server.put("/bucket/7/artifacts/" + file, content, "\"b\"");
			this.server.headers.put("/bucket/7/artifacts/" + file,
					Map.of("X-Modified", "1", "X-Length", Integer.toString(content.length)));
		}
		assertThat(open("models:/digits/1")).isEqualTo(OnnxFiles.adding(1));
		Path local = Files.createDirectories(this.directory.resolve("mlruns/7"));
		Files.writeString(local.resolve("MLmodel"), DESCRIPTION);
		OnnxFiles.adding(local.resolve("model.onnx"), 2);
		artifacts(local.toUri().toString());
		assertThat(open("models:/digits/2")).isEqualTo(OnnxFiles.adding(2));
		String elsewhere = this.server.uri("/else").toString().replace("127.0.0.1", "localhost");
		this.server.put("/else/MLmodel", DESCRIPTION.getBytes(), "\"d\"");
		this.server.put("/else/model.onnx", OnnxFiles.adding(3), "\"m\"");
		artifacts(elsewhere);
		assertThat(open("models:/digits/3")).isEqualTo(OnnxFiles.adding(3));
		assertThat(this.server.authorizations).containsEntry("/else/model.onnx", "");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ftp://127.0.0.1/x", "classpath:x", "jar:file:/x.jar!/x", "dbfs:/x", "nothing",
			"mlflow-artifacts:/../../x", "mlflow-artifacts:/a/../../x", "s3://bucket/../x" })
	void whenArtifactsAreWhereNothingIsReadThenThatIsSaid(String uri) {
		artifacts(uri);
		assertThat(failure("models:/digits/1")).hasMessageContaining("has its artifacts at " + uri);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			flavors: {sklearn: {}} | was not logged by mlflow.onnx
			flavors: 7 | was not logged by mlflow.onnx
			flavors: {onnx: {data: ../../secret}} | names a file outside
			flavors: {onnx: {data: /etc/passwd}} | names a file outside
			'a: [' | cannot be read
			!!javax.script.ScriptEngineManager [] | model.*
			""")
	void whenTheDescriptionIsWrongThenThatIsSaid(String description, String problem) {
		artifacts("mlflow-artifacts:/7");
		this.server.put("/api/2.0/mlflow-artifacts/artifacts/7/MLmodel", description.getBytes(), "\"d\"");
		assertThat(failure("models:/digits/1").getMessage()).containsPattern(problem);
	}

	@ParameterizedTest
	@CsvSource({ "404, see that the model is registered", "401, MLFLOW_TRACKING_TOKEN", "403, MLFLOW_TRACKING_TOKEN" })
	void whenTheServerRejectsThenTheFixIsNamed(int status, String fix) {
		this.server.status = status;
		assertThat(failure("models:/digits@champion")).hasMessageStartingWith("models:/digits@champion: ")
			.hasMessageContaining("status " + status)
			.hasMessageContaining(fix);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "[]", "{\"model_version\": {\"version\": \"../1\"}}", "<html>",
			"{\"model_version\": {\"version\": 7}}" })
	void whenTheAnswerIsNoneThenThatIsSaid(String answer) {
		this.server.put(API + "registered-models/alias", answer.getBytes(), "\"a\"");
		assertThat(failure("models:/digits@champion").getMessage()).contains("registered-models/alias");
	}

	@Test
	void whenThereIsNoTrackingServerThenThePropertyIsNamed() {
		for (URI uri : new URI[] { null, URI.create("file:/mlruns"), URI.create("sqlite:///mlflow.db") }) {
			this.settings = new Mlflow(uri, null, null);
			assertThat(failure("models:/digits@champion")).hasMessageContaining("MLFLOW_TRACKING_URI")
				.hasMessageContaining("model-serving.sources.mlflow.tracking-uri");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "models:", "models:/", "models:/digits", "models:/digits@", "models:/digits/0",
			"models:/digits/latest", "models:/a/b/3", "models:/digits@a@b", "models:/../x/3", "models:/digits?a=b@c" })
	void whatIsNoLocationIsRejected(String location) {
		assertThat(failure(location)).hasMessageContaining("models:/name@alias");
	}

}
