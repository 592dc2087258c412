package io.modelserving.autoconfigure;

import java.time.Duration;
import java.util.List;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import io.modelserving.repository.RepositoryMode;

/**
 * When the models of the repository are loaded, and what those who load them may change.
 *
 * @param mode When models of the repository are loaded and unloaded: all at startup, as
 * the files change, or only when it is asked for.
 * @param pollInterval Time between two checks of the files of the repository.
 * @param loadAtStartup Models of the repository to load at startup where models are
 * loaded only when it is asked for; * for all of them.
 * @param allowConfigOverrides Whether a request to load a model may change its settings.
 * @param allowFileOverrides Whether a request to load a model may bring the files of the
 * model.
 * @param maxFileOverrideSize Size over which the files of a request to load a model are
 * rejected.
 */
record RepositoryControlProperties(@DefaultValue("none") RepositoryMode mode,
		@DefaultValue("15s") Duration pollInterval, @DefaultValue List<String> loadAtStartup,
		@DefaultValue("true") boolean allowConfigOverrides, @DefaultValue("false") boolean allowFileOverrides,
		@DefaultValue("256MB") DataSize maxFileOverrideSize) {

	private static final String ALL = "*";

	RepositoryControlProperties {
		loadAtStartup = List.copyOf(loadAtStartup);
		PropertyPath path = ModelServingProperties.PATH.child("repository-control");
		path.positive("poll-interval", pollInterval);
		path.check(maxFileOverrideSize.toBytes() > 0, "max-file-override-size", maxFileOverrideSize,
				"it must be larger than 0");
		path.check(loadAtStartup.isEmpty() || mode == RepositoryMode.EXPLICIT, "load-at-startup", loadAtStartup,
				"all models are loaded at startup unless %s is explicit".formatted(path.child("mode").name()));
	}

	/**
	 * Return whether a model of the repository is loaded at startup.
	 * @param model its name
	 * @return whether it is
	 */
	boolean loadsAtStartup(String model) {
		return this.mode != RepositoryMode.EXPLICIT || this.loadAtStartup.contains(ALL)
				|| this.loadAtStartup.contains(model);
	}

	/**
	 * Return the models that are to be loaded at startup by their names.
	 * @return the names
	 */
	List<String> namedAtStartup() {
		return this.loadAtStartup.stream().filter((name) -> !name.equals(ALL)).toList();
	}

}
