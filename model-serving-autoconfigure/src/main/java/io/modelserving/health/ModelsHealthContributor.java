package io.modelserving.health;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.core.env.Environment;

import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;

/**
 * Health of all models, one component for each name that the registry knows at the
 * moment. The status of a model that the application can do without is {@code UNKNOWN}
 * while it is not {@code UP}, so that the health of the application stays as it is.
 * Thread-safe.
 */
public final class ModelsHealthContributor implements CompositeHealthContributor {

	private final ModelRegistry registry;

	private final Set<String> named;

	private final Function<String, List<String>> obstacles;

	/**
	 * Create a contributor.
	 * @param registry the models
	 * @param named the names of the models that health groups name, so that their status
	 * counts though they are not required
	 * @param obstacles gives, by the name of a model, why it cannot be used though it is
	 * ready; empty if it can
	 */
	public ModelsHealthContributor(ModelRegistry registry, Set<String> named,
			Function<String, List<String>> obstacles) {
		this.registry = registry;
		this.named = Set.copyOf(named);
		this.obstacles = obstacles;
	}

	/**
	 * Return the names of the models that health groups include one by one.
	 * @param environment says how health is configured
	 * @return the names
	 */
	public static Set<String> namedInGroups(Environment environment) {
		return Binder.get(environment)
			.bind("management.endpoint.health.group", Bindable.mapOf(String.class, Group.class))
			.orElse(Map.of())
			.values()
			.stream()
			.flatMap((group) -> group.include().stream())
			.filter((name) -> name.startsWith(ReadinessMembers.PREFIX))
			.map((name) -> name.substring(ReadinessMembers.PREFIX.length()))
			.collect(Collectors.toSet());
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
			return versions.isEmpty() ? null : asFarAsItCounts(name, versions);
		};
	}

	private Health asFarAsItCounts(String name, List<ModelSnapshot> versions) {
		Health health = health(name, versions);
		boolean counts = this.named.contains(name)
				|| versions.stream().anyMatch((version) -> version.status().required());
		return (counts || health.getStatus().equals(Status.UP)) ? health
				: Health.unknown().withDetails(health.getDetails()).build();
	}

	private Health health(String name, List<ModelSnapshot> versions) {
		Health health = ModelHealth.of(versions);
		List<String> reasons = health.getStatus().equals(Status.UP) ? this.obstacles.apply(name) : List.of();
		return reasons.isEmpty() ? health
				: Health.outOfService()
					.withDetail("reason", String.join("; ", reasons))
					.withDetails(health.getDetails())
					.build();
	}

	private List<ModelSnapshot> versions(String name) {
		return this.registry.models().stream().filter((version) -> version.key().name().equals(name)).toList();
	}

	/**
	 * A health group.
	 *
	 * @param include the names that it includes
	 */
	record Group(@DefaultValue Set<String> include) {
	}

}
