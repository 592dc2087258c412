package io.modelserving.openapi;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.tags.Tag;
import org.springdoc.core.customizers.OpenApiCustomizer;

import org.springframework.core.Ordered;

/**
 * Adds sections to a document, one after the other. It runs before customizers without an
 * order, which can so change what it adds. Thread-safe.
 * <p>
 * A browser shows tags in the order of the document's list of tags, and behind them those
 * that are not listed, such as springdoc's for controllers. So before a section is added,
 * the tags in use so far are listed: a section is shown below what was there before it.
 *
 * @param sections what to add, in order
 * @param filter says which operations the document is to have
 */
public record ModelOpenApi(List<ApiSection> sections,
		Supplier<OperationFilter> filter) implements OpenApiCustomizer, Ordered {

	public ModelOpenApi {
		sections = List.copyOf(sections);
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

	@Override
	public void customise(OpenAPI api) {
		if (api.getComponents() == null) {
			api.setComponents(new Components());
		}
		if (api.getPaths() == null) {
			api.setPaths(new Paths());
		}
		this.sections.forEach((section) -> {
			listTags(api);
			section.addTo(api, this.filter.get());
		});
	}

	private static void listTags(OpenAPI api) {
		List<Tag> tags = new ArrayList<>(Optional.ofNullable(api.getTags()).orElse(List.of()));
		Set<String> listed = tags.stream().map(Tag::getName).collect(Collectors.toSet());
		api.getPaths()
			.values()
			.stream()
			.map(PathItem::readOperations)
			.flatMap(List::stream)
			.flatMap((operation) -> Optional.ofNullable(operation.getTags()).stream())
			.flatMap(List::stream)
			.filter(listed::add)
			.forEach((name) -> tags.add(new Tag().name(name)));
		api.setTags(tags.isEmpty() ? null : tags);
	}

}
