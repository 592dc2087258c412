package io.modelserving.openinference.openapi;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.modelserving.model.ModelKey;
import io.modelserving.openapi.ApiSection;
import io.modelserving.openapi.Markdown;
import io.modelserving.openapi.OperationFilter;
import io.modelserving.serving.ModelDetails;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.tags.Tag;
import org.jspecify.annotations.Nullable;

/**
 * Describes the Open Inference Protocol in the application's OpenAPI document: what there
 * is for every model in general, and for each model that has been ready an operation of
 * its own, with its own tensors and an example that it has run on. Thread-safe.
 */
public final class OpenInferenceApi implements ApiSection {

	/** What {@code springdoc.packages-to-scan} goes by. */
	private static final String PACKAGE = "io.modelserving.openinference";

	private final ModelRegistry registry;

	private final ExampleResponses examples;

	private final String basePath;

	private final boolean repositoryControl;

	/**
	 * Create the description.
	 * @param registry the models
	 * @param examples the responses to their examples
	 * @param basePath where the protocol begins, such as {@code /v2}
	 * @param repositoryControl whether callers may load and unload models
	 */
	public OpenInferenceApi(ModelRegistry registry, ExampleResponses examples, String basePath,
			boolean repositoryControl) {
		this.examples = examples;
		this.registry = registry;
		this.basePath = basePath;
		this.repositoryControl = repositoryControl;
	}

	@Override
	public void addTo(OpenAPI api, OperationFilter filter) {
		Paths own = new Paths();
		MetadataOperations.addTo(own, example(), this.repositoryControl);
		List<Tag> tags = new ArrayList<>(List.of(MetadataOperations.tag()));
		Set<String> taken = names(api.getTags());
		names().forEach((name) -> this.registry.find(name).ifPresent((model) -> addModel(own, tags, taken, model)));
		own.forEach((path, item) -> {
			if (includes(filter, this.basePath + path, item)) {
				api.getPaths().addPathItem(this.basePath + path, item);
			}
		});
		Set<String> used = api.getPaths()
			.values()
			.stream()
			.flatMap((item) -> item.readOperations().stream())
			.flatMap((operation) -> Stream.ofNullable(operation.getTags()).flatMap(List::stream))
			.collect(Collectors.toSet());
		tags.stream().filter((tag) -> used.contains(tag.getName())).forEach((tag) -> {
			if (!taken.contains(tag.getName())) {
				api.addTagsItem(tag);
			}
			api.getComponents().addSchemas(ResponseDescriptions.ERROR, ResponseDescriptions.errorSchema());
		});
	}

	private static boolean includes(OperationFilter filter, String path, PathItem item) {
		return item.readOperations()
			.stream()
			.allMatch((operation) -> filter.includes(PACKAGE, path,
					(operation.getRequestBody() != null) ? operation.getRequestBody().getContent().keySet() : Set.of(),
					MetadataOperations.produces(operation)));
	}

	private static Set<String> names(@Nullable List<Tag> tags) {
		return (tags != null) ? tags.stream().map(Tag::getName).collect(Collectors.toSet()) : Set.of();
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

	/**
	 * A tag that is in use already stays apart: its operations are shown first. Models
	 * that give several results are called over gRPC only.
	 */
	private void addModel(Paths paths, List<Tag> tags, Set<String> taken, ModelSnapshot model) {
		ModelDetails details = model.details();
		if (details != null && !details.metadata().decoupled()) {
			String name = Markdown.html(model.key().name());
			String tag = taken.contains(name) ? "%s (%s)".formatted(name, MetadataOperations.TAG) : name;
			InferOperation operation = new InferOperation(model.key(), details, model.sequences() != null, tag,
					this.examples.of(model.key()).orElse(null));
			tags.add(new Tag().name(tag).description(Markdown.escape(details.metadata().description())));
			paths.addPathItem(operation.path(), operation.toPathItem());
		}
	}

}
