package io.modelserving.model.onnx;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.modelserving.model.ComputeUnit;
import io.modelserving.model.ExecutionResources;
import io.modelserving.model.Model;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.onnx.OnnxOptions.ExecutionMode;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class OnnxModelLoaderTests {

	@TempDir
	Path directory;

	@ParameterizedTest
	@CsvSource({ "corrupt.onnx, is not an ONNX model, in the ONNX format, false",
			"not_onnx.txt, is not an ONNX model, in the ONNX format, false",
			"empty.onnx, is empty, Copy the model again, true",
			"unsupported_type.onnx, 'input \"x\" has elements of the type', Export the model, false",
			"map_passthrough.onnx, 'input \"features\" is a map', Export the model, false" })
	void whenFileIsNoModelThatCanBeServedThenSaysWhy(String name, String reason, String action, boolean retryable) {
		Path file = TestModels.path(name);
		assertFailure(file, reason, action, retryable);
	}

	@Test
	void whenFileIsMissingThenSaysSo() {
		assertFailure(this.directory.resolve("none.onnx"), "does not exist", "Correct the location", true);
	}

	@Test
	void whenFileIsADirectoryThenSaysSo() {
		assertFailure(this.directory, "is a directory", "Name the .onnx file", false);
	}

	@Test
	void whenFileIsCutOffThenSaysSo() throws IOException {
		byte[] content = Files.readAllBytes(TestModels.path("many_rows.onnx"));
		Path file = write("half.onnx", Arrays.copyOf(content, content.length / 2));
		assertFailure(file, "is not an ONNX model, or only a part of one", "copy or export it again", false);
	}

	@Test
	void whenOperatorIsUnknownThenNamesIt() throws IOException {
		Path file = edit("MatMul", "MatMuX");
		assertFailure(file, "MatMuX", "OnnxSessionOptionsCustomizer", false);
	}

	@Test
	void whenOperatorSetIsTooNewThenSaysSo() throws IOException {
		Path file = edit("\u0010\u0015", "\u0010\u0063");
		assertFailure(file, "is too new for this version of ONNX Runtime", "older operator set", false);
	}

	@Test
	void whenFormatIsTooNewThenSaysSo() throws IOException {
		byte[] content = Files.readAllBytes(TestModels.path("affine.onnx"));
		content[1] = 99;
		assertFailure(write("new.onnx", content), "is too new for this version of ONNX Runtime", "newer ONNX Runtime",
				false);
	}

	@Test
	void whenExternalDataIsThereThenIsRead() {
		try (Model model = TestModels.load("external_data.onnx")) {
			NamedTensors outputs = TestModels.run(model, NamedTensors.of("x", Tensor.of(Shape.of(1, 4), 1f, 1, 1, 1)));
			assertThat(outputs.numeric("y").toFloats()).containsExactly(18, 22, 26);
		}
	}

	@Test
	void whenExternalDataIsALinkToAnotherDirectoryThenIsRead() throws IOException {
		Path model = this.directory.resolve("objects/ab/1");
		Path weights = this.directory.resolve("objects/cd/2");
		Files.createDirectories(model.getParent());
		Files.createDirectories(weights.getParent());
		Files.copy(TestModels.path("external_data.onnx"), model);
		Files.copy(TestModels.path("external_data.onnx.data"), weights);
		Path links = Files.createDirectory(this.directory.resolve("links"));
		Path file = Files.createSymbolicLink(links.resolve("model.onnx"), Path.of("../objects/ab/1"));
		Files.createSymbolicLink(links.resolve("external_data.onnx.data"), Path.of("../objects/cd/2"));
		assertRuns(file);
		Files.delete(file);
		assertRuns(Files.copy(model, file));
		OnnxOptions defaults = OnnxOptions.defaults();
		OnnxOptions cached = new OnnxOptions(defaults.executionProviders(), defaults.graphOptimization(),
				defaults.executionMode(), 1, false, true, true, this.directory.resolve("optimized"), Map.of(),
				defaults.logSeverity());
		try (Model loaded = TestModels.load(file, cached)) {
			assertThat(loaded.signature().outputNames()).containsExactly("y");
		}
	}

	private static void assertRuns(Path file) {
		try (Model loaded = TestModels.load(file, OnnxOptions.defaults())) {
			NamedTensors outputs = TestModels.run(loaded, NamedTensors.of("x", Tensor.of(Shape.of(1, 4), 1f, 1, 1, 1)));
			assertThat(outputs.numeric("y").toFloats()).containsExactly(18, 22, 26);
		}
	}

	@Test
	void whenExternalDataIsMissingThenSaysSo() throws IOException {
		Path file = this.directory.resolve("external_data.onnx");
		Files.copy(TestModels.path("external_data.onnx"), file);
		assertFailure(file, "external_data.onnx.data", "Put the files with the weights beside the model", true);
	}

	@Test
	void whenPathHasSpacesAndUmlautsThenIsLoaded() throws IOException {
		Path file = this.directory.resolve("größe 1").resolve("a model.onnx");
		Files.createDirectories(file.getParent());
		Files.copy(TestModels.path("affine.onnx"), file);
		try (Model model = new OnnxModelLoader().load(file, TestModels.ONE_THREAD)) {
			assertThat(model.signature().outputNames()).containsExactly("y");
		}
	}

	@ParameterizedTest
	@CsvSource({ "1, SEQUENTIAL, CALLING_THREAD", "2, SEQUENTIAL, PROCESSOR", "1, PARALLEL, PROCESSOR" })
	void whenThereIsOneThreadThenARunIsOnTheCallingOne(int threads, ExecutionMode mode, ComputeUnit expected) {
		OnnxOptions defaults = OnnxOptions.defaults();
		OnnxOptions options = new OnnxOptions(defaults.executionProviders(), defaults.graphOptimization(), mode, 2,
				false, true, true, null, Map.of(), defaults.logSeverity());
		try (Model model = new OnnxModelLoader(options, List.of()).load(TestModels.path("affine.onnx"),
				new ExecutionResources(threads, 0))) {
			assertThat(model.computeUnit()).isEqualTo(expected);
		}
	}

	@Test
	void whenTheApplicationChangesTheSessionThenItIsNotKnownWhereItRuns() {
		try (Model model = TestModels.load(TestModels.path("affine.onnx"), OnnxOptions.defaults(),
				(options, context) -> {
				})) {
			assertThat(model.computeUnit()).isEqualTo(ComputeUnit.PROCESSOR);
		}
	}

	private Path edit(String from, String to) throws IOException {
		String content = Files.readString(TestModels.path("affine.onnx"), StandardCharsets.ISO_8859_1);
		assertThat(content).contains(from);
		return write("edited.onnx", content.replace(from, to).getBytes(StandardCharsets.ISO_8859_1));
	}

	private Path write(String name, byte[] content) throws IOException {
		return Files.write(this.directory.resolve(name), content);
	}

	@ParameterizedTest
	@CsvSource({ "cpu, false", "cuda, true", "tensorrt, true", "xnnpack, true" })
	void whenTheFirstProviderIsNotTheProcessorThenThereIsAnAccelerator(String first, boolean accelerated) {
		OnnxOptions options = OnnxOptions.defaults().withExecutionProviders(ExecutionProvider.of(first, Map.of()));
		assertThat(new OnnxModelLoader(options, List.of()).usesAccelerator()).isEqualTo(accelerated);
	}

	private static void assertFailure(Path file, String reason, String action, boolean retryable) {
		ModelLoadException failure = catchThrowableOfType(ModelLoadException.class,
				() -> new OnnxModelLoader().load(file, TestModels.ONE_THREAD));
		assertThat(failure).isNotNull();
		assertThat(failure.getMessage()).startsWith(file.toString()).contains(reason);
		assertThat(failure.action()).contains(action);
		assertThat(failure.isRetryable()).isEqualTo(retryable);
	}

}
