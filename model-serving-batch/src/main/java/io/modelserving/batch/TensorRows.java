package io.modelserving.batch;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import io.modelserving.codec.JsonTensors;
import io.modelserving.model.ModelSignature;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.StringTensor;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;

/**
 * Makes the inputs of a model of rows: each is an object, or has a column, with the
 * elements of each input under its name. Thread-safe.
 */
final class TensorRows implements Function<Row, NamedTensors> {

	private static final long MAX_TENSOR_BYTES = 256L << 20;

	private final ModelSignature signature;

	private final JsonMapper mapper;

	private final Map<String, Integer> ranks = new HashMap<>();

	private final JsonTensors tensors = new JsonTensors(MAX_TENSOR_BYTES);

	TensorRows(ModelSignature signature, JsonMapper mapper) {
		this.signature = signature;
		this.mapper = mapper;
		for (TensorSpec input : signature.allInputs()) {
			this.ranks.put(input.name(), input.shape().hasKnownRank() ? input.shape().rank() : -1);
		}
	}

	@Override
	public NamedTensors apply(Row row) {
		if (row.content() instanceof Row.Text json) {
			return asRow(this.tensors.readInputs(json.bytes(), this.signature));
		}
		if (row.content() instanceof Row.Columns cells) {
			return asRow(this.tensors.readInputs(json(cells.values()), this.signature));
		}
		throw new InvalidRowException((row.content() instanceof Row.Broken broken) ? broken.reason()
				: "a model takes no pictures; an endpoint whose handler is a PictureRequest does");
	}

	/** What has all dimensions but the first one is one row. */
	private NamedTensors asRow(NamedTensors inputs) {
		return inputs.map((name, tensor) -> (tensor.shape().rank() + 1 == this.ranks.getOrDefault(name, -1))
				? asRow(tensor) : tensor);
	}

	private static Tensor asRow(Tensor tensor) {
		long[] shape = new long[tensor.shape().rank() + 1];
		shape[0] = 1;
		System.arraycopy(tensor.shape().toArray(), 0, shape, 1, shape.length - 1);
		return (tensor instanceof NumericTensor numbers)
				? Tensor.of(numbers.dataType(), Shape.of(shape), numbers.data())
				: Tensor.of(Shape.of(shape), ((StringTensor) tensor).elements().toArray(String[]::new));
	}

	private byte[] json(Map<String, @Nullable Object> cells) {
		ObjectNode tree = this.mapper.createObjectNode();
		for (TensorSpec input : this.signature.allInputs()) {
			Object cell = cells.get(input.name());
			if (cell != null) {
				tree.set(input.name(), value(input, cell.toString()));
			}
		}
		return this.mapper.writeValueAsBytes(tree);
	}

	private JsonNode value(TensorSpec input, String cell) {
		if (input.dataType() == DataType.BYTES && !cell.startsWith("[")) {
			return this.mapper.createArrayNode().add(cell);
		}
		try {
			JsonNode value = this.mapper.readTree(cell);
			return value.isArray() ? value : this.mapper.createArrayNode().add(value);
		}
		catch (JacksonException ex) {
			throw new InvalidRowException(
					"the column \"%s\" is neither a number nor an array of JSON".formatted(input.name()));
		}
	}

	/**
	 * Return tensors as values that JSON has.
	 * @param outputs the outputs of a model, for one row or more
	 * @return the elements by name, nested as the shape is, and without the first
	 * dimension if that is 1
	 */
	static Map<String, Object> values(NamedTensors outputs) {
		Map<String, Object> values = new LinkedHashMap<>();
		outputs.asMap().forEach((name, tensor) -> {
			Object value = nested(elements(tensor), tensor.shape().toArray(), 0, new int[1]);
			boolean one = value instanceof List<?> list && list.size() == 1;
			values.put(name, one ? ((List<?>) value).get(0) : value);
		});
		return values;
	}

	private static Object nested(List<?> elements, long[] shape, int axis, int[] next) {
		if (axis == shape.length) {
			return elements.get(next[0]++);
		}
		List<Object> values = new ArrayList<>();
		for (long i = 0; i < shape[axis]; i++) {
			values.add(nested(elements, shape, axis + 1, next));
		}
		return values;
	}

	private static List<?> elements(Tensor tensor) {
		if (tensor instanceof StringTensor strings) {
			return strings.elements();
		}
		NumericTensor numbers = (NumericTensor) tensor;
		List<Object> elements = new ArrayList<>();
		if (numbers.dataType() == DataType.FP64) {
			ByteBuffer data = numbers.data();
			while (data.hasRemaining()) {
				elements.add(data.getDouble());
			}
		}
		else if (numbers.dataType().isFloatingPoint()) {
			for (float element : numbers.toFloats()) {
				elements.add(element);
			}
		}
		else {
			for (long element : numbers.toLongs()) {
				elements.add(integer(numbers.dataType(), element));
			}
		}
		return elements;
	}

	private static Object integer(DataType type, long element) {
		if (type == DataType.BOOL) {
			return element != 0;
		}
		return (type == DataType.UINT64 && element < 0) ? new BigInteger(Long.toUnsignedString(element))
				: (Object) element;
	}

}
