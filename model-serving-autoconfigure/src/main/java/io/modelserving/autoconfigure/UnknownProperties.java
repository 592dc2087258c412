package io.modelserving.autoconfigure;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;

import io.modelserving.model.NearNames;
import io.modelserving.model.Quoted;

/**
 * Rejects settings of models that do not exist, which are usually misspelt and would
 * otherwise be ignored.
 */
final class UnknownProperties {

	private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("model-serving");

	private UnknownProperties() {
	}

	/**
	 * Find keys directly below {@code model-serving} that do not exist. They may be meant
	 * for something else, and so are no reason to fail.
	 * @param environment holds the properties
	 * @param existing the keys that exist
	 * @return a sentence on each, which names the key that may have been meant
	 */
	static List<String> unknownKeys(Environment environment, Collection<String> existing) {
		Set<String> keys = new TreeSet<>();
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			if (source instanceof IterableConfigurationPropertySource iterable) {
				iterable.stream()
					.filter(PREFIX::isAncestorOf)
					.map((name) -> name.getElement(1, Form.DASHED))
					.forEach(keys::add);
			}
		}
		Set<String> uniform = existing.stream().map(UnknownProperties::uniform).collect(Collectors.toSet());
		keys.removeIf((key) -> uniform.contains(uniform(key)));
		return keys.stream()
			.map((key) -> "There is no property model-serving.%s%s".formatted(Quoted.text(key),
					NearNames.nearest(key, existing).map("; did you mean model-serving.%s?"::formatted).orElse(".")))
			.toList();
	}

	/** Environment variables do not tell words apart. */
	private static String uniform(String key) {
		return key.replace("-", "").toLowerCase(Locale.ROOT);
	}

	/**
	 * Check the settings of all models, and their defaults.
	 * @param environment holds the properties
	 * @throws org.springframework.boot.context.properties.bind.BindException if one is
	 * not known; Spring Boot explains it
	 */
	static void check(Environment environment) {
		Binder binder = Binder.get(environment);
		BindHandler handler = new NoUnboundElementsBindHandler(BindHandler.DEFAULT, new UnboundElementsSourceFilter());
		binder.bind("model-serving.defaults", Bindable.of(ModelProperties.class), handler);
		binder.bind("model-serving.models", Bindable.mapOf(String.class, ModelProperties.class), handler);
	}

}
