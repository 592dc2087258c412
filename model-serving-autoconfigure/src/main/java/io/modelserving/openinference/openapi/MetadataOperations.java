package io.modelserving.openinference.openapi;

import java.util.List;

import io.modelserving.openapi.Schemas;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.PathParameter;
import io.swagger.v3.oas.models.tags.Tag;

/**
 * Describes the operations that are the same whatever models there are.
 */
final class MetadataOperations {

	private static final String TAG = "Open Inference Protocol";

	private static final String MODEL = "/v2/models/{model}";

	private static final String VERSION = MODEL + "/versions/{version}";

	private MetadataOperations() {
	}

	static Tag tag() {
		return new Tag().name(TAG).description("What models there are, and whether they can be called");
	}

	static void addTo(Paths paths) {
		add(paths, "/v2", operation("serverMetadata", "Say what the server is", server()));
		add(paths, "/v2/health/live", operation("serverLive", "Say whether the server runs", flag("live")));
		add(paths, "/v2/health/ready",
				operation("serverReady", "Say whether all required models are ready", flag("ready"), 503));
		add(paths, MODEL, operation("modelMetadata", "Say what a model takes and gives", model(), 404, 503));
		add(paths, VERSION,
				operation("modelVersionMetadata", "Say what a version of a model takes and gives", model(), 404, 503));
		add(paths, MODEL + "/ready", operation("modelReady", "Say whether a model is ready", ready(), 404, 503));
		add(paths, VERSION + "/ready",
				operation("modelVersionReady", "Say whether a version of a model is ready", ready(), 404, 503));
	}

	private static void add(Paths paths, String path, Operation operation) {
		for (String name : List.of("model", "version")) {
			if (path.contains("{" + name + "}")) {
				operation.addParametersItem(new PathParameter().name(name).schema(Schemas.string()));
			}
		}
		paths.addPathItem(path, new PathItem().get(operation));
	}

	private static Operation operation(String id, String summary, Schema<?> answer, int... errors) {
		return new Operation().operationId(id)
			.summary(summary)
			.addTagsItem(TAG)
			.responses(Answers.of("The answer", answer, errors));
	}

	private static Schema<Object> server() {
		Schema<Object> server = Schemas.object();
		server.addProperty("name", Schemas.string());
		server.addProperty("version", Schemas.string());
		server.addProperty("extensions", Schemas.array(Schemas.string()));
		return server;
	}

	private static Schema<Object> flag(String name) {
		Schema<Object> flag = Schemas.object();
		flag.addProperty(name, Schemas.of("boolean"));
		return flag;
	}

	private static Schema<Object> ready() {
		Schema<Object> ready = flag("ready");
		ready.addProperty("name", Schemas.string());
		return ready;
	}

	private static Schema<Object> model() {
		Schema<Object> model = Schemas.object();
		model.addProperty("name", Schemas.string());
		model.addProperty("versions", Schemas.array(Schemas.string()));
		model.addProperty("platform", Schemas.string());
		model.addProperty("inputs", Schemas.array(tensor()));
		model.addProperty("outputs", Schemas.array(tensor()));
		Schema<Object> properties = Schemas.described("What the model's file says about itself", Schemas.object());
		properties.setAdditionalProperties(Schemas.string());
		model.addProperty("properties", properties);
		return model;
	}

	private static Schema<Object> tensor() {
		Schema<Object> tensor = Schemas.object();
		tensor.addProperty("name", Schemas.string());
		tensor.addProperty("datatype", Schemas.string());
		tensor.addProperty("shape", Schemas.described("-1 stands for any size", Schemas.array(Schemas.integer())));
		return tensor;
	}

}
