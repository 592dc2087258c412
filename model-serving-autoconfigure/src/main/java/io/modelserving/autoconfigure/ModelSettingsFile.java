package io.modelserving.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.FileSystemResource;

import io.modelserving.model.ModelLoadException;

/**
 * Settings of a model that lie in its directory, in the file {@code model.yml}. It has
 * the keys that {@code model-serving.models.<name>} has, except for the location. Nothing
 * in it is replaced by properties of the application. Samples without a leading {@code /}
 * or a scheme lie in the directory, too.
 */
final class ModelSettingsFile {

	/** Name of the file. */
	static final String NAME = "model.yml";

	private ModelSettingsFile() {
	}

	/**
	 * Read the settings of a model.
	 * @param model the name of the model
	 * @param directory its directory, or {@code null} if it has none
	 * @return the settings, or empty if there is no such file
	 * @throws ModelLoadException if the file cannot be understood
	 */
	static Optional<ModelProperties> read(String model, @Nullable Path directory) {
		if (directory == null || !Files.isRegularFile(directory.resolve(NAME))) {
			return Optional.empty();
		}
		Path file = directory.resolve(NAME);
		try {
			ModelProperties settings = bind(new YamlPropertySourceLoader().load(NAME, new FileSystemResource(file)));
			check(settings);
			return Optional.of(settings.withSamplesIn(directory));
		}
		catch (BindException ex) {
			Throwable cause = NestedExceptionUtils.getMostSpecificCause(ex);
			String property = (cause instanceof UnboundConfigurationPropertiesException) ? ""
					: "\"%s\": ".formatted(ex.getName());
			throw problem(model, file, property + cause.getMessage(), ex);
		}
		catch (InvalidConfigurationPropertyValueException ex) {
			throw problem(model, file, "\"%s\" is %s; %s".formatted(ex.getName(), ex.getValue(), ex.getReason()), ex);
		}
		catch (IOException | RuntimeException ex) {
			throw problem(model, file, "it cannot be read: " + ex.getMessage(), ex);
		}
	}

	private static ModelProperties bind(List<PropertySource<?>> documents) {
		return new Binder(ConfigurationPropertySources.from(documents)).bindOrCreate(ConfigurationPropertyName.EMPTY,
				Bindable.of(ModelProperties.class), new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
	}

	private static void check(ModelProperties settings) {
		PropertyPath path = new PropertyPath("");
		path.check(settings.location() == null, "location", settings.location(), "the model lies beside the file");
		settings.check(path);
	}

	private static ModelLoadException problem(String model, Path file, @Nullable String problem, Throwable cause) {
		return new ModelLoadException("model \"%s\": %s: %s".formatted(model, file, problem),
				"Correct the file; it has the keys of model-serving.models.<name>, without that prefix.", false, cause);
	}

}
