package io.modelserving.model.graph;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.google.protobuf.ByteString;

import io.modelserving.onnx.schema.AttributeProto;
import io.modelserving.onnx.schema.AttributeProto.AttributeType;
import io.modelserving.onnx.schema.FunctionProto;
import io.modelserving.onnx.schema.GraphProto;
import io.modelserving.onnx.schema.ModelProto;
import io.modelserving.onnx.schema.NodeProto;
import io.modelserving.onnx.schema.OperatorSetIdProto;
import io.modelserving.onnx.schema.TensorProto;
import io.modelserving.onnx.schema.TensorShapeProto;
import io.modelserving.onnx.schema.TypeProto;
import io.modelserving.onnx.schema.ValueInfoProto;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.StringTensor;
import io.modelserving.tensor.Tensor;

/**
 * Builds small models in the ONNX format, as files or as graphs.
 */
public final class ModelBuilder {

	private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");

	private final List<FunctionProto> functions = new ArrayList<>();

	private long operatorSet = 17;

	public static ModelBuilder model() {
		return new ModelBuilder();
	}

	public ModelBuilder operatorSet(long version) {
		this.operatorSet = version;
		return this;
	}

	/**
	 * Add an input.
	 * @param dimensions numbers for fixed sizes, names for others
	 */
	public ModelBuilder input(String name, ElementType type, Object... dimensions) {
		this.graph.addInput(value(name, type, dimensions));
		return this;
	}

	public ModelBuilder output(String name, ElementType type, Object... dimensions) {
		this.graph.addOutput(value(name, type, dimensions));
		return this;
	}

	/** Add an output whose shape is not declared. */
	public ModelBuilder output(String name, ElementType type) {
		this.graph.addOutput(anyShape(name, type));
		return this;
	}

	/** Add an input whose shape is not declared. */
	public ModelBuilder inputOfAnyShape(String name, ElementType type) {
		this.graph.addInput(anyShape(name, type));
		return this;
	}

	private static ValueInfoProto.Builder anyShape(String name, ElementType type) {
		return ValueInfoProto.newBuilder()
			.setName(name)
			.setType(TypeProto.newBuilder().setTensorType(TypeProto.Tensor.newBuilder().setElemType(type.ordinal())));
	}

	private static ValueInfoProto value(String name, ElementType type, Object... dimensions) {
		TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
		for (Object dimension : dimensions) {
			TensorShapeProto.Dimension.Builder added = shape.addDimBuilder();
			if (dimension instanceof Number size) {
				added.setDimValue(size.longValue());
			}
			else {
				added.setDimParam((String) dimension);
			}
		}
		return ValueInfoProto.newBuilder()
			.setName(name)
			.setType(TypeProto.newBuilder()
				.setTensorType(TypeProto.Tensor.newBuilder().setElemType(type.ordinal()).setShape(shape)))
			.build();
	}

	/** Add a list of integers. */
	public ModelBuilder integers(String name, long... values) {
		return integers(name, new long[] { values.length }, values);
	}

	/** Add a single integer without dimensions. */
	public ModelBuilder integer(String name, long value) {
		return integers(name, new long[0], new long[] { value });
	}

	private ModelBuilder integers(String name, long[] dimensions, long[] values) {
		TensorProto.Builder tensor = tensor(name, ElementType.INT64, dimensions);
		Arrays.stream(values).forEach(tensor::addInt64Data);
		this.graph.addInitializer(tensor);
		return this;
	}

	/** Add a tensor of numbers that repeat. */
	public ModelBuilder reals(String name, long[] dimensions, double... values) {
		TensorProto.Builder tensor = tensor(name, ElementType.FLOAT, dimensions);
		long count = Arrays.stream(dimensions).reduce(1, (one, other) -> one * other);
		for (int i = 0; i < count; i++) {
			tensor.addFloatData((float) values[i % values.length]);
		}
		this.graph.addInitializer(tensor);
		return this;
	}

	/** Add a tensor of small numbers of any type that repeat. */
	public ModelBuilder constant(String name, ElementType type, long[] dimensions, int... values) {
		TensorProto.Builder tensor = tensor(name, type, dimensions);
		long count = Arrays.stream(dimensions).reduce(1, (one, other) -> one * other);
		for (int i = 0; i < count; i++) {
			int value = values[i % values.length];
			switch (type) {
				case FLOAT -> tensor.addFloatData(value);
				case INT64 -> tensor.addInt64Data(value);
				default -> tensor.addInt32Data(value);
			}
		}
		this.graph.addInitializer(tensor);
		return this;
	}

	/** Add a tensor, or put it in the place of that of the same name. */
	public ModelBuilder initializer(String name, ElementType type, Tensor value) {
		TensorProto.Builder tensor = tensor(name, type, value.shape().toArray());
		if (value instanceof NumericTensor numbers) {
			tensor.setRawData(ByteString.copyFrom(numbers.data()));
		}
		else {
			((StringTensor) value).elements().forEach((text) -> tensor.addStringData(ByteString.copyFromUtf8(text)));
		}
		List<TensorProto> others = this.graph.getInitializerList()
			.stream()
			.filter((other) -> !other.getName().equals(name))
			.toList();
		this.graph.clearInitializer().addAllInitializer(others).addInitializer(tensor);
		return this;
	}

	/**
	 * Add a function of the domain {@code test}.
	 * @param inputs the names of its inputs, separated by blanks
	 * @param outputs the names of its outputs, separated by blanks
	 * @param body its nodes
	 */
	public ModelBuilder function(String name, String inputs, String outputs, ModelBuilder body) {
		this.functions.add(FunctionProto.newBuilder()
			.setName(name)
			.setDomain("test")
			.addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(this.operatorSet))
			.addAllInput(Arrays.asList(inputs.split(" ")))
			.addAllOutput(Arrays.asList(outputs.split(" ")))
			.addAllNode(body.graph.getNodeList())
			.build());
		return this;
	}

	/** Add a list of texts. */
	public ModelBuilder texts(String name, String... values) {
		TensorProto.Builder tensor = tensor(name, ElementType.STRING, values.length);
		Arrays.stream(values).forEach((value) -> tensor.addStringData(ByteString.copyFromUtf8(value)));
		this.graph.addInitializer(tensor);
		return this;
	}

	private static TensorProto.Builder tensor(String name, ElementType type, long... dimensions) {
		TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(type.ordinal());
		Arrays.stream(dimensions).forEach(tensor::addDims);
		return tensor;
	}

	/**
	 * Add a node with one output.
	 * @param operator the operator, behind the domain and a {@code :} if it is not ONNX's
	 * @param inputs the names of the inputs, separated by blanks; {@code -} stands for
	 * one that is left out
	 * @param output the names of the outputs, separated by blanks
	 * @param attributes names and values in turn
	 */
	public ModelBuilder node(String operator, String inputs, String output, Object... attributes) {
		int colon = operator.indexOf(':');
		NodeProto.Builder node = NodeProto.newBuilder().setOpType(operator.substring(colon + 1));
		if (colon > 0) {
			node.setDomain(operator.substring(0, colon));
		}
		Arrays.stream(inputs.split(" "))
			.filter((input) -> !input.isEmpty())
			.forEach((input) -> node.addInput(input.equals("-") ? "" : input));
		Arrays.stream(output.split(" ")).forEach(node::addOutput);
		for (int i = 0; i < attributes.length; i += 2) {
			node.addAttribute(attribute((String) attributes[i], attributes[i + 1]));
		}
		this.graph.addNode(node);
		return this;
	}

	private static AttributeProto attribute(String name, Object value) {
		AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
		if (value instanceof Integer || value instanceof Long) {
			attribute.setType(AttributeType.INT).setI(((Number) value).longValue());
		}
		else if (value instanceof Number real) {
			attribute.setType(AttributeType.FLOAT).setF(real.floatValue());
		}
		else if (value instanceof String text) {
			attribute.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(text));
		}
		else if (value instanceof long[] integers) {
			attribute.setType(AttributeType.INTS);
			Arrays.stream(integers).forEach(attribute::addInts);
		}
		else if (value instanceof double[] reals) {
			attribute.setType(AttributeType.FLOATS);
			Arrays.stream(reals).forEach((real) -> attribute.addFloats((float) real));
		}
		else if (value instanceof String[] texts) {
			attribute.setType(AttributeType.STRINGS);
			Arrays.stream(texts).forEach((text) -> attribute.addStrings(ByteString.copyFromUtf8(text)));
		}
		else if (value instanceof ModelBuilder inner) {
			attribute.setType(AttributeType.GRAPH).setG(inner.graph);
		}
		else {
			throw new IllegalArgumentException("no attribute is of " + value.getClass());
		}
		return attribute.build();
	}

	public ModelProto proto() {
		return ModelProto.newBuilder()
			.setIrVersion(8)
			.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(this.operatorSet))
			.addAllOpsetImport(List.of(OperatorSetIdProto.newBuilder().setDomain("ai.onnx.ml").setVersion(3).build(),
					OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1).build(),
					OperatorSetIdProto.newBuilder().setDomain("test").setVersion(1).build()))
			.addAllFunctions(this.functions)
			.setGraph(this.graph)
			.build();
	}

	public ModelGraph build() {
		return GraphMapper.map(proto());
	}

	/**
	 * Write the model to a file.
	 * @return the file
	 */
	public Path write(Path file) {
		try {
			return Files.write(file, proto().toByteArray());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
