package io.modelserving.health;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.contributor.HealthIndicator;

import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;

/**
 * Health of all models, one component for each name that the registry knows at the
 * moment. Thread-safe.
 */
public final class ModelsHealthContributor implements CompositeHealthContributor {

	private final ModelRegistry registry;

	public ModelsHealthContributor(ModelRegistry registry) {
		this.registry = registry;
	}

	@Override
	public @Nullable HealthContributor getContributor(String name) {
		return versions(name).isEmpty() ? null : indicator(name);
	}

	@Override
	public Stream<HealthContributors.Entry> stream() {
		return this.registry.models()
			.stream()
			.map((version) -> version.key().name())
			.collect(Collectors.toCollection(TreeSet::new))
			.stream()
			.map((name) -> new HealthContributors.Entry(name, indicator(name)));
	}

	private HealthIndicator indicator(String name) {
		return () -> {
			List<ModelSnapshot> versions = versions(name);
			return versions.isEmpty() ? null : ModelHealth.of(versions);
		};
	}

	private List<ModelSnapshot> versions(String name) {
		return this.registry.models().stream().filter((version) -> version.key().name().equals(name)).toList();
	}

}
