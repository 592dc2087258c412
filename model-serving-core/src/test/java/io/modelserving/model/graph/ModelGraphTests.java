package io.modelserving.model.graph;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.modelserving.model.graph.ModelGraph.Attribute;
import io.modelserving.model.graph.ModelGraph.Dimension;
import io.modelserving.model.graph.ModelGraph.Type.TensorType;
import io.modelserving.onnx.schema.AttributeProto;
import io.modelserving.onnx.schema.FunctionProto;
import io.modelserving.onnx.schema.GraphProto;
import io.modelserving.onnx.schema.ModelProto;
import io.modelserving.onnx.schema.NodeProto;
import io.modelserving.onnx.schema.OperatorSetIdProto;
import io.modelserving.onnx.schema.StringStringEntryProto;
import io.modelserving.onnx.schema.TensorProto;
import io.modelserving.onnx.schema.TensorShapeProto;
import io.modelserving.onnx.schema.TypeProto;
import io.modelserving.onnx.schema.ValueInfoProto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ModelGraphTests {

	@TempDir
	Path directory;

	@Test
	void whenFileIsAModelThenReadsItsGraph() throws IOException {
		NodeProto node = NodeProto.newBuilder()
			.setName("pick")
			.setOpType("Gather")
			.setDomain("ai.onnx")
			.addInput("table")
			.addInput("ids")
			.addOutput("y")
			.addAttribute(AttributeProto.newBuilder().setName("axis").setType(AttributeProto.AttributeType.INT).setI(1))
			.build();
		TensorProto table = TensorProto.newBuilder()
			.setName("table")
			.setDataType(1)
			.addDims(2)
			.addDims(1)
			.addFloatData(0.5f)
			.addFloatData(-2)
			.build();
		ModelGraph model = read(GraphProto.newBuilder()
			.addNode(node)
			.addInitializer(table)
			.addInput(input("ids", 7, dimension("batch"), dimension(3), dimension(""))));
		assertThat(model.operatorSets()).isEqualTo(Map.of("", 17L));
		assertThat(model.graph().nodes()).singleElement().satisfies((read) -> {
			assertThat(read.name()).isEqualTo("pick");
			assertThat(read.domain()).isEmpty();
			assertThat(read.inputs()).containsExactly("table", "ids");
			assertThat(read.attributes().get("axis").integers()).containsExactly(1L);
		});
		assertThat(model.graph().initializers().get("table").reals()).containsExactly(0.5, -2.0);
		assertThat(model.graph().inputs().get(0).type()).isEqualTo(new TensorType(ElementType.INT64,
				List.of(new Dimension(null, "batch"), new Dimension(3L, ""), new Dimension(null, ""))));
	}

	@Test
	void whenTensorIsLargeThenItsElementsAreLeftInTheFile() throws IOException {
		TensorProto small = TensorProto.newBuilder()
			.setName("small")
			.setDataType(7)
			.addDims(2)
			.setRawData(ByteString.copyFrom(new byte[] { 3, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1 }))
			.build();
		TensorProto raw = TensorProto.newBuilder()
			.setName("raw")
			.setDataType(1)
			.addDims(100_000)
			.setRawData(ByteString.copyFrom(new byte[400_000]))
			.build();
		TensorProto.Builder packed = TensorProto.newBuilder().setName("packed").setDataType(1).addDims(100_000);
		TensorProto.Builder strings = TensorProto.newBuilder().setName("strings").setDataType(8).addDims(100_000);
		for (int i = 0; i < 100_000; i++) {
			packed.addFloatData(i);
			strings.addStringData(ByteString.copyFromUtf8("s" + i));
		}
		ModelGraph model = read(GraphProto.newBuilder()
			.addInitializer(small)
			.addInitializer(raw)
			.addInitializer(packed)
			.addInitializer(strings));
		Map<String, ConstantTensor> tensors = model.graph().initializers();
		assertThat(tensors.get("small").integers()).containsExactly(3L, -1L);
		assertThat(tensors.get("raw").dimensions()).containsExactly(100_000L);
		assertThat(List.of("raw", "packed", "strings")).allSatisfy((name) -> {
			ConstantTensor tensor = tensors.get(name);
			assertThat(tensor.integers()).isNull();
			assertThat(tensor.reals()).isNull();
			assertThat(tensor.strings()).isNull();
		});
	}

	@Test
	void whenAttributeIsLongThenItIsLeftOutAndSaysSo() throws IOException {
		AttributeProto.Builder ids = AttributeProto.newBuilder()
			.setName("ids")
			.setType(AttributeProto.AttributeType.INTS);
		for (int i = 0; i < 100_000; i++) {
			ids.addInts(i);
		}
		AttributeProto modes = AttributeProto.newBuilder()
			.setName("modes")
			.setType(AttributeProto.AttributeType.STRINGS)
			.addStrings(ByteString.copyFromUtf8("LEAF"))
			.build();
		ModelGraph model = read(
				GraphProto.newBuilder().addNode(NodeProto.newBuilder().addAttribute(ids).addAttribute(modes)));
		Map<String, Attribute> attributes = model.graph().nodes().get(0).attributes();
		assertThat(attributes.get("ids").complete()).isFalse();
		assertThat(attributes.get("ids").integers()).isEmpty();
		assertThat(attributes.get("modes").complete()).isTrue();
		assertThat(attributes.get("modes").strings()).containsExactly("LEAF");
	}

	@Test
	void whenElementsAreExternalThenTheirFileIsNotOpened() throws IOException {
		TensorProto tensor = TensorProto.newBuilder()
			.setName("w")
			.setDataType(1)
			.addDims(1)
			.setDataLocation(TensorProto.DataLocation.EXTERNAL)
			.addExternalData(StringStringEntryProto.newBuilder().setKey("location").setValue("/dev/zero"))
			.build();
		ConstantTensor read = read(GraphProto.newBuilder().addInitializer(tensor)).graph().initializers().get("w");
		assertThat(read.dimensions()).containsExactly(1L);
		assertThat(read.reals()).isNull();
	}

	@Test
	void whenModelDefinesFunctionsThenTheyAreRead() throws IOException {
		FunctionProto function = FunctionProto.newBuilder()
			.setName("twice")
			.setDomain("mine")
			.addInput("x")
			.addOutput("y")
			.addNode(NodeProto.newBuilder().setOpType("Add").addInput("x").addInput("x").addOutput("y"))
			.addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(18))
			.build();
		ModelProto model = ModelProto.newBuilder().setGraph(GraphProto.newBuilder()).addFunctions(function).build();
		assertThat(read(model.toByteArray()).functions()).singleElement().satisfies((read) -> {
			assertThat(read.name()).isEqualTo("twice");
			assertThat(read.operatorSets()).isEqualTo(Map.of("", 18L));
			assertThat(read.nodes()).singleElement().matches((node) -> node.operator().equals("Add"));
		});
	}

	@Test
	void whenFileIsNoModelThenSaysWhy() {
		assertFails(new byte[0], "no graph");
		assertFails("<html><body>not found</body></html>".getBytes(StandardCharsets.UTF_8), "");
		assertFails("version https://git-lfs.github.com/spec/v1".getBytes(StandardCharsets.UTF_8), "");
	}

	@Test
	void whenFileIsCutOffAnywhereThenFailsWithoutAnError() {
		byte[] whole = ModelProto.newBuilder()
			.setGraph(GraphProto.newBuilder()
				.addInitializer(TensorProto.newBuilder()
					.setName("w")
					.addDims(4)
					.setRawData(ByteString.copyFrom(new byte[200]))))
			.build()
			.toByteArray();
		for (int length = 1; length < whole.length; length++) {
			assertFails(Arrays.copyOf(whole, length), "");
		}
	}

	@Test
	void whenGraphIsNestedTooDeeplyThenSaysSo() {
		GraphProto graph = GraphProto.getDefaultInstance();
		for (int i = 0; i < 40; i++) {
			graph = GraphProto.newBuilder()
				.addNode(NodeProto.newBuilder().addAttribute(AttributeProto.newBuilder().setG(graph)))
				.build();
		}
		assertFails(ModelProto.newBuilder().setGraph(graph).build().toByteArray(), "nested");
	}

	@Test
	void whenGraphIsTooLargeWithoutWeightsThenSaysSo() {
		GraphProto.Builder graph = GraphProto.newBuilder();
		NodeProto node = NodeProto.newBuilder().setName("x".repeat(1024 * 1024)).build();
		for (int i = 0; i < 65; i++) {
			graph.addNode(node);
		}
		assertFails(ModelProto.newBuilder().setGraph(graph).build().toByteArray(), "larger than 64 MiB");
	}

	@Test
	void whenBytesAreRandomThenFailsOrReadsWithoutAnError() {
		Random random = new Random(7);
		byte[] whole = ModelProto.newBuilder()
			.setGraph(GraphProto.newBuilder()
				.addNode(NodeProto.newBuilder().setOpType("Relu").addInput("x").addOutput("y"))
				.addInput(input("x", 1, dimension("n"))))
			.build()
			.toByteArray();
		for (int i = 0; i < 5_000; i++) {
			byte[] bytes = whole.clone();
			for (int k = 0; k < 3; k++) {
				bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
			}
			try {
				read(bytes);
			}
			catch (IOException ex) {
				assertThat(ex).hasMessageMatching("(?s).+");
			}
		}
	}

	private void assertFails(byte[] bytes, String message) {
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> read(bytes)).withMessageContaining(message);
	}

	private ModelGraph read(GraphProto.Builder graph) throws IOException {
		Path file = this.directory.resolve("model.onnx");
		Files.write(file,
				ModelProto.newBuilder()
					.setGraph(graph)
					.addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
					.build()
					.toByteArray());
		return ModelGraph.read(file);
	}

	private static ModelGraph read(byte[] bytes) throws IOException {
		return GraphReader.read(new ByteArrayInputStream(bytes));
	}

	private static ValueInfoProto input(String name, int type, TensorShapeProto.Dimension... dimensions) {
		return ValueInfoProto.newBuilder()
			.setName(name)
			.setType(TypeProto.newBuilder()
				.setTensorType(TypeProto.Tensor.newBuilder()
					.setElemType(type)
					.setShape(TensorShapeProto.newBuilder().addAllDim(List.of(dimensions)))))
			.build();
	}

	private static TensorShapeProto.Dimension dimension(String name) {
		return TensorShapeProto.Dimension.newBuilder().setDimParam(name).build();
	}

	private static TensorShapeProto.Dimension dimension(long size) {
		return TensorShapeProto.Dimension.newBuilder().setDimValue(size).build();
	}

}
