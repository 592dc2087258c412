package io.modelserving.actuate;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

import io.modelserving.model.ModelStatus;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.serving.StatisticsCollector;

/**
 * Shows the models being served, and loads them again.
 */
@Endpoint(id = "models")
public class ModelsEndpoint {

	private final ModelRegistry registry;

	private final StatisticsCollector statistics;

	/**
	 * Create the endpoint.
	 * @param registry the models
	 * @param statistics what has happened to their calls
	 */
	public ModelsEndpoint(ModelRegistry registry, StatisticsCollector statistics) {
		this.registry = registry;
		this.statistics = statistics;
	}

	/**
	 * Return all models.
	 * @return the models, in short
	 */
	@ReadOperation
	public ModelsDescriptor models() {
		return ModelsDescriptor.of(this.registry.models());
	}

	/**
	 * Return one model.
	 * @param name its name
	 * @return the model, or {@code null} if there is none of that name
	 */
	@ReadOperation
	public @Nullable ModelDescriptor model(@Selector String name) {
		List<VersionDescriptor> versions = versions(name).stream().map(this::describe).toList();
		return versions.isEmpty() ? null : new ModelDescriptor(name, versions);
	}

	/**
	 * Return one version of a model.
	 * @param name its name
	 * @param version its version
	 * @return the version, or {@code null} if it is not known
	 */
	@ReadOperation
	public @Nullable VersionDescriptor version(@Selector String name, @Selector long version) {
		return versions(name).stream()
			.filter((candidate) -> candidate.key().version() == version)
			.map(this::describe)
			.findFirst()
			.orElse(null);
	}

	/**
	 * Load a model again from where it came from, and wait until it is ready or has
	 * failed. The old one serves meanwhile, and goes on if the new one fails.
	 * @param name the name of the model
	 * @param version the version, or {@code null} for all of them
	 * @return the state that each version ended in, or {@code null} if there is none
	 */
	@WriteOperation
	public @Nullable ModelsDescriptor reload(@Selector String name, @Nullable Long version) {
		List<CompletableFuture<ModelStatus>> reloads = versions(name).stream()
			.map(ModelSnapshot::key)
			.filter((key) -> version == null || key.version() == version)
			.map(this.registry::reload)
			.toList();
		return reloads.isEmpty() ? null : new ModelsDescriptor(
				reloads.stream().map(CompletableFuture::join).map(ModelsDescriptor.Entry::of).toList());
	}

	private List<ModelSnapshot> versions(String name) {
		return this.registry.models()
			.stream()
			.filter((model) -> model.key().name().equals(name))
			.sorted(Comparator.comparingLong((model) -> model.key().version()))
			.toList();
	}

	private VersionDescriptor describe(ModelSnapshot model) {
		return VersionDescriptor.of(model, this.statistics.statistics(model.key()));
	}

}
