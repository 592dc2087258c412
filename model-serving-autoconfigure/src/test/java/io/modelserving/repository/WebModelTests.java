package io.modelserving.repository;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSource;
import io.modelserving.model.ModelSource.LocalFile;
import io.modelserving.repository.cache.FileServer;
import io.modelserving.repository.source.CheckedModelSource;

import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link ModelLocations} on a web server.
 */
class WebModelTests {

	private final FileServer server = new FileServer();

	@TempDir
	private Path cache;

	@AfterEach
	void closeServer() {
		this.server.close();
	}

	private ModelSource source(URI uri) {
		ModelLocations locations = Downloads.locations(Downloads.into(this.cache));
		return new CheckedModelSource(
				locations.resolve("m", uri.toString(), VersionPolicy.parse("latest")).sources().get(1L), null);
	}

	@Test
	void whenTheModelHasItsWeightsInAnotherFileThenBothAreDownloadedAndTheCopiesDeletedOnClose() throws IOException {
		URI uri = this.server.put("/models/large.onnx", OnnxFiles.referringTo("weights/large of it.bin"), "\"a\"");
		this.server.put("/models/weights/large of it.bin", OnnxFiles.bytes(2), "\"b\"");
		Path path;
		try (LocalFile local = source(uri).open()) {
			path = local.path();
			assertThat(path).hasFileName("large.onnx");
			assertThat(path.resolveSibling("weights/large of it.bin")).hasBinaryContent(OnnxFiles.bytes(2));
		}
		assertThat(path.getParent()).doesNotExist();
		this.server.requests.clear();
		source(uri).open().close();
		assertThat(this.server.requests).contains("/models/large.onnx unless \"a\"",
				"/models/weights/large of it.bin unless \"b\"");
	}

	@Test
	void whenTheServerHasAChecksumThenItIsCompared() {
		URI uri = this.server.put("/model.onnx", OnnxFiles.adding(1), "\"a\"");
		this.server.put("/model.onnx.sha256", "0123456789abcdef".repeat(4).getBytes(), "\"b\"");
		assertThat(failure(uri)).hasMessageContaining("expected is sha256:0123456789abcdef");
	}

	@Test
	void whenTheModelRefersToAFileOutsideThenNothingElseIsAskedFor() throws IOException {
		URI uri = this.server.put("/models/1/model.onnx", OnnxFiles.referringTo("../secret.txt"), "\"a\"");
		assertThat(failure(uri)).hasMessageContaining("refers to external data \"../secret.txt\", which is outside");
		assertThat(this.server.requests).containsExactly("/models/1/model.onnx", "/models/1/model.onnx.sha256");
		try (Stream<Path> left = Files.list(this.cache)) {
			assertThat(left).noneMatch((path) -> path.getFileName().toString().startsWith("open-"));
		}
	}

	@Test
	void whenTheServerHasNoSuchFileThenItSaysWhatToDo() {
		URI uri = this.server.put("/model.onnx", new byte[0], "\"a\"").resolve("/none.onnx");
		ModelLoadException ex = failure(uri);
		assertThat(ex).hasMessage("%s cannot be downloaded: the server responds with the status 404", uri);
		assertThat(ex.action()).contains("model-serving.models.<name>.location");
		assertThat(ex.isRetryable()).isFalse();
	}

	@Test
	void whenTheConnectionBreaksThenItMayBeTriedAgainAndIsGoneOnWith() throws IOException {
		URI uri = this.server.put("/model.onnx", OnnxFiles.adding(1), "\"a\"");
		this.server.breakAfter = 20;
		assertThat(failure(uri).isRetryable()).isTrue();
		try (LocalFile local = source(uri).open()) {
			assertThat(local.path()).hasBinaryContent(OnnxFiles.adding(1));
		}
		assertThat(this.server.requests).contains("/model.onnx bytes=20-");
	}

	private ModelLoadException failure(URI uri) {
		ModelLoadException ex = catchThrowableOfType(ModelLoadException.class, source(uri)::open);
		assertThat(ex).isNotNull();
		return ex;
	}

}
