package io.modelserving.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
import io.modelserving.repository.OverrideFiles;
import io.modelserving.repository.Downloads;
import io.modelserving.repository.cache.Downloader;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.TensorSpec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ModelDefinitions} and {@link StartupModels}.
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
				OnnxRuntimeCheck::failMissing, WarmUpSamples::failMissing, overrides(properties), List.of(),
				UnaryOperator.identity());
		StartupModels startup = new StartupModels(properties, definitions, List.of());
		assertThatExceptionOfType(FailureAnalyzedException.class).isThrownBy(startup::definitions)
			.satisfies((ex) -> assertThat(ex.analysis().getAction()).contains("model-serving-spring-boot-starter"));
	}

	@Test
	void whenSettingsLieWithAModelThenTheyCountUnlessTheApplicationSaysOtherwise() throws IOException {
		Files.writeString(this.repository.resolve("digits/model.yml"), """
				versions: all
				batching:
				  max-batch-size: 8
				  queue-capacity: 5
				""");
		List<ModelDefinition> definitions = create(repository("model-serving.models.digits.batching.max-batch-size",
				"2", "model-serving.defaults.batching.queue-capacity", "7"));
		assertThat(definitions).extracting(ModelDefinition::key)
			.containsExactly(new ModelKey("digits", 1), new ModelKey("digits", 3), new ModelKey("iris", 2));
		assertThat(definitions).extracting((definition) -> definition.batching().maxBatchSize())
			.containsExactly(2, 2, null);
		assertThat(definitions).extracting((definition) -> definition.batching().queueCapacity())
			.containsExactly(5, 5, 7);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			batching: {maximum: 8}          | The elements [batching.maximum] were left unbound.
			batching: {queue-capacity: 0}   | "batching.queue-capacity" is 0; it must be at least 1
			batching: {queue-capacity: x}   | "batching.queue-capacity": For input string: "x"
			versions: newest                | "versions" is [newest]; versions "newest" is none of:
			location: elsewhere             | "location" is elsewhere; the model lies beside the file
			'batching: {'                   | it cannot be read:
			""")
	void whenSettingsOfAModelAreWrongThenItFailsAndOthersDoNot(String yaml, String problem) throws IOException {
		Path file = Files.writeString(this.repository.resolve("digits/model.yml"), yaml);
		List<ModelDefinition> definitions = create(repository());
		assertThat(definitions).extracting(ModelDefinition::key)
			.containsExactly(new ModelKey("digits", 1), new ModelKey("iris", 2));
		assertThatExceptionOfType(ModelLoadException.class).isThrownBy(definitions.get(0).source()::open)
			.withMessageStartingWith("model \"digits\": " + file + ": " + problem);
		assertThat(definitions.get(0).required()).isFalse();
	}

	@Test
	void whenOneOfTheVersionsWantedIsMissingThenOnlyThatOneFails() {
		List<ModelDefinition> definitions = create(repository("model-serving.models.digits.versions", "1,2"));
		assertThat(definitions).extracting(ModelDefinition::key)
			.containsExactly(new ModelKey("digits", 1), new ModelKey("digits", 2), new ModelKey("iris", 2));
		assertThat(definitions).extracting(ModelDefinition::required).containsExactly(true, false, true);
		assertThatExceptionOfType(ModelLoadException.class).isThrownBy(definitions.get(1).source()::open)
			.withMessageContaining("has the versions [1, 3], not all of [1, 2]");
	}

	@Test
	void whenAModelIsInTwoRepositoriesThenTheFirstCounts() throws IOException {
		Path second = this.directory.resolve("second");
		for (String model : List.of("iris/9", "more/1")) {
			Files.createDirectories(second.resolve(model));
			Files.writeString(second.resolve(model).resolve("model.onnx"), "model");
		}
		assertThat(create(Map.of("model-serving.repository", this.repository + "," + second)))
			.extracting(ModelDefinition::key)
			.containsExactly(new ModelKey("digits", 3), new ModelKey("iris", 2), new ModelKey("more", 1));
	}

	@Test
	void whenLoadingIsExplicitThenOnlyWhatIsAskedForIsLoadedAtStartup() {
		Map<String, String> explicit = repository("model-serving.repository-control.mode", "explicit",
				"model-serving.models.single.location", this.file.toString(), "model-serving.models.digits.versions",
				"all");
		assertThat(create(explicit)).extracting(ModelDefinition::key).containsExactly(new ModelKey("single", 1));
		explicit.put("model-serving.repository-control.load-at-startup", "iris");
		assertThat(create(explicit)).extracting(ModelDefinition::key)
			.containsExactly(new ModelKey("iris", 2), new ModelKey("single", 1));
		explicit.put("model-serving.repository-control.load-at-startup", "*");
		assertThat(create(explicit)).hasSize(4);
	}

	@Test
	void whenAModelToLoadAtStartupIsUnknownThenSaysWhatThereIs() {
		assertThatExceptionOfType(ModelLoadException.class)
			.isThrownBy(() -> create(repository("model-serving.repository-control.mode", "explicit",
					"model-serving.repository-control.load-at-startup", "digit")))
			.withMessage("model \"digit\" is to be loaded at startup, but is not in [%s], which has [digits, iris]",
					this.repository)
			.satisfies((ex) -> assertThat(ex.action()).isEqualTo(
					"Put it there or change the property model-serving.repository-control.load-at-startup. Did you mean \"digits\"?"));
	}

	@Test
	void whenSamplesOfSettingsAreRelativeThenTheyLieBesideThem() throws IOException {
		Files.writeString(this.repository.resolve("digits/model.yml"), "warm-up: {samples: sample.json}");
		assertThatExceptionOfType(ModelLoadException.class)
			.isThrownBy(() -> create(repository()).get(0).source().open())
			.withMessageContaining("sample \"%s/digits/sample.json\" does not exist", this.repository);
		Files.writeString(this.repository.resolve("digits/sample.json"), "{\"x\": [1, 2]}");
		assertThat(create(repository())).extracting(ModelDefinition::key)
			.containsExactly(new ModelKey("digits", 3), new ModelKey("iris", 2));
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
		ModelDefinitions definitions = new ModelDefinitions(bound, files(bound),
				() -> (runtime) -> (path, resources) -> {
					throw new IllegalStateException("nothing is to be loaded here");
				}, () -> new SampleLocations(new DefaultResourceLoader(), new SampleFiles(new JsonTensors(1024))),
				overrides(bound), List.of(), UnaryOperator.identity());
		return new StartupModels(bound, definitions, List.of()).definitions();
	}

	private static ModelFiles files(ModelServingProperties properties) {
		return new ModelFiles(properties, Downloads.locations(new Downloader(properties.downloads().settings())));
	}

	private static ModelOverrides overrides(ModelServingProperties properties) {
		return new ModelOverrides(properties.repositoryControl(), new OverrideFiles(1024));
	}

	private static ModelServingProperties bind(Map<String, String> properties) {
		return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("model-serving",
				Bindable.of(ModelServingProperties.class));
	}

}
