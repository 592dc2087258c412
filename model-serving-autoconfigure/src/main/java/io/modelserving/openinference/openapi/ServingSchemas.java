package io.modelserving.openinference.openapi;

import java.util.List;

import io.modelserving.openapi.Schemas;
import io.swagger.v3.oas.models.media.Schema;

/**
 * Schemas of how models are served and what has happened to them.
 */
final class ServingSchemas {

	private ServingSchemas() {
	}

	static Schema<Object> models() {
		return object("models", Schemas.array(Schemas.string()));
	}

	static Schema<Object> statistics() {
		Schema<Object> model = named();
		model.addProperty("version", Schemas.string());
		model.addProperty("last_inference",
				Schemas.described("Milliseconds since 1970, 0 if there was none", Schemas.integer()));
		model.addProperty("inference_count", Schemas.described("Rows", Schemas.integer()));
		model.addProperty("execution_count", Schemas.described("Batches", Schemas.integer()));
		Schema<Object> calls = Schemas.object();
		for (String figure : List.of("success", "fail", "queue", "compute_input", "compute_infer", "compute_output",
				"cache_hit", "cache_miss")) {
			calls.addProperty(figure, duration());
		}
		model.addProperty("inference_stats", calls);
		Schema<Object> batch = object("batch_size", Schemas.integer());
		for (String figure : List.of("compute_input", "compute_infer", "compute_output")) {
			batch.addProperty(figure, duration());
		}
		model.addProperty("batch_stats", Schemas.array(batch));
		return object("model_stats", Schemas.array(model));
	}

	private static Schema<Object> duration() {
		Schema<Object> duration = object("count", Schemas.integer());
		duration.addProperty("ns", Schemas.integer());
		return duration;
	}

	static Schema<Object> configuration() {
		Schema<Object> configuration = named();
		configuration.addProperty("platform", Schemas.string());
		configuration.addProperty("backend", Schemas.string());
		configuration.addProperty("max_batch_size", Schemas
			.described("0 if the tensors have no rows; dims leave the rows out otherwise", Schemas.integer()));
		configuration.addProperty("input", Schemas.array(tensor()));
		configuration.addProperty("output", Schemas.array(tensor()));
		Schema<Object> group = named();
		group.addProperty("count", Schemas.integer());
		group.addProperty("kind", Schemas.string());
		configuration.addProperty("instance_group", Schemas.array(group));
		configuration.addProperty("dynamic_batching", Schemas.described("Left out if each call runs alone",
				object("max_queue_delay_microseconds", Schemas.integer())));
		return configuration;
	}

	private static Schema<Object> tensor() {
		Schema<Object> tensor = named();
		tensor.addProperty("data_type", Schemas.string());
		tensor.addProperty("dims", Schemas.array(Schemas.integer()));
		return tensor;
	}

	static Schema<Object> indexRequest() {
		return object("ready",
				Schemas.described("Whether to leave out what takes no calls now", Schemas.of("boolean")));
	}

	static Schema<Object> index() {
		Schema<Object> entry = named();
		entry.addProperty("version", Schemas.described("Left out if the model is not loaded", Schemas.string()));
		entry.addProperty("state", Schemas.string());
		entry.addProperty("reason", Schemas.string());
		return Schemas.array(entry);
	}

	static Schema<Object> loadRequest() {
		return object("parameters",
				Schemas.described("config: settings in JSON, as a string; file:<path>: the content of a file in Base64",
						Schemas.object()));
	}

	static Schema<Object> done(String action) {
		Schema<Object> done = named();
		done.addProperty(action, Schemas.of("boolean"));
		return done;
	}

	private static Schema<Object> named() {
		return object("name", Schemas.string());
	}

	private static Schema<Object> object(String property, Schema<?> schema) {
		Schema<Object> object = Schemas.object();
		object.addProperty(property, schema);
		return object;
	}

}
