package io.modelserving.autoconfigure;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the models being served.
 *
 * @param enabled Whether models are served at all.
 * @param repository Directory that has a directory for each model, with a directory for
 * each of its versions and a model.onnx in it; all of it is served.
 * @param defaults Settings of every model that does not say otherwise.
 * @param models Models by name, with their own settings.
 */
@ConfigurationProperties("model-serving")
public record ModelServingProperties(@DefaultValue("true") boolean enabled, @Nullable String repository,
		@DefaultValue @NestedConfigurationProperty ModelProperties defaults,
		@DefaultValue Map<String, ModelProperties> models) {

	/** Prefix of all properties. */
	static final PropertyPath PATH = new PropertyPath("model-serving");

	public ModelServingProperties {
		models = Map.copyOf(models);
		PATH.child("defaults")
			.check(defaults.location() == null, "location", defaults.location(),
					"every model has a location of its own: set model-serving.models.<name>.location, or model-serving.repository");
		defaults.check(PATH.child("defaults"));
		models.forEach((name, model) -> model.check(pathOf(name)));
	}

	static PropertyPath pathOf(String model) {
		return PATH.child("models").child(model);
	}

	/**
	 * Return the settings of a model.
	 * @param name its name, configured or not
	 * @return its own settings over the defaults
	 */
	ModelProperties settingsOf(String name) {
		ModelProperties own = this.models.get(name);
		return (own != null) ? own.over(this.defaults) : this.defaults;
	}

}
