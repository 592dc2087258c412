package io.modelserving.openinference.openapi;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelMetadata;
import io.modelserving.openapi.Example;
import io.modelserving.openapi.Markdown;
import io.modelserving.openapi.Schemas;
import io.modelserving.serving.ModelDetails;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;

import org.jspecify.annotations.Nullable;

import org.springframework.web.util.UriUtils;

/**
 * Describes how to call one model.
 *
 * @param key the model and version
 * @param details what is known of it
 * @param sequences whether it keeps the state of sequences
 * @param tag the group under which it is listed
 * @param response the response to the example, or {@code null} if that is not known
 */
record InferOperation(ModelKey key, ModelDetails details, boolean sequences, String tag, @Nullable Example response) {

	/** The properties that the description shows of a model's file. */
	private static final List<String> SHOWN_PROPERTIES = List.of("author", "license", "domain", "model-version");

	/** Returns what follows the base path. */
	String path() {
		return "/models/%s/infer".formatted(UriUtils.encodePathSegment(this.key.name(), StandardCharsets.UTF_8));
	}

	PathItem toPathItem() {
		return new PathItem().post(new Operation().operationId("infer_" + this.key.name())
			.summary("Run the model " + Markdown.html(this.key.name()))
			.description(description())
			.addTagsItem(this.tag)
			.addParametersItem(BinaryBodies.requestHeader())
			.requestBody(new RequestBody().required(true).content(requestContent()))
			.responses(responses()));
	}

	private String description() {
		ModelMetadata metadata = this.details.metadata();
		StringBuilder description = new StringBuilder(Markdown.escape(metadata.description()));
		if (!description.isEmpty()) {
			description.append("\n\n");
		}
		description.append("Version %d, %s".formatted(this.key.version(), metadata.platform()));
		Map<String, String> properties = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		properties.putAll(metadata.properties());
		SHOWN_PROPERTIES.stream()
			.filter(properties::containsKey)
			.forEach((name) -> description
				.append(", %s: %s".formatted(name, Markdown.escape(properties.getOrDefault(name, "")))));
		return description.append('.').toString();
	}

	private ApiResponses responses() {
		boolean complete = (this.response == null) || this.response.complete();
		MediaType json = new MediaType().schema(responseSchema());
		Optional.ofNullable(this.response).map(Example::json).ifPresent(json::setExample);
		ApiResponse success = new ApiResponse().description("The outputs of the model" + (complete ? "" : Example.CUT))
			.content(new Content().addMediaType("application/json", json)
				.addMediaType(BinaryBodies.MEDIA_TYPE, BinaryBodies.mediaType()));
		success.addHeaderObject(BinaryBodies.JSON_LENGTH, BinaryBodies.responseHeader());
		return ResponseDescriptions.of(success, 400, 404, 408, 413, 429, 500, 501, 503, 504);
	}

	private Content requestContent() {
		MediaType json = new MediaType().schema(new InferRequestSchema(this.details.signature()).toSchema());
		Optional.ofNullable(this.details.example())
			.flatMap(ExampleRequest::of)
			.map((example) -> this.sequences ? inSequence(example) : example)
			.ifPresent(json::setExample);
		return new Content().addMediaType("application/json", json)
			.addMediaType(BinaryBodies.MEDIA_TYPE, BinaryBodies.mediaType());
	}

	/**
	 * A sequence of this one request, as the response of the example is that of its
	 * start.
	 */
	private static Map<String, Object> inSequence(Map<String, Object> example) {
		Map<String, Object> request = new LinkedHashMap<>();
		request.put("parameters",
				new TreeMap<>(Map.of("sequence_id", "example", "sequence_start", true, "sequence_end", true)));
		request.putAll(example);
		return request;
	}

	private Schema<Object> responseSchema() {
		Schema<Object> response = Schemas.object();
		response.addProperty("model_name", Schemas.exactly(this.key.name()));
		response.addProperty("model_version", Schemas.string());
		response.addProperty("id", Schemas.described("That of the request", Schemas.string()));
		response.addProperty("outputs", TensorSchemas.array(this.details.signature().outputs()));
		return response;
	}

}
