package io.modelserving.health;

import java.util.Set;
import java.util.function.Supplier;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

import io.modelserving.serving.ModelRegistry;

/**
 * Which of the models count for the readiness of the application: the required ones,
 * unless the user's own readiness group excludes them, and those that it names.
 *
 * @param included the names that the user's group includes
 * @param excluded the names that the user's group excludes
 * @param registry gives the existing models
 */
record ReadinessMembers(Set<String> included, Set<String> excluded, Supplier<ModelRegistry> registry) {

	private static final String ALL = "models";

	static final String PREFIX = ALL + "/";

	static ReadinessMembers of(Environment environment, Supplier<ModelRegistry> registry) {
		return new ReadinessMembers(names(environment, "include"), names(environment, "exclude"), registry);
	}

	private static Set<String> names(Environment environment, String key) {
		return Binder.get(environment)
			.bind("management.endpoint.health.group.readiness." + key, Bindable.setOf(String.class))
			.orElse(Set.of());
	}

	/**
	 * Return whether a contributor is one of a model, whether it counts or not.
	 * @param contributor the name of the contributor, for instance {@code models/digits}
	 * @return {@code true} if it is
	 */
	boolean isModel(String contributor) {
		return contributor.startsWith(PREFIX);
	}

	/**
	 * Return whether a contributor is one of a model that counts.
	 * @param contributor the name of the contributor, for instance {@code models/digits}
	 * @return {@code true} if it counts now
	 */
	boolean contains(String contributor) {
		if (!isModel(contributor) || this.excluded.contains(ALL) || this.excluded.contains(contributor)) {
			return false;
		}
		return this.included.contains(contributor) || isRequired(contributor.substring(PREFIX.length()));
	}

	private boolean isRequired(String model) {
		return this.registry.get()
			.models()
			.stream()
			.anyMatch((version) -> version.key().name().equals(model) && version.status().required());
	}

}
