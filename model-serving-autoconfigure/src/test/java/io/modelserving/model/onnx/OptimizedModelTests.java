package io.modelserving.model.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.modelserving.model.Model;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;

class OptimizedModelTests {

	@TempDir
	Path cache;

	@TempDir
	Path models;

	private Path model;

	@BeforeEach
	void copyModel() throws IOException {
		this.model = Files.copy(TestModels.path("affine.onnx"), this.models.resolve("affine.onnx"));
	}

	@Test
	void whenLoadedThenOptimizedGraphIsStoredAndUsedTheNextTime() throws IOException {
		runs(this.model, options());
		List<Path> entries = entries();
		assertThat(entries).singleElement().satisfies((entry) -> assertThat(entry).isNotEmptyFile());
		Files.write(entries.get(0), Files.readAllBytes(TestModels.path("scalar_add.onnx")));
		try (Model other = TestModels.load(this.model, options())) {
			assertThat(other.signature().outputNames()).containsExactly("c");
		}
	}

	@Test
	void whenModelOrOptionsChangeThenEntryIsAnother() throws IOException {
		runs(this.model, options());
		runs(this.model, options().withConfigEntries(Map.of("session.disable_prepacking", "1")));
		Files.write(this.models.resolve("weights"), new byte[1]);
		runs(this.model, options());
		assertThat(entries()).hasSize(3);
		Files.copy(TestModels.path("fixed_shape.onnx"), this.models.resolve("fixed_shape.onnx"));
		TestModels.load(this.models.resolve("fixed_shape.onnx"), options()).close();
		assertThat(entries()).hasSize(4);
	}

	@Test
	void whenStoredGraphIsCorruptThenTheModelIsLoadedWithoutIt() throws IOException {
		runs(this.model, options());
		Files.write(entries().get(0), new byte[] { 1, 2, 3 });
		runs(this.model, options());
		runs(this.model, options());
		assertThat(entries()).singleElement().satisfies((entry) -> assertThat(entry).isEmptyFile());
	}

	@Test
	void whenModelHasExternalDataThenIsLoadedWithoutStoredGraph() throws IOException {
		for (int i = 0; i < 3; i++) {
			try (Model external = TestModels.load(TestModels.path("external_data.onnx"), options())) {
				assertThat(TestModels.run(external, NamedTensors.of("x", Tensor.of(Shape.of(1, 4), 1f, 1, 1, 1)))
					.numeric("y")
					.toFloats()).containsExactly(18, 22, 26);
			}
		}
		assertThat(entries()).hasSize(1);
	}

	@Test
	void whenCacheIsNoDirectoryOrTheModelsOwnThenTheModelIsLoadedWithoutIt() throws IOException {
		Path file = Files.write(this.cache.resolve("file"), new byte[1]);
		runs(this.model, OnnxOptions.defaults().withOptimizedModelCache(file));
		runs(this.model, OnnxOptions.defaults().withOptimizedModelCache(this.models));
		try (Stream<Path> files = Files.list(this.models)) {
			assertThat(files).containsExactly(this.model);
		}
	}

	private OnnxOptions options() {
		return OnnxOptions.defaults().withOptimizedModelCache(this.cache);
	}

	private List<Path> entries() throws IOException {
		try (Stream<Path> files = Files.list(this.cache)) {
			return files.toList();
		}
	}

	private static void runs(Path file, OnnxOptions options) {
		try (Model model = TestModels.load(file, options)) {
			assertThat(TestModels.run(model, NamedTensors.of("x", Tensor.of(Shape.of(1, 3), 1f, 2, 3)))
				.numeric("y")
				.toFloats()).containsExactly(22.5f, 27.5f);
		}
	}

}
