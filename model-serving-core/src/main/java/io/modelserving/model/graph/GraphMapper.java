package io.modelserving.model.graph;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.google.protobuf.ByteString;

import io.modelserving.model.graph.ModelGraph.Attribute;
import io.modelserving.model.graph.ModelGraph.Attribute.Kind;
import io.modelserving.model.graph.ModelGraph.Dimension;
import io.modelserving.model.graph.ModelGraph.Function;
import io.modelserving.model.graph.ModelGraph.Graph;
import io.modelserving.model.graph.ModelGraph.Node;
import io.modelserving.model.graph.ModelGraph.Type;
import io.modelserving.model.graph.ModelGraph.Value;
import io.modelserving.onnx.schema.AttributeProto;
import io.modelserving.onnx.schema.FunctionProto;
import io.modelserving.onnx.schema.GraphProto;
import io.modelserving.onnx.schema.ModelProto;
import io.modelserving.onnx.schema.NodeProto;
import io.modelserving.onnx.schema.OperatorSetIdProto;
import io.modelserving.onnx.schema.SparseTensorProto;
import io.modelserving.onnx.schema.TensorProto;
import io.modelserving.onnx.schema.TensorShapeProto;
import io.modelserving.onnx.schema.TypeProto;
import io.modelserving.onnx.schema.ValueInfoProto;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link ModelGraph} of the messages of a file.
 */
final class GraphMapper {

	private GraphMapper() {
	}

	static ModelGraph map(ModelProto model) {
		return new ModelGraph(model.getIrVersion(), model.getProducerName(), operatorSets(model.getOpsetImportList()),
				graph(model.getGraph()), model.getFunctionsList().stream().map(GraphMapper::function).toList());
	}

	private static Map<String, Long> operatorSets(List<OperatorSetIdProto> imports) {
		Map<String, Long> sets = new HashMap<>();
		imports.forEach((set) -> sets.put(domain(set.getDomain()), set.getVersion()));
		return sets;
	}

	private static String domain(String name) {
		return name.equals("ai.onnx") ? "" : name;
	}

	private static Function function(FunctionProto function) {
		return new Function(function.getName(), domain(function.getDomain()), function.getOverload(),
				operatorSets(function.getOpsetImportList()), function.getInputList(), function.getOutputList(),
				attributes(function.getAttributeProtoList()), nodes(function.getNodeList()));
	}

	private static Graph graph(GraphProto graph) {
		Map<String, ConstantTensor> initializers = new LinkedHashMap<>();
		graph.getInitializerList().forEach((tensor) -> initializers.put(tensor.getName(), tensor(tensor)));
		graph.getSparseInitializerList()
			.forEach((tensor) -> initializers.put(tensor.getValues().getName(), sparse(tensor)));
		return new Graph(graph.getName(), nodes(graph.getNodeList()), initializers, values(graph.getInputList()),
				values(graph.getOutputList()));
	}

	private static List<Node> nodes(List<NodeProto> nodes) {
		return nodes.stream().map(GraphMapper::node).toList();
	}

	private static Node node(NodeProto node) {
		return new Node(node.getName(), node.getOpType(), domain(node.getDomain()), node.getOverload(),
				node.getInputList(), node.getOutputList(), attributes(node.getAttributeList()));
	}

	private static Map<String, Attribute> attributes(List<AttributeProto> attributes) {
		Map<String, Attribute> byName = new HashMap<>();
		attributes.forEach((attribute) -> byName.put(attribute.getName(), attribute(attribute)));
		return byName;
	}

	private static Attribute attribute(AttributeProto attribute) {
		Kind kind = kind(attribute);
		boolean complete = !attribute.getUnknownFields().hasField(GraphReader.LEFT_OUT);
		List<Long> integers = (kind == Kind.INTEGER) ? List.of(attribute.getI()) : attribute.getIntsList();
		List<Double> reals = ((kind == Kind.REAL) ? Stream.of(attribute.getF()) : attribute.getFloatsList().stream())
			.map(Float::doubleValue)
			.toList();
		List<String> strings = ((kind == Kind.STRING) ? Stream.of(attribute.getS())
				: attribute.getStringsList().stream())
			.map(ByteString::toStringUtf8)
			.toList();
		List<TensorProto> tensors = (kind == Kind.TENSOR) ? List.of(attribute.getT()) : attribute.getTensorsList();
		List<GraphProto> graphs = (kind == Kind.GRAPH) ? List.of(attribute.getG()) : attribute.getGraphsList();
		return new Attribute(kind, complete, attribute.getRefAttrName(), integers, reals, strings,
				tensors.stream().map(GraphMapper::tensor).toList(), graphs.stream().map(GraphMapper::graph).toList());
	}

	private static Kind kind(AttributeProto attribute) {
		return switch (attribute.getType()) {
			case INT -> Kind.INTEGER;
			case INTS -> Kind.INTEGERS;
			case FLOAT -> Kind.REAL;
			case FLOATS -> Kind.REALS;
			case STRING -> Kind.STRING;
			case STRINGS -> Kind.STRINGS;
			case TENSOR -> Kind.TENSOR;
			case TENSORS -> Kind.TENSORS;
			case GRAPH -> Kind.GRAPH;
			case GRAPHS -> Kind.GRAPHS;
			case UNDEFINED -> kindByContent(attribute);
			default -> Kind.OTHER;
		};
	}

	/**
	 * The first files of the format had no field for the type.
	 */
	private static Kind kindByContent(AttributeProto attribute) {
		if (attribute.hasI()) {
			return Kind.INTEGER;
		}
		if (attribute.hasF()) {
			return Kind.REAL;
		}
		if (attribute.hasS()) {
			return Kind.STRING;
		}
		if (attribute.hasT()) {
			return Kind.TENSOR;
		}
		if (attribute.hasG()) {
			return Kind.GRAPH;
		}
		if (attribute.getIntsCount() > 0) {
			return Kind.INTEGERS;
		}
		if (attribute.getFloatsCount() > 0) {
			return Kind.REALS;
		}
		return (attribute.getStringsCount() > 0) ? Kind.STRINGS : Kind.OTHER;
	}

	private static ConstantTensor sparse(SparseTensorProto tensor) {
		return new ConstantTensor(ElementType.of(tensor.getValues().getDataType()), tensor.getDimsList(), null);
	}

	private static ConstantTensor tensor(TensorProto tensor) {
		ElementType type = ElementType.of(tensor.getDataType());
		return new ConstantTensor(type, tensor.getDimsList(), elements(tensor, type));
	}

	/**
	 * Return the elements, or nothing if their number is not what the dimensions say.
	 */
	private static @Nullable Object elements(TensorProto tensor, ElementType type) {
		long count = 1;
		for (long dimension : tensor.getDimsList()) {
			if (dimension < 0 || dimension > Integer.MAX_VALUE || count > Integer.MAX_VALUE) {
				return null;
			}
			count *= dimension;
		}
		boolean external = tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL || tensor.hasSegment();
		if (external || count > Integer.MAX_VALUE) {
			return null;
		}
		if (type == ElementType.STRING) {
			List<String> strings = tensor.getStringDataList().stream().map(ByteString::toStringUtf8).toList();
			return (strings.size() == count) ? strings : null;
		}
		if (type.isReal()) {
			double[] reals = tensor.hasRawData() ? rawReals(tensor.getRawData(), type) : typedReals(tensor, type);
			return (reals != null && reals.length == count) ? reals : null;
		}
		long[] integers = tensor.hasRawData() ? rawIntegers(tensor.getRawData(), type) : typedIntegers(tensor, type);
		return (integers != null && integers.length == count) ? integers : null;
	}

	private static double @Nullable [] typedReals(TensorProto tensor, ElementType type) {
		return switch (type) {
			case FLOAT -> tensor.getFloatDataList().stream().mapToDouble(Float::doubleValue).toArray();
			case DOUBLE -> tensor.getDoubleDataList().stream().mapToDouble(Double::doubleValue).toArray();
			default -> null;
		};
	}

	private static double @Nullable [] rawReals(ByteString raw, ElementType type) {
		ByteBuffer buffer = raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
		return switch (type) {
			case FLOAT -> Stream.generate(buffer::getFloat)
				.limit(raw.size() / Float.BYTES)
				.mapToDouble(Float::doubleValue)
				.toArray();
			case DOUBLE ->
				Stream.generate(buffer::getDouble).limit(raw.size() / Double.BYTES).mapToDouble((x) -> x).toArray();
			default -> null;
		};
	}

	private static long @Nullable [] typedIntegers(TensorProto tensor, ElementType type) {
		return switch (type) {
			case INT64 -> tensor.getInt64DataList().stream().mapToLong(Long::longValue).toArray();
			case UINT32, UINT64 -> tensor.getUint64DataList().stream().mapToLong(Long::longValue).toArray();
			case INT32, INT16, INT8, UINT16, UINT8, BOOL ->
				tensor.getInt32DataList().stream().mapToLong(Integer::longValue).toArray();
			default -> null;
		};
	}

	private static long @Nullable [] rawIntegers(ByteString raw, ElementType type) {
		int width = switch (type) {
			case INT64, UINT64 -> 8;
			case INT32, UINT32 -> 4;
			case INT16, UINT16 -> 2;
			case INT8, UINT8, BOOL -> 1;
			default -> 0;
		};
		if (width == 0) {
			return null;
		}
		ByteBuffer buffer = raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
		long[] elements = new long[raw.size() / width];
		for (int i = 0; i < elements.length; i++) {
			elements[i] = switch (type) {
				case INT64, UINT64 -> buffer.getLong();
				case INT32 -> buffer.getInt();
				case UINT32 -> Integer.toUnsignedLong(buffer.getInt());
				case INT16 -> buffer.getShort();
				case UINT16 -> Short.toUnsignedLong(buffer.getShort());
				case INT8 -> buffer.get();
				default -> Byte.toUnsignedLong(buffer.get());
			};
		}
		return elements;
	}

	private static List<Value> values(List<ValueInfoProto> values) {
		return values.stream().map((value) -> new Value(value.getName(), type(value.getType()))).toList();
	}

	private static Type type(TypeProto type) {
		return switch (type.getValueCase()) {
			case TENSOR_TYPE -> new Type.TensorType(ElementType.of(type.getTensorType().getElemType()),
					type.getTensorType().hasShape() ? dimensions(type.getTensorType().getShape()) : null);
			case SEQUENCE_TYPE -> new Type.SequenceType(type(type.getSequenceType().getElemType()));
			case MAP_TYPE -> new Type.MapType(ElementType.of(type.getMapType().getKeyType()),
					type(type.getMapType().getValueType()));
			case OPTIONAL_TYPE -> new Type.OptionalType(type(type.getOptionalType().getElemType()));
			default -> new Type.OtherType();
		};
	}

	private static List<Dimension> dimensions(TensorShapeProto shape) {
		return shape.getDimList()
			.stream()
			.map((dimension) -> new Dimension(
					(dimension.hasDimValue() && dimension.getDimValue() >= 0) ? dimension.getDimValue() : null,
					dimension.getDimParam()))
			.toList();
	}

}
