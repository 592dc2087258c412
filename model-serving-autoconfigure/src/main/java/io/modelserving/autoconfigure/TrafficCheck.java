package io.modelserving.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

import io.modelserving.repository.RepositoryMode;
import io.modelserving.serving.ModelDefinition;

/**
 * Compares the traffic that models are to have with the versions that they have. A
 * version that can no longer appear stops the application; one that may appear later gets
 * its part once it exists.
 */
final class TrafficCheck {

	private static final Logger logger = LoggerFactory.getLogger(TrafficCheck.class);

	private final ModelServingProperties properties;

	TrafficCheck(ModelServingProperties properties) {
		this.properties = properties;
	}

	/**
	 * Check the traffic of the models that have settings of their own.
	 * @param definitions all versions that are loaded at startup
	 * @throws org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException
	 * if a version is named that there will not be
	 */
	void check(List<ModelDefinition> definitions) {
		for (Map.Entry<String, ModelProperties> model : this.properties.models().entrySet()) {
			SortedSet<Long> there = new TreeSet<>();
			List<ModelDefinition> versions = definitions.stream()
				.filter((definition) -> definition.key().name().equals(model.getKey()))
				.toList();
			if (versions.stream().anyMatch((definition) -> definition.source() instanceof MissingModelSource)) {
				continue;
			}
			versions.forEach((definition) -> there.add(definition.key().version()));
			boolean mayCome = model.getValue().location() == null
					&& this.properties.repositoryControl().mode() != RepositoryMode.NONE;
			model.getValue()
				.traffic()
				.versions()
				.forEach((version, key) -> check(model.getKey(), version, key, there, mayCome));
		}
	}

	private static void check(String model, long version, String key, SortedSet<Long> there, boolean mayCome) {
		if (there.contains(version)) {
			return;
		}
		PropertyPath path = ModelServingProperties.pathOf(model);
		if (!mayCome) {
			throw invalid(path.child("traffic"), key, version,
					"version %d is not served; there %s. Name one of these, or add it to %s".formatted(version,
							list(there), path.child("versions").name()));
		}
		logger.info("Model \"{}\" has no version {} yet, which {} names; it gets its part once it is loaded", model,
				version, path.child("traffic").name() + "." + key);
	}

	private static InvalidConfigurationPropertyValueException invalid(PropertyPath path, String key, long version,
			String reason) {
		String[] parts = key.split("\\.", 2);
		return (parts.length == 1) ? path.invalid(key, version, reason)
				: path.child(parts[0]).invalid(parts[1], version, reason);
	}

	private static String list(SortedSet<Long> versions) {
		String listed = String.join(", ", versions.stream().map(String::valueOf).toList());
		return switch (versions.size()) {
			case 0 -> "are none";
			case 1 -> "is " + listed;
			default -> "are " + listed;
		};
	}

}
