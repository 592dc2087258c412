package io.modelserving.endpoint.openapi;

import java.util.List;
import java.util.function.Supplier;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.PathItem;

import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;

import io.modelserving.endpoint.EndpointDescription;
import io.modelserving.endpoint.ModelEndpoints;
import io.modelserving.openapi.ApiSection;
import io.modelserving.openapi.OperationFilter;

/**
 * Describes typed endpoints in the application's OpenAPI document. Thread-safe.
 */
public final class EndpointApi implements ApiSection {

	private final ModelEndpoints endpoints;

	private final Supplier<List<HttpMessageConverter<?>>> converters;

	/**
	 * Create a section.
	 * @param endpoints the endpoints
	 * @param converters gives the application's message converters
	 */
	public EndpointApi(ModelEndpoints endpoints, Supplier<List<HttpMessageConverter<?>>> converters) {
		this.endpoints = endpoints;
		this.converters = converters;
	}

	@Override
	public void addTo(OpenAPI api, OperationFilter filter) {
		this.endpoints.describe(this.converters.get())
			.stream()
			.filter((endpoint) -> filter.includes(endpoint.packageName(), endpoint.path(), names(endpoint.consumes()),
					names(endpoint.produces())))
			.forEach((endpoint) -> add(api, endpoint));
	}

	private static List<String> names(List<MediaType> types) {
		return types.stream().map(MediaType::toString).toList();
	}

	private static void add(OpenAPI api, EndpointDescription endpoint) {
		api.getComponents().addSchemas(Problems.NAME, Problems.schema());
		PathItem item = api.getPaths().computeIfAbsent(endpoint.path(), (path) -> new PathItem());
		EndpointOperation operation = new EndpointOperation(endpoint, new TypeSchemas(api));
		item.setPost(operation.toOperation());
		if (endpoint.takesGet()) {
			item.setGet(operation.toGetOperation());
		}
	}

}
