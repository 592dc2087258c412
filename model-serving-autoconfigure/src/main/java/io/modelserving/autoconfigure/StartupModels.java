package io.modelserving.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.NearNames;
import io.modelserving.model.Quoted;
import io.modelserving.serving.ModelDefinition;

/**
 * Decides what is loaded at startup: the models of the repository as its mode has it, and
 * all that have a location of their own or are beans. A missing model that the
 * application names and requires fails the start; any other missing model fails to load.
 */
final class StartupModels {

	private static final Logger logger = LoggerFactory.getLogger(StartupModels.class);

	private final ModelServingProperties properties;

	private final ModelDefinitions catalog;

	private final List<String> unknownKeys;

	/**
	 * Create the decision.
	 * @param unknownKeys a sentence on each property that does not exist
	 */
	StartupModels(ModelServingProperties properties, ModelDefinitions catalog, List<String> unknownKeys) {
		this.properties = properties;
		this.catalog = catalog;
		this.unknownKeys = List.copyOf(unknownKeys);
	}

	/**
	 * Return what to load.
	 * @return one definition for each version
	 * @throws ModelLoadException if a required model is not where it should be
	 */
	List<ModelDefinition> definitions() {
		List<ModelDefinition> definitions = new ArrayList<>();
		Map<String, String> models = this.catalog.models();
		this.properties.repositoryControl().namedAtStartup().forEach((name) -> requireKnown(name, models.keySet()));
		models.forEach((name, problem) -> {
			ModelProperties own = this.properties.models().get(name);
			boolean placed = this.catalog.isBean(name) || (own != null && own.location() != null);
			if (own == null && !problem.isEmpty()) {
				logger.warn("{}; it is passed over", Quoted.message(problem));
			}
			else if (placed || this.properties.repositoryControl().loadsAtStartup(name)) {
				definitions.addAll(find(name, own != null));
			}
		});
		new TrafficCheck(this.properties).check(definitions);
		this.unknownKeys.forEach(logger::warn);
		if (models.isEmpty()) {
			logger.warn(
					"No model is configured{}: set model-serving.models.<name>.location to the file of a model, "
							+ "or model-serving.repository to a directory of models",
					this.properties.repository().isEmpty() ? "" : ", and none is in " + this.properties.repository());
		}
		return definitions;
	}

	private void requireKnown(String name, Set<String> models) {
		if (!models.contains(name)) {
			String property = ModelServingProperties.PATH.child("repository-control").child("load-at-startup").name();
			String hint = NearNames.nearest(name, models).map(" Did you mean \"%s\"?"::formatted).orElse("");
			throw new ModelLoadException(
					"model \"%s\" is to be loaded at startup, but is not in %s, which has %s".formatted(name,
							this.properties.repository(), models),
					"Put it there or change the property %s.%s".formatted(property, hint), false, null);
		}
	}

	private List<ModelDefinition> find(String name, boolean named) {
		try {
			return this.catalog.atStartup(name).definitions();
		}
		catch (ModelLoadException ex) {
			if (named && this.catalog.isRequired(name)) {
				throw ex;
			}
			return List.of(this.catalog.failing(new ModelKey(name, 1), ex));
		}
	}

}
