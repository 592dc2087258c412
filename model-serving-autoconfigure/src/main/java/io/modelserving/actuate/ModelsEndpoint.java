package io.modelserving.actuate;

import java.util.Comparator;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.serving.BatchingLimits;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.serving.statistics.StatisticsCollector;

/**
 * Shows the models being served. What operators can do to them is offered by
 * {@link ModelsEndpointWebExtension} and {@link ModelsEndpointJmxExtension}, each in the
 * way that suits its technology, if {@code management.endpoint.models.access} is
 * {@code unrestricted}.
 */
@Endpoint(id = "models", defaultAccess = Access.READ_ONLY)
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
	ModelsDescriptor models() {
		return ModelsDescriptor.of(this.registry.models());
	}

	/**
	 * Return one model.
	 * @param name its name
	 * @return the model, or {@code null} if there is none of that name
	 */
	@ReadOperation
	@Nullable ModelDescriptor model(@Selector String name) {
		List<VersionDescriptor> versions = versions(name).stream().map(this::describe).toList();
		return versions.isEmpty() ? null
				: new ModelDescriptor(name, TrafficDescriptor.of(this.registry.trafficStatus(name)), versions);
	}

	/**
	 * Return one version of a model.
	 * @param name its name
	 * @param version its version
	 * @return the version, or {@code null} if it is not known
	 */
	@ReadOperation
	@Nullable VersionDescriptor version(@Selector String name, @Selector long version) {
		return versions(name).stream()
			.filter((candidate) -> candidate.key().version() == version)
			.map(this::describe)
			.findFirst()
			.orElse(null);
	}

	private List<ModelSnapshot> versions(String name) {
		return this.registry.models()
			.stream()
			.filter((model) -> model.key().name().equals(name))
			.sorted(Comparator.comparingLong((model) -> model.key().version()))
			.toList();
	}

	private VersionDescriptor describe(ModelSnapshot model) {
		return VersionDescriptor.of(model, this.statistics.statistics(model.key()), limits(model));
	}

	private @Nullable BatchingLimits limits(ModelSnapshot model) {
		try {
			return this.registry.limits(model.key());
		}
		catch (ModelNotFound | ModelUnavailable ex) {
			return null;
		}
	}

}
