package io.modelserving.repository;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.modelserving.repository.source.FileModelSource;
import io.modelserving.model.ExecutionResources;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.Model;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelMetadata;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.ModelSource;
import io.modelserving.serving.BatchingSettings;
import io.modelserving.serving.scaling.InstanceSettings;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ModelRepository.LoadOverrides;
import io.modelserving.serving.WarmUpSettings;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.TensorSpec;
import io.modelserving.tensor.Workspace;

/**
 * A catalog that a test fills: the versions of each model, and which of them are broken.
 * Models need no runtime and no file.
 */
final class FakeCatalog implements ModelCatalog {

	final SortedMap<String, SortedMap<Long, Boolean>> models = new TreeMap<>();

	/** What has been loaded, in order. */
	final List<ModelKey> loads = Collections.synchronizedList(new ArrayList<>());

	VersionPolicy policy = new VersionPolicy.All();

	ModelLoadException problem;

	boolean unreadable;

	/** Listed by their numbers, but not there. */
	final List<ModelKey> missing = new ArrayList<>();

	FakeCatalog with(String model, long... versions) {
		this.models.remove(model);
		for (long version : versions) {
			this.models.computeIfAbsent(model, (name) -> new TreeMap<>()).put(version, true);
		}
		return this;
	}

	void breakVersion(String model, long version) {
		this.models.get(model).put(version, false);
	}

	@Override
	public Map<String, String> models() {
		if (this.unreadable) {
			throw new ModelLoadException("the disk is gone", "", true, null);
		}
		return this.models.keySet().stream().collect(Collectors.toMap((name) -> name, (name) -> ""));
	}

	@Override
	public FoundModel find(String model, LoadOverrides overrides) {
		if (this.problem != null) {
			throw this.problem;
		}
		SortedMap<Long, Boolean> versions = this.models.get(model);
		if (versions == null) {
			throw new ModelNotFound("unknown model " + model);
		}
		List<ModelDefinition> definitions = Stream
			.concat(this.policy.select(versions.keySet()).stream().map((version) -> new ModelKey(model, version)),
					this.missing.stream())
			.map((key) -> versions.getOrDefault(key.version(), false) ? definition(key)
					: failing(key, new ModelLoadException(key + " is broken", "", false, null)))
			.toList();
		return new FoundModel(definitions, new TreeSet<>(versions.keySet()));
	}

	@Override
	public ModelDefinition failing(ModelKey key, ModelLoadException failure) {
		return definition(key, () -> {
			throw failure;
		});
	}

	private ModelDefinition definition(ModelKey key) {
		return definition(key, () -> {
			this.loads.add(key);
			return new IdentityModel();
		});
	}

	private static ModelDefinition definition(ModelKey key, Supplier<Model> loader) {
		return new ModelDefinition(key, new FileModelSource(Path.of("fake.onnx"), "fake"),
				(Path file, ExecutionResources resources) -> loader.get(), false, InstanceSettings.defaults(),
				BatchingSettings.defaults(),
				new WarmUpSettings(false, WarmUpSettings.Samples.GENERATED, Duration.ofSeconds(10)));
	}

	private static final class IdentityModel implements Model {

		@Override
		public ModelSignature signature() {
			return new ModelSignature(List.of(TensorSpec.of("x", DataType.FP32, Shape.of(-1, 1))),
					List.of(TensorSpec.of("x", DataType.FP32, Shape.of(-1, 1))));
		}

		@Override
		public ModelMetadata metadata() {
			return new ModelMetadata("fake", "", "", Map.of());
		}

		@Override
		public NamedTensors run(NamedTensors inputs, Workspace workspace) {
			return inputs;
		}

		@Override
		public void close() {
		}

	}

}
