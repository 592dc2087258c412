package io.modelserving.endpoint.openapi;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.Paths;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;

import io.modelserving.endpoint.EndpointDescription;
import io.modelserving.endpoint.ModelEndpoints;

/**
 * Describes typed endpoints in the application's OpenAPI document. Thread-safe.
 */
public final class EndpointApi implements GlobalOpenApiCustomizer {

	private final ModelEndpoints endpoints;

	public EndpointApi(ModelEndpoints endpoints) {
		this.endpoints = endpoints;
	}

	@Override
	public void customise(OpenAPI api) {
		if (api.getComponents() == null) {
			api.setComponents(new Components());
		}
		if (api.getPaths() == null) {
			api.setPaths(new Paths());
		}
		this.endpoints.describe().forEach((endpoint) -> add(api, endpoint));
	}

	private static void add(OpenAPI api, EndpointDescription endpoint) {
		api.getComponents().addSchemas(Problems.NAME, Problems.schema());
		PathItem item = api.getPaths().computeIfAbsent(endpoint.path(), (path) -> new PathItem());
		item.setPost(new EndpointOperation(endpoint, new TypeSchemas(api)).toOperation());
	}

}
