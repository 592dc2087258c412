package io.modelserving.openinference.openapi;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelMetadata;
import io.modelserving.openapi.Schemas;
import io.modelserving.serving.ModelDetails;
import io.modelserving.tensor.TensorSpec;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.RequestBody;

import org.springframework.web.util.UriUtils;

/**
 * Describes how to call one model.
 *
 * @param key the model and version
 * @param details what is known of it
 */
record InferOperation(ModelKey key, ModelDetails details) {

	/** What the description tells of the properties of a model's file. */
	private static final List<String> TOLD = List.of("author", "license");

	String path() {
		return "/v2/models/%s/infer".formatted(UriUtils.encodePathSegment(this.key.name(), StandardCharsets.UTF_8));
	}

	PathItem toPathItem() {
		return new PathItem().post(new Operation().operationId("infer_" + this.key.name())
			.summary("Run the model " + this.key.name())
			.description(description())
			.addTagsItem(this.key.name())
			.requestBody(new RequestBody().required(true).content(requestContent()))
			.responses(Answers.of("The outputs of the model", response(), 400, 404, 413, 429, 500, 503, 504)));
	}

	private String description() {
		ModelMetadata metadata = this.details.metadata();
		StringBuilder description = new StringBuilder(metadata.description());
		if (!description.isEmpty()) {
			description.append("\n\n");
		}
		description.append("Version %d, %s".formatted(this.key.version(), metadata.platform()));
		Map<String, String> properties = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		properties.putAll(metadata.properties());
		TOLD.stream()
			.filter(properties::containsKey)
			.forEach((name) -> description.append(", %s: %s".formatted(name, properties.get(name))));
		return description.append('.').toString();
	}

	private Content requestContent() {
		MediaType json = new MediaType().schema(request());
		Optional<Map<String, Object>> example = ExampleRequest.of(this.details.example());
		example.ifPresent(json::setExample);
		return new Content().addMediaType("application/json", json);
	}

	private Schema<Object> request() {
		Schema<Object> request = Schemas.object();
		request.addProperty("id", Schemas.described("Comes back with the answer", Schemas.string()));
		request.addProperty("parameters", parameters());
		request.addProperty("inputs", inputs());
		request.addProperty("outputs", outputs());
		request.setRequired(List.of("inputs"));
		return request;
	}

	private Schema<Object> inputs() {
		List<TensorSpec> specs = this.details.signature().inputs();
		Schema<Object> inputs = TensorSchemas.array(specs);
		inputs.setMinItems(specs.size());
		inputs.setMaxItems(specs.size());
		return inputs;
	}

	private static Schema<Object> parameters() {
		Schema<Object> timeout = Schemas.described("Time in microseconds that the call may take", Schemas.integer());
		timeout.setMinimum(BigDecimal.ZERO);
		Schema<Object> parameters = Schemas.object();
		parameters.addProperty("timeout", timeout);
		return parameters;
	}

	private Schema<Object> outputs() {
		Schema<Object> output = Schemas.object();
		output.addProperty("name", Schemas.oneOf(this.details.signature().outputNames()));
		output.setRequired(List.of("name"));
		return Schemas.described("The outputs wanted; all of them if left out", Schemas.array(output));
	}

	private Schema<Object> response() {
		Schema<Object> response = Schemas.object();
		response.addProperty("model_name", Schemas.exactly(this.key.name()));
		response.addProperty("model_version", Schemas.string());
		response.addProperty("id", Schemas.described("As it came with the request", Schemas.string()));
		response.addProperty("outputs", TensorSchemas.array(this.details.signature().outputs()));
		return response;
	}

}
