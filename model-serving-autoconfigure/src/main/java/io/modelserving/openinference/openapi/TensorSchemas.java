package io.modelserving.openinference.openapi;

import java.util.List;
import java.util.stream.IntStream;

import io.modelserving.openapi.Markdown;
import io.modelserving.openapi.Schemas;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.TensorSpec;
import io.swagger.v3.oas.models.media.Schema;

/**
 * Schemas of the objects that hold tensors.
 */
final class TensorSchemas {

	private TensorSchemas() {
	}

	/**
	 * Make the schema of the array that holds tensors, in any order.
	 * @param specs the tensors
	 * @return the schema
	 */
	static Schema<Object> array(List<TensorSpec> specs) {
		return arrayOf(specs.stream().map(TensorSchemas::tensor).toList());
	}

	/**
	 * Make the schema of the array that holds the inputs of a request, in any order.
	 * @param specs the inputs
	 * @return the schema
	 */
	static Schema<Object> inputs(List<TensorSpec> specs) {
		return arrayOf(specs.stream().map(TensorSchemas::input).toList());
	}

	private static Schema<Object> input(TensorSpec spec) {
		Schema<Object> input = tensor(spec);
		Schema<Object> parameters = Schemas.object();
		parameters.addProperty("zeros",
				Schemas.described("Whether all elements are zero, in place of data", Schemas.of("boolean")));
		parameters.addProperty("binary_data_size", Schemas
			.described("Number of bytes that the elements take after the JSON, in place of data", Schemas.integer()));
		input.addProperty("parameters", parameters);
		input.setRequired(List.of("name", "shape", "datatype"));
		return input;
	}

	private static Schema<Object> arrayOf(List<Schema<Object>> tensors) {
		if (tensors.size() == 1) {
			return Schemas.array(tensors.get(0));
		}
		Schema<Object> any = new Schema<>();
		tensors.forEach(any::addOneOfItem);
		return Schemas.array(any);
	}

	private static Schema<Object> tensor(TensorSpec spec) {
		Schema<Object> tensor = Schemas.object();
		tensor.setTitle(Markdown.html(spec.name()));
		tensor.addProperty("name", Schemas.exactly(spec.name()));
		tensor.addProperty("shape", shape(spec));
		tensor.addProperty("datatype", Schemas.exactly(spec.dataType().name()));
		tensor.addProperty("data", data(spec.dataType()));
		tensor.setRequired(List.of("name", "shape", "datatype", "data"));
		return tensor;
	}

	private static Schema<Object> shape(TensorSpec spec) {
		Schema<Object> shape = Schemas.array(Schemas.integer());
		if (spec.shape().hasKnownRank()) {
			shape.setMinItems(spec.shape().rank());
			shape.setMaxItems(spec.shape().rank());
		}
		shape.setDescription(describe(spec));
		return shape;
	}

	private static String describe(TensorSpec spec) {
		if (!spec.shape().hasKnownRank()) {
			return "Any number of dimensions of any size";
		}
		if (!spec.shape().isDynamic()) {
			return spec.shape().toString();
		}
		List<String> names = IntStream.range(0, spec.shape().rank())
			.mapToObj((index) -> dimension(spec, index))
			.toList();
		return "%s, where any size will do for a name or -1".formatted(names);
	}

	private static String dimension(TensorSpec spec, int index) {
		long size = spec.shape().dimension(index);
		String name = spec.dimensionNames().get(index);
		return (size == Shape.DYNAMIC && !name.isEmpty()) ? Markdown.escape(name) : Long.toString(size);
	}

	private static Schema<Object> data(DataType dataType) {
		return Schemas.described(dataType.isFloatingPoint()
				? "Elements, row-major; flat, or nested as the shape is; \"NaN\", \"Infinity\" and \"-Infinity\" stand for themselves"
				: "Elements, row-major; flat, or nested as the shape is", Schemas.array(element(dataType)));
	}

	private static Schema<Object> element(DataType dataType) {
		return switch (dataType) {
			case BOOL -> Schemas.of("boolean");
			case BYTES -> Schemas.string();
			case FP16, BF16, FP32 -> Schemas.of("number", "float");
			case FP64 -> Schemas.of("number", "double");
			case INT8, INT16, INT32, UINT8, UINT16 -> Schemas.of("integer", "int32");
			case INT64, UINT32, UINT64 -> Schemas.integer();
		};
	}

}
