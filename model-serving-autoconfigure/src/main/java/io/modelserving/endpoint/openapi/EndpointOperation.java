package io.modelserving.endpoint.openapi;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
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

	private static final String STREAM = "The events, one by one: each as the data of an event, as a line,"
			+ " or all as one array. An event named error, or a last line with a member error, has the problem of a"
			+ " stream that fails after its first event. An event named end ends a stream that is complete";

	/** The part of a form that holds the picture. */
	private static final String PART = "image";

	Operation toOperation() {
		return operation(this.endpoint.name()).addParametersItem(timeout())
			.requestBody(new RequestBody().required(true).content(request()));
	}

	/** The same with a query in the place of the body. */
	Operation toGetOperation() {
		Operation operation = operation(this.endpoint.name() + "ByGet");
		Schema<?> request = this.types.dereference(this.types.of(this.endpoint.requestType()));
		if (request != null && request.getProperties() != null) {
			request.getProperties()
				.forEach((name, schema) -> operation.addParametersItem(new Parameter().in("query")
					.name(name)
					.required(request.getRequired() != null && request.getRequired().contains(name))
					.schema(schema)
					.example((this.endpoint.example() instanceof Map<?, ?> example) ? example.get(name) : null)));
		}
		return operation.addParametersItem(timeout());
	}

	private Operation operation(String id) {
		Operation operation = new Operation().operationId(id)
			.summary(summary())
			.addTagsItem(this.endpoint.tag())
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
		String response = this.endpoint.streams() ? STREAM : "The response";
		responses.addApiResponse("200", new ApiResponse().description(response + cut).content(response(example)));
		boolean pictures = this.endpoint.consumes().contains(org.springframework.http.MediaType.MULTIPART_FORM_DATA);
		Stream.of(400, 404, 406, 408, 413, 415, 422, 429, 500, 503, 504)
			.filter((status) -> status != 422 || this.endpoint.canBeInvalid())
			.forEach((status) -> responses.addApiResponse(status.toString(), Problems.response(status, pictures)));
		return responses;
	}

	private Content response(@Nullable Example example) {
		return this.endpoint.streams() ? stream(example) : single(example);
	}

	/** The schema of what is no JSON as a whole is that of an event. */
	private Content stream(@Nullable Example example) {
		Content content = new Content();
		for (org.springframework.http.MediaType produced : this.endpoint.produces()) {
			Schema<?> event = this.types.of(this.endpoint.responseType());
			boolean array = produced.toString().equals(JSON);
			MediaType described = new MediaType().schema(array ? Schemas.array(event) : event);
			if (array && example != null) {
				described.setExample(example.json());
			}
			content.addMediaType(produced.toString(), described);
		}
		return content;
	}

	private Content single(@Nullable Example example) {
		Content content = new Content();
		for (org.springframework.http.MediaType produced : this.endpoint.produces()) {
			content.addMediaType(produced.toString(),
					body(produced.toString(), this.endpoint.responseType(), (example != null) ? example.json() : null));
		}
		return content;
	}

}
