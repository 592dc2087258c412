package io.modelserving.openinference.openapi;

import java.util.List;
import java.util.Set;

import io.modelserving.model.ModelKey;
import io.modelserving.openapi.Schemas;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.PathParameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.tags.Tag;
import org.jspecify.annotations.Nullable;

/**
 * Describes the operations that are the same whatever models there are.
 */
final class MetadataOperations {

	static final String TAG = "Open Inference Protocol";

	private static final String MODEL = "/models/{model}";

	private static final String VERSION = MODEL + "/versions/{version}";

	private MetadataOperations() {
	}

	static Tag tag() {
		return new Tag().name(TAG).description("The models of the server, and whether they can be called");
	}

	/**
	 * Describe the operations.
	 * @param paths where to describe them, by what follows the base path
	 * @param example a model that can be asked for, or {@code null} if there is none
	 * @param repositoryControl whether callers may load and unload models
	 */
	static void addTo(Paths paths, @Nullable ModelKey example, boolean repositoryControl) {
		add(paths, "", operation("serverMetadata", "Say what the server is", server()), example);
		add(paths, "/health/live", operation("serverLive", "Say whether the server runs", flag("live")), example);
		add(paths, "/health/ready",
				operation("serverReady", "Say whether all required models are ready", flag("ready"), 503), example);
		add(paths, MODEL, operation("modelMetadata", "Say what a model takes and gives", model(), 404, 503), example);
		add(paths, VERSION,
				operation("modelVersionMetadata", "Say what a version of a model takes and gives", model(), 404, 503),
				example);
		add(paths, MODEL + "/ready", operation("modelReady", "Say whether a model is ready", ready(), 404, 503),
				example);
		add(paths, VERSION + "/ready",
				operation("modelVersionReady", "Say whether a version of a model is ready", ready(), 404, 503),
				example);
		addModels(paths, example);
		addIndex(paths);
		if (repositoryControl) {
			addRepositoryControl(paths, example);
		}
	}

	private static void addModels(Paths paths, @Nullable ModelKey example) {
		add(paths, "/models", operation("models", "List the models", ServingSchemas.models()), example);
		add(paths, "/models/stats",
				operation("statistics", "Say what has happened to all models", ServingSchemas.statistics()), example);
		add(paths, MODEL + "/stats",
				operation("modelStatistics", "Say what has happened to a model", ServingSchemas.statistics(), 404),
				example);
		add(paths, VERSION + "/stats", operation("modelVersionStatistics",
				"Say what has happened to a version of a model", ServingSchemas.statistics(), 404), example);
		add(paths, MODEL + "/config",
				operation("modelConfiguration", "Say how a model is served", ServingSchemas.configuration(), 404, 503),
				example);
		add(paths, VERSION + "/config", operation("modelVersionConfiguration", "Say how a version of a model is served",
				ServingSchemas.configuration(), 404, 503), example);
	}

	private static void addIndex(Paths paths) {
		Operation index = operation("repositoryIndex", "List the models of the repository, loaded or not",
				ServingSchemas.index(), 400, 408, 413, 501)
			.requestBody(new RequestBody().content(ResponseDescriptions.json(ServingSchemas.indexRequest())));
		paths.addPathItem("/repository/index", new PathItem().post(index));
	}

	private static void addRepositoryControl(Paths paths, @Nullable ModelKey example) {
		for (String action : List.of("load", "unload")) {
			String path = "/repository/models/{model}/" + action;
			Operation operation = operation("repositoryModel" + (action.equals("load") ? "Load" : "Unload"),
					"Have a model of the repository %sed".formatted(action), ServingSchemas.done(action),
					statuses(action))
				.requestBody(new RequestBody().content(ResponseDescriptions.json(ServingSchemas.loadRequest())));
			addParameter(path, operation, "model", (example != null) ? example.name() : null);
			paths.addPathItem(path, new PathItem().post(operation));
		}
	}

	static Set<String> produces(Operation operation) {
		ApiResponse success = operation.getResponses().get("200");
		return (success != null) ? success.getContent().keySet() : Set.of();
	}

	private static int[] statuses(String action) {
		return action.equals("load") ? new int[] { 400, 403, 404, 408, 413, 500, 501, 503 }
				: new int[] { 400, 403, 404, 408, 413, 500, 501 };
	}

	private static void add(Paths paths, String path, Operation operation, @Nullable ModelKey example) {
		addParameter(path, operation, "model", (example != null) ? example.name() : null);
		addParameter(path, operation, "version", (example != null) ? Long.toString(example.version()) : null);
		paths.addPathItem(path, new PathItem().get(operation));
	}

	private static void addParameter(String path, Operation operation, String name, @Nullable String example) {
		if (path.contains("{" + name + "}")) {
			operation.addParametersItem(new PathParameter().name(name).schema(Schemas.string()).example(example));
		}
	}

	private static Operation operation(String id, String summary, Schema<?> response, int... errors) {
		return new Operation().operationId(id)
			.summary(summary)
			.addTagsItem(TAG)
			.responses(ResponseDescriptions.of("The response", response, errors));
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
