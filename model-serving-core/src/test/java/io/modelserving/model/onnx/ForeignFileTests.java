package io.modelserving.model.onnx;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.modelserving.model.InvalidModelException;
import io.modelserving.model.ModelLoadException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests that files which are no models are called what they are.
 */
class ForeignFileTests {

	private static final String POINTER = "version https://git-lfs.github.com/spec/v1\n"
			+ "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 90405214\n";

	@TempDir
	Path directory;

	@ParameterizedTest
	@MethodSource
	void whenFileIsNoModelThenItIsNamed(String description, String action, byte[] content) throws IOException {
		Path file = Files.write(this.directory.resolve("model.onnx"), content);
		ModelLoadException failure = load(file);
		assertThat(failure).isInstanceOf(InvalidModelException.class)
			.hasMessage("%s is not an ONNX model but %s", file, description);
		assertThat(failure.action()).contains(action);
		assertThat(failure.isRetryable()).isFalse();
	}

	static Stream<Arguments> whenFileIsNoModelThenItIsNamed() throws IOException {
		return Stream.of(Arguments.of("a pointer of Git LFS, not the file itself", "git lfs pull", bytes(POINTER)),
				Arguments.of("an HTML page", "Download the file itself", bytes("<!DOCTYPE html><html></html>")),
				Arguments.of("an HTML page", "Download the file itself", bytes("\uFEFF\n <HTML lang=en>")),
				Arguments.of("a checkpoint of PyTorch", "torch.onnx.export", zip("archive/data.pkl")),
				Arguments.of("a ZIP archive", "export the model", zip("metadata.json")),
				Arguments.of("a pickle of Python", "skl2onnx", bytes("\u0080\4\u0095\13\0\0\0\0\0\0\0}")),
				Arguments.of("a pickle of Python", "skl2onnx", bytes("\u0080\2}q\0")),
				Arguments.of("a checkpoint of PyTorch", "torch.onnx.export",
						bytes("\u0080\2\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\31.")),
				Arguments.of("a model of TensorFlow Lite", "tf2onnx", bytes("\34\0\0\0TFL3\0\0\0\0")),
				Arguments.of("a graph of TensorFlow", "tf2onnx",
						bytes("\b\1\u0012\u0010\n\u000e\u0012\5serve\"\5abcde")),
				Arguments.of("a graph of TensorFlow", "tf2onnx", bytes("\n\u0010\n\1x\u0012\u000bPlaceholder")),
				Arguments.of("an HDF5 file, as Keras writes them", "tf2onnx", bytes("\u0089HDF\r\n\u001a\n\0\0")),
				Arguments.of("a safetensors file, which holds weights without a graph", "optimum",
						bytes("\2\0\0\0\0\0\0\0{\"w\":{}}")),
				Arguments.of("a GGUF file of llama.cpp", "ONNX", bytes("GGUF\3\0\0\0")),
				Arguments.of("an array of NumPy, not a model", "ONNX format", bytes("\u0093NUMPY\1\0v\0")),
				Arguments.of("compressed with gzip", "Unpack it", gzip()),
				Arguments.of("JSON", "fetch the file itself", bytes(" {\"error\": \"Repository not found\"}")),
				Arguments.of("XML", "ONNX format", bytes("<?xml version='1.0'?><net/>")),
				Arguments.of("a text", "ONNX format", bytes("Entry not found\n")));
	}

	@Test
	void whenFileIsEmptyThenItIsNotBlamedOnTheEnvironment() throws IOException {
		ModelLoadException failure = load(Files.createFile(this.directory.resolve("model.onnx")));
		assertThat(failure).isInstanceOf(InvalidModelException.class).hasMessageEndingWith("is empty");
		assertThat(failure.isRetryable()).isTrue();
	}

	@Test
	void whenBytesAreOfNoKnownKindThenTheRuntimeSaysWhy() throws IOException {
		ModelLoadException failure = load(Files.write(this.directory.resolve("model.onnx"), bytes("\u00ff\u00fe\0\1")));
		assertThat(failure).isInstanceOf(InvalidModelException.class)
			.hasMessageContaining("is not an ONNX model, or only a part of one");
	}

	@Test
	void whenExternalDataIsAPointerThenItIsNotTakenForWeights() throws IOException {
		Path file = Files.copy(TestModels.path("external_data.onnx"), this.directory.resolve("model.onnx"));
		Path data = Files.writeString(this.directory.resolve("external_data.onnx.data"), POINTER);
		assertThat(load(file)).isInstanceOf(InvalidModelException.class)
			.hasMessage("%s refers to %s, which is a pointer of Git LFS, not the file itself", file, data);
	}

	@Test
	void whenExternalDataIsCutOffOrMissingThenTryingAgainMayHelp() throws IOException {
		Path file = Files.copy(TestModels.path("external_data.onnx"), this.directory.resolve("model.onnx"));
		ModelLoadException missing = load(file);
		assertThat(missing).hasMessageContaining("refers to external data that cannot be read");
		assertThat(missing.isRetryable()).isTrue();
		Files.write(this.directory.resolve("external_data.onnx.data"), new byte[7]);
		ModelLoadException cutOff = load(file);
		assertThat(cutOff).isInstanceOf(InvalidModelException.class)
			.hasMessageContaining("refers to external data that is cut off");
		assertThat(cutOff.isRetryable()).isTrue();
	}

	@Test
	void whenAPointerBesideTheModelIsNotItsThenTheModelIsLoaded() throws IOException {
		Path file = Files.copy(TestModels.path("affine.onnx"), this.directory.resolve("model.onnx"));
		Files.writeString(this.directory.resolve("other.onnx.data"), POINTER);
		TestModels.load(file, OnnxOptions.defaults()).close();
	}

	private static ModelLoadException load(Path file) {
		ModelLoadException failure = catchThrowableOfType(ModelLoadException.class,
				() -> TestModels.load(file, OnnxOptions.defaults()).close());
		assertThat(failure).isNotNull();
		return failure;
	}

	private static byte[] bytes(String text) {
		return text.startsWith("\uFEFF") ? text.getBytes(StandardCharsets.UTF_8)
				: text.getBytes(StandardCharsets.ISO_8859_1);
	}

	private static byte[] zip(String entry) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
			zip.putNextEntry(new ZipEntry(entry));
			zip.write(new byte[100]);
		}
		return bytes.toByteArray();
	}

	private static byte[] gzip() throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
			gzip.write(new byte[100]);
		}
		return bytes.toByteArray();
	}

}
