package io.modelserving.openinference.openapi;

import java.util.List;

import io.modelserving.model.ModelKey;
import io.modelserving.openapi.Markdown;
import io.modelserving.serving.ModelDetails;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;

/**
 * Describes the Open Inference Protocol in the application's OpenAPI document: what there
 * is for every model in general, and for each model that has been ready an operation of
 * its own, with its own tensors and an example that it has run on. Thread-safe.
 */
public final class OpenInferenceApi implements GlobalOpenApiCustomizer {

	private final ModelRegistry registry;

	private final String basePath;

	private final boolean repositoryControl;

	/**
	 * Create the description.
	 * @param registry the models
	 * @param basePath where the protocol begins, such as {@code /v2}
	 * @param repositoryControl whether callers may load and unload models
	 */
	public OpenInferenceApi(ModelRegistry registry, String basePath, boolean repositoryControl) {
		this.registry = registry;
		this.basePath = basePath;
		this.repositoryControl = repositoryControl;
	}

	@Override
	public void customise(OpenAPI api) {
		if (api.getComponents() == null) {
			api.setComponents(new Components());
		}
		api.getComponents().addSchemas(Answers.ERROR, Answers.errorSchema());
		if (api.getPaths() == null) {
			api.setPaths(new Paths());
		}
		api.addTagsItem(MetadataOperations.tag());
		Paths own = new Paths();
		MetadataOperations.addTo(own, example(), this.repositoryControl);
		names().forEach((name) -> this.registry.find(name).ifPresent((model) -> addModel(api, own, model)));
		own.forEach((path, item) -> api.getPaths().addPathItem(this.basePath + path, item));
	}

	private @Nullable ModelKey example() {
		return this.registry.models()
			.stream()
			.filter((model) -> model.details() != null)
			.map(ModelSnapshot::key)
			.findFirst()
			.orElse(null);
	}

	private List<String> names() {
		return this.registry.models().stream().map(ModelSnapshot::key).map(ModelKey::name).distinct().toList();
	}

	private static void addModel(OpenAPI api, Paths paths, ModelSnapshot model) {
		ModelDetails details = model.details();
		if (details != null) {
			InferOperation operation = new InferOperation(model.key(), details);
			api.addTagsItem(new Tag().name(Markdown.html(model.key().name()))
				.description(Markdown.escape(details.metadata().description())));
			paths.addPathItem(operation.path(), operation.toPathItem());
		}
	}

}
