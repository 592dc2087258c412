package io.modelserving.openinference.openapi;

import java.math.BigDecimal;
import java.util.List;

import io.modelserving.model.ModelSignature;
import io.modelserving.openapi.Schemas;
import io.modelserving.tensor.TensorSpec;
import io.swagger.v3.oas.models.media.Schema;

/**
 * Schema of a request for inference in JSON.
 *
 * @param signature what the model takes and gives
 */
record InferRequestSchema(ModelSignature signature) {

	Schema<Object> toSchema() {
		Schema<Object> request = Schemas.object();
		request.addProperty("id", Schemas.described("Returned with the response", Schemas.string()));
		request.addProperty("parameters", parameters());
		request.addProperty("inputs", inputs());
		request.addProperty("outputs", outputs());
		request.setRequired(List.of("inputs"));
		return request;
	}

	private static Schema<Object> parameters() {
		Schema<Object> parameters = Schemas.object();
		parameters.addProperty("timeout",
				atLeast(0, Schemas.described("Time in microseconds that the call may take", Schemas.integer())));
		parameters.addProperty("priority",
				atLeast(0, Schemas.described("Level that the call waits at, 1 being served first", Schemas.integer())));
		parameters.addProperty("routing_key", Schemas
			.described("Calls of the same key get the same version while traffic is split", Schemas.string()));
		parameters.addProperty("binary_data_output", Schemas
			.described("Whether the elements of all outputs shall follow the JSON as bytes", Schemas.of("boolean")));
		return parameters;
	}

	private Schema<Object> inputs() {
		List<TensorSpec> specs = this.signature.allInputs();
		Schema<Object> inputs = TensorSchemas.inputs(specs);
		inputs.setMinItems(this.signature.inputs().size());
		inputs.setMaxItems(specs.size());
		return inputs;
	}

	private Schema<Object> outputs() {
		Schema<Object> parameters = Schemas.object();
		parameters.addProperty("binary_data",
				Schemas.described("Whether its elements shall follow the JSON as bytes", Schemas.of("boolean")));
		parameters.addProperty("classification",
				atLeast(1,
						Schemas.described(
								"Number of classes that shall stand for the output, best first, as value:index[:label]",
								Schemas.integer())));
		Schema<Object> output = Schemas.object();
		output.addProperty("name", Schemas.oneOf(this.signature.outputNames()));
		output.addProperty("parameters", parameters);
		output.setRequired(List.of("name"));
		return Schemas.described("The outputs wanted; all of them if left out", Schemas.array(output));
	}

	private static Schema<Object> atLeast(int minimum, Schema<Object> schema) {
		schema.setMinimum(BigDecimal.valueOf(minimum));
		return schema;
	}

}
