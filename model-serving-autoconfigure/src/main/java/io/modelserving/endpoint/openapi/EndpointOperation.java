package io.modelserving.endpoint.openapi;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import org.jspecify.annotations.Nullable;

import io.modelserving.endpoint.EndpointDescription;
import io.modelserving.openapi.Example;
import io.modelserving.openapi.Schemas;

/**
 * Describes how to call one endpoint.
 *
 * @param endpoint the endpoint
 * @param types makes the schemas of its types
 */
record EndpointOperation(EndpointDescription endpoint, TypeSchemas types) {

	private static final String JSON = org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

	private static final String FORM = org.springframework.http.MediaType.MULTIPART_FORM_DATA_VALUE;

	/** The part of a form that holds the picture. */
	private static final String PART = "image";

	Operation toOperation() {
		Operation operation = new Operation().operationId(this.endpoint.name())
			.summary(summary())
			.addTagsItem(this.endpoint.tag())
			.addParametersItem(timeout())
			.requestBody(new RequestBody().required(true).content(request()))
			.responses(responses());
		if (!this.endpoint.description().isEmpty()) {
			operation.description(this.endpoint.description());
		}
		return operation;
	}

	private String summary() {
		if (!this.endpoint.summary().isEmpty()) {
			return this.endpoint.summary();
		}
		return this.endpoint.model().isEmpty() ? "Run the pipeline " + this.endpoint.name()
				: "Run the model " + this.endpoint.model();
	}

	private static Parameter timeout() {
		return new Parameter().in("header")
			.name(EndpointDescription.TIMEOUT_HEADER)
			.description("How long the response is of use, in milliseconds or with a unit, such as 250, 250ms or 2s")
			.schema(Schemas.string());
	}

	private Content request() {
		Content content = new Content();
		for (org.springframework.http.MediaType consumed : this.endpoint.consumes()) {
			content.addMediaType(consumed.toString(), request(consumed.toString()));
		}
		return content;
	}

	private MediaType request(String mediaType) {
		if (mediaType.equals(FORM)) {
			Schema<Object> form = Schemas.object();
			form.addProperty(PART, Schemas.of("string", "binary"));
			form.setRequired(List.of(PART));
			return new MediaType().schema(form);
		}
		return body(mediaType, this.endpoint.requestType(), this.endpoint.example());
	}

	/**
	 * Describe a value in some format. Examples are in JSON, and a browser could not
	 * write the binary formats.
	 */
	private MediaType body(String mediaType, Type type, @Nullable Object example) {
		if (mediaType.equals(JSON)) {
			MediaType json = new MediaType().schema(this.types.of(type));
			Optional.ofNullable(example).ifPresent(json::setExample);
			return json;
		}
		return new MediaType()
			.schema(mediaType.startsWith("text/") ? Schemas.string() : Schemas.of("string", "binary"));
	}

	private ApiResponses responses() {
		ApiResponses responses = new ApiResponses();
		Example example = this.endpoint.response();
		String cut = (example == null || example.complete()) ? "" : Example.CUT;
		responses.addApiResponse("200", new ApiResponse().description("The response" + cut).content(response(example)));
		boolean pictures = this.endpoint.consumes().contains(org.springframework.http.MediaType.MULTIPART_FORM_DATA);
		Stream.of(400, 404, 406, 408, 413, 415, 422, 429, 500, 503, 504)
			.filter((status) -> status != 422 || this.endpoint.canBeInvalid())
			.forEach((status) -> responses.addApiResponse(status.toString(), Problems.response(status, pictures)));
		return responses;
	}

	private Content response(@Nullable Example example) {
		Content content = new Content();
		for (org.springframework.http.MediaType produced : this.endpoint.produces()) {
			content.addMediaType(produced.toString(),
					body(produced.toString(), this.endpoint.responseType(), (example != null) ? example.json() : null));
		}
		return content;
	}

}
