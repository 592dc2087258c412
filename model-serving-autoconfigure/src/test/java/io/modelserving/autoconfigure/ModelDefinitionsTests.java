package io.modelserving.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.core.io.DefaultResourceLoader;

import io.modelserving.codec.JsonTensors;
import io.modelserving.codec.SampleFiles;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSignature;
import io.modelserving.repository.ModelLocations;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.TensorSpec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ModelDefinitions}.
 */
class ModelDefinitionsTests {

	@TempDir
	private Path directory;

	private Path repository;

	private Path file;

	@BeforeEach
	void createFiles() throws IOException {
		this.file = Files.writeString(this.directory.resolve("single.onnx"), "model");
		this.repository = this.directory.resolve("repository");
		for (String model : List.of("digits/1", "digits/3", "iris/2")) {
			Files.createDirectories(this.repository.resolve(model));
			Files.writeString(this.repository.resolve(model).resolve("model.onnx"), "model");
		}
	}

	@Test
	void whenLocationIsAFileThenServesItAsVersionOne() {
		List<ModelDefinition> definitions = create(Map.of("model-serving.models.single.location", this.file.toString(),
				"model-serving.models.single.required", "false", "model-serving.models.single.batching.max-batch-size",
				"4"));
		assertThat(definitions).singleElement().satisfies((definition) -> {
			assertThat(definition.key()).isEqualTo(new ModelKey("single", 1));
			assertThat(definition.source().description()).isEqualTo(this.file.toString());
			assertThat(definition.required()).isFalse();
			assertThat(definition.batching().maxBatchSize()).isEqualTo(4);
		});
	}

	@Test
	void whenThereIsARepositoryThenServesTheLatestVersionOfEachModel() {
		assertThat(create(repository())).extracting(ModelDefinition::key)
			.containsExactly(new ModelKey("digits", 3), new ModelKey("iris", 2));
	}

	@Test
	void whenModelOfTheRepositoryIsConfiguredThenItsSettingsCount() {
		List<ModelDefinition> definitions = create(repository("model-serving.models.digits.versions", "all",
				"model-serving.models.digits.required", "false"));
		assertThat(definitions).extracting(ModelDefinition::key)
			.containsExactly(new ModelKey("digits", 1), new ModelKey("digits", 3), new ModelKey("iris", 2));
		assertThat(definitions).extracting(ModelDefinition::required).containsExactly(false, false, true);
	}

	@Test
	void whenModelHasNoLocationThenSaysWhatToSet() {
		assertThatExceptionOfType(ModelLoadException.class)
			.isThrownBy(() -> create(Map.of("model-serving.models.digits.required", "true")))
			.withMessage("model \"digits\" has no location")
			.satisfies((ex) -> assertThat(ex.action()).contains("model-serving.models.digits.location"));
	}

	@Test
	void whenRequiredModelIsMissingThenFails() {
		assertThatExceptionOfType(ModelLoadException.class)
			.isThrownBy(() -> create(Map.of("model-serving.models.digits.location", "classpath:nothing.onnx")))
			.withMessageContaining("classpath:nothing.onnx")
			.satisfies((ex) -> assertThat(ex.action()).contains("model-serving.models.digits.location"));
	}

	@Test
	void whenModelThatIsNotRequiredIsMissingThenItFailsToLoad() {
		List<ModelDefinition> definitions = create(Map.of("model-serving.models.digits.location",
				"classpath:nothing.onnx", "model-serving.models.digits.required", "false"));
		assertThat(definitions).singleElement()
			.satisfies((definition) -> assertThatExceptionOfType(ModelLoadException.class)
				.isThrownBy(definition.source()::open)
				.withMessageContaining("classpath:nothing.onnx"));
	}

	@Test
	void whenSampleIsMissingThenFailsBeforeLoading() {
		assertThatExceptionOfType(ModelLoadException.class)
			.isThrownBy(() -> create(Map.of("model-serving.models.single.location", this.file.toString(),
					"model-serving.models.single.warm-up.samples", "missing.json")))
			.withMessage("model \"single\": sample \"missing.json\" does not exist")
			.satisfies((ex) -> assertThat(ex.action()).contains("model-serving.models.single.warm-up.samples"));
	}

	@Test
	void whenThereAreSamplesThenTheyAreReadForTheSignature() throws IOException {
		Path sample = Files.writeString(this.directory.resolve("sample.json"), "{\"x\": [1, 2]}");
		ModelDefinition definition = create(Map.of("model-serving.models.single.location", this.file.toString(),
				"model-serving.models.single.warm-up.samples", sample.toString()))
			.get(0);
		ModelSignature signature = new ModelSignature(List.of(TensorSpec.of("x", DataType.FP32, Shape.of(-1, 2))),
				List.of());
		assertThat(definition.warmUp().samples().read(signature)).singleElement()
			.satisfies((inputs) -> assertThat(inputs.numeric("x").toFloats()).containsExactly(1, 2));
	}

	@Test
	void whenThereIsNoRuntimeThenNamesTheDependency() {
		ModelServingProperties properties = bind(Map.of("model-serving.models.single.location", this.file.toString()));
		ModelDefinitions definitions = new ModelDefinitions(properties, files(properties),
				OnnxRuntimeCheck::failMissing, WarmUpSamples::failMissing);
		assertThatExceptionOfType(FailureAnalyzedException.class).isThrownBy(definitions::create)
			.satisfies((ex) -> assertThat(ex.analysis().getAction()).contains("model-serving-spring-boot-starter"));
	}

	private Map<String, String> repository(String... more) {
		Map<String, String> properties = new HashMap<>();
		properties.put("model-serving.repository", this.repository.toString());
		for (int i = 0; i < more.length; i += 2) {
			properties.put(more[i], more[i + 1]);
		}
		return properties;
	}

	private static List<ModelDefinition> create(Map<String, String> properties) {
		ModelServingProperties bound = bind(properties);
		return new ModelDefinitions(bound, files(bound), () -> (runtime) -> (path, resources) -> {
			throw new IllegalStateException("nothing is to be loaded here");
		}, () -> new SampleLocations(new DefaultResourceLoader(), new SampleFiles(new JsonTensors(1024)))).create();
	}

	private static ModelFiles files(ModelServingProperties properties) {
		return new ModelFiles(properties, new ModelLocations(new DefaultResourceLoader()));
	}

	private static ModelServingProperties bind(Map<String, String> properties) {
		return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("model-serving",
				Bindable.of(ModelServingProperties.class));
	}

}
