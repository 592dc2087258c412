package io.modelserving.endpoint.codec;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.RecordComponent;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.charset.Charset;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

import org.springframework.core.ResolvableType;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageNotWritableException;
import org.springframework.util.ClassUtils;

import io.modelserving.codec.NpyTensors;
import io.modelserving.endpoint.RecordComponents;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

/**
 * NumPy's format for one array of numbers. A request is an array, or list, of numbers of
 * any number of dimensions, or a record of which only one such component is required; a
 * response is one, or a record of no other component. Thread-safe.
 */
public final class NpyCodec implements BodyCodec {

	private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

	private static final Map<Class<?>, DataType> TYPES = Map.of(Float.class, DataType.FP32, Double.class, DataType.FP64,
			Short.class, DataType.INT16, Integer.class, DataType.INT32, Long.class, DataType.INT64);

	private final JsonMapper mapper;

	/**
	 * Create a codec.
	 * @param mapper the application's mapper
	 */
	public NpyCodec(JsonMapper mapper) {
		this.mapper = mapper;
	}

	@Override
	public List<MediaType> mediaTypes() {
		return List.of(MediaType.parseMediaType("application/x-npy"));
	}

	@Override
	public boolean reads(ResolvableType type) {
		return isNumbers(type) || component(type, RecordComponents::isRequired) != null;
	}

	@Override
	public boolean writes(ResolvableType type) {
		return isNumbers(type) || component(type, (component) -> true) != null;
	}

	private static boolean isNumbers(ResolvableType type) {
		return dimensions(type) > 0 && TYPES.containsKey(element(type));
	}

	private static boolean isArray(ResolvableType type) {
		return type.isArray() || Collection.class.isAssignableFrom(type.toClass());
	}

	private static ResolvableType inside(ResolvableType type) {
		return type.isArray() ? type.getComponentType() : type.asCollection().getGeneric();
	}

	private static int dimensions(ResolvableType type) {
		return isArray(type) ? 1 + dimensions(inside(type)) : 0;
	}

	private static Class<?> element(ResolvableType type) {
		return isArray(type) ? element(inside(type)) : ClassUtils.resolvePrimitiveIfNecessary(type.toClass());
	}

	/** Returns the component with the numbers, if no other one counts. */
	private static @Nullable RecordComponent component(ResolvableType type, Predicate<RecordComponent> counts) {
		if (!type.toClass().isRecord()) {
			return null;
		}
		List<RecordComponent> components = Stream.of(type.toClass().getRecordComponents()).filter(counts).toList();
		return (components.size() == 1 && isNumbers(type(components.get(0)))) ? components.get(0) : null;
	}

	private static ResolvableType type(RecordComponent component) {
		return ResolvableType.forType(component.getGenericType());
	}

	@Override
	public Object read(ResolvableType type, InputStream body, Charset charset) throws IOException {
		Tensor tensor = NpyTensors.read(body.readAllBytes());
		RecordComponent component = component(type, RecordComponents::isRequired);
		JsonNode numbers = toTree(tensor, dimensions((component != null) ? type(component) : type));
		if (component != null) {
			numbers = NODES.objectNode().set(name(type.toClass(), component), numbers);
		}
		return this.mapper.readerFor(this.mapper.constructType(type.getType())).readValue(numbers);
	}

	private String name(Class<?> record, RecordComponent component) {
		return RecordProperties.of(this.mapper, record)
			.entrySet()
			.stream()
			.filter((property) -> property.getValue().equals(component.getName()))
			.map(Map.Entry::getKey)
			.findFirst()
			.orElse(component.getName());
	}

	private static JsonNode toTree(Tensor tensor, int dimensions) {
		Shape shape = tensor.shape();
		if (!(tensor instanceof NumericTensor numbers) || tensor.dataType() == DataType.BOOL) {
			throw new InvalidInput("the .npy file has elements of type %s; numbers are needed"
				.formatted((tensor.dataType() == DataType.BYTES) ? "str" : "bool"));
		}
		// a row of nothing costs a caller nothing
		if (shape.rank() != dimensions || (dimensions > 1 && shape.elementCount() == 0)) {
			throw new InvalidInput("the .npy file has the shape %s; numbers in %d dimension%s are needed"
				.formatted(shape, dimensions, (dimensions == 1) ? "" : "s"));
		}
		return toTree(shape, 0, elements(numbers));
	}

	private static ArrayNode toTree(Shape shape, int axis, Iterator<? extends JsonNode> elements) {
		ArrayNode array = NODES.arrayNode();
		for (long i = 0; i < shape.dimension(axis); i++) {
			array.add((axis == shape.rank() - 1) ? elements.next() : toTree(shape, axis + 1, elements));
		}
		return array;
	}

	private static Iterator<? extends JsonNode> elements(NumericTensor tensor) {
		if (tensor.dataType() == DataType.FP64) {
			DoubleBuffer doubles = tensor.data().asDoubleBuffer();
			return IntStream.range(0, doubles.remaining()).mapToObj((i) -> NODES.numberNode(doubles.get(i))).iterator();
		}
		if (tensor.dataType().isFloatingPoint()) {
			float[] floats = tensor.toFloats();
			return IntStream.range(0, floats.length).mapToObj((i) -> NODES.numberNode(floats[i])).iterator();
		}
		boolean unsigned = tensor.dataType() == DataType.UINT64;
		return LongStream.of(tensor.toLongs())
			.<JsonNode>mapToObj((number) -> (unsigned && number < 0)
					? NODES.numberNode(new BigInteger(Long.toUnsignedString(number))) : NODES.numberNode(number))
			.iterator();
	}

	@Override
	public void write(Object value, ResolvableType type, OutputStream body, Charset charset) throws IOException {
		RecordComponent component = component(type, (any) -> true);
		ResolvableType array = (component != null) ? type(component) : type;
		JsonNode tree = this.mapper.valueToTree(value);
		JsonNode numbers = (component != null) ? tree.path(name(type.toClass(), component)) : tree;
		DataType dataType = Objects.requireNonNull(TYPES.get(element(array)));
		Shape shape = shape(numbers, dimensions(array));
		ByteBuffer data = ByteBuffer.allocate(Math.toIntExact(shape.elementCount() * dataType.elementBytes()))
			.order(ByteOrder.nativeOrder());
		put(numbers, shape, 0, dataType, data);
		NpyTensors.write(Tensor.of(dataType, shape, data.flip()), body);
	}

	private static Shape shape(JsonNode numbers, int dimensions) {
		long[] shape = new long[dimensions];
		JsonNode first = numbers;
		for (int i = 0; i < dimensions; i++) {
			shape[i] = first.size();
			first = first.path(0);
		}
		return Shape.of(shape);
	}

	private static void put(JsonNode node, Shape shape, int axis, DataType type, ByteBuffer target) {
		if (axis < shape.rank()) {
			if (!node.isArray() || node.size() != shape.dimension(axis)) {
				throw new HttpMessageNotWritableException(
						"The response has no array of numbers, or rows of different length, which .npy cannot hold");
			}
			node.forEach((inside) -> put(inside, shape, axis + 1, type, target));
			return;
		}
		switch (type) {
			case FP32 -> target.putFloat(node.floatValue());
			case FP64 -> target.putDouble(node.doubleValue());
			case INT16 -> target.putShort(node.shortValue());
			case INT32 -> target.putInt(node.intValue());
			default -> target.putLong(node.longValue());
		}
	}

}
