package io.modelserving.model.graph;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SortedSet;
import java.util.function.Function;
import java.util.stream.Stream;

import com.google.protobuf.ByteString;
import io.modelserving.onnx.schema.AttributeProto;
import io.modelserving.onnx.schema.FunctionProto;
import io.modelserving.onnx.schema.GraphProto;
import io.modelserving.onnx.schema.ModelProto;
import io.modelserving.onnx.schema.NodeProto;
import io.modelserving.onnx.schema.SparseTensorProto;
import io.modelserving.onnx.schema.StringStringEntryProto;
import io.modelserving.onnx.schema.TensorProto;
import org.junit.jupiter.api.Test;
import com.google.protobuf.UnknownFieldSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ExternalData}.
 */
class ExternalDataTests {

	private static final TensorProto TENSOR = tensorIn("weights.bin");

	@ParameterizedTest
	@MethodSource
	void whereverATensorIsThenItsFileIsFound(ModelProto.Builder model) {
		assertThat(locations(model.build().toByteArray())).containsExactly("weights.bin");
	}

	@ParameterizedTest
	@MethodSource("whereverATensorIsThenItsFileIsFound")
	void whereverATensorIsThenItsFileIsExchangedAndNothingElse(ModelProto.Builder model, @TempDir Path directory)
			throws IOException {
		UnknownFieldSet unknown = UnknownFieldSet.newBuilder()
			.addField(999, UnknownFieldSet.Field.newBuilder().addVarint(7).build())
			.build();
		byte[] before = model.setUnknownFields(unknown).build().toByteArray();
		Path file = Files.write(directory.resolve("model.onnx"), before);
		byte[] after = ExternalData.relocate(file, (name) -> "ab/" + name);
		assertThat(locations(after)).containsExactly("ab/weights.bin");
		assertThat(ExternalData.relocate(Files.write(file, after), (name) -> name.substring(3))).isEqualTo(before);
	}

	static Stream<ModelProto.Builder> whereverATensorIsThenItsFileIsFound() {
		SparseTensorProto sparse = SparseTensorProto.newBuilder().setValues(TENSOR).build();
		SparseTensorProto indices = SparseTensorProto.newBuilder().setIndices(TENSOR).build();
		GraphProto inner = GraphProto.newBuilder().addInitializer(TENSOR).build();
		Stream<AttributeProto.Builder> attributes = Stream.of(AttributeProto.newBuilder().setT(TENSOR),
				AttributeProto.newBuilder().addTensors(TENSOR), AttributeProto.newBuilder().setSparseTensor(sparse),
				AttributeProto.newBuilder().addSparseTensors(indices), AttributeProto.newBuilder().setG(inner),
				AttributeProto.newBuilder().addGraphs(inner));
		Function<NodeProto.Builder, ModelProto.Builder> inGraph = (node) -> model(
				GraphProto.newBuilder().addNode(node));
		return Stream.concat(
				Stream
					.of(model(GraphProto.newBuilder().addInitializer(TENSOR)),
							model(GraphProto.newBuilder().addSparseInitializer(sparse)),
							model(GraphProto.newBuilder().addSparseInitializer(indices)),
							ModelProto.newBuilder()
								.addFunctions(FunctionProto.newBuilder()
									.addNode(NodeProto.newBuilder()
										.addAttribute(AttributeProto.newBuilder().setT(TENSOR)))),
							ModelProto.newBuilder()
								.addFunctions(FunctionProto.newBuilder()
									.addAttributeProto(AttributeProto.newBuilder().setT(TENSOR)))),
				attributes.map((attribute) -> inGraph.apply(NodeProto.newBuilder().addAttribute(attribute))));
	}

	@Test
	void whenSeveralTensorsAreInOneFileThenItIsThereOnce() {
		ModelProto.Builder model = model(GraphProto.newBuilder()
			.addInitializer(tensorIn("b"))
			.addInitializer(tensorIn("a"))
			.addInitializer(tensorIn("b")));
		assertThat(locations(model.build().toByteArray())).containsExactly("a", "b");
	}

	@Test
	void whenTensorsHoldTheirElementsThenNoneOfThemIsKept() {
		TensorProto large = TensorProto.newBuilder().setRawData(ByteString.copyFrom(new byte[200_000])).build();
		GraphProto.Builder graph = GraphProto.newBuilder();
		for (int i = 0; i < 400; i++) {
			graph.addInitializer(large);
		}
		assertThat(locations(model(graph.addInitializer(TENSOR)).build().toByteArray())).containsExactly("weights.bin");
	}

	@Test
	void whenTheFileBreaksOffThenItIsRejectedWhereverItDoes() {
		byte[] model = model(GraphProto.newBuilder().addInitializer(TENSOR)).build().toByteArray();
		for (int length = 1; length < model.length; length++) {
			byte[] part = Arrays.copyOf(model, length);
			assertThatIllegalArgumentException().isThrownBy(() -> locations(part));
		}
	}

	@Test
	void whenMessagesAreInsideOfEachOtherWithoutEndThenTheFileIsRejected() {
		GraphProto.Builder graph = GraphProto.newBuilder().setName("innermost");
		for (int i = 0; i < 200; i++) {
			graph = GraphProto.newBuilder()
				.addNode(NodeProto.newBuilder().addAttribute(AttributeProto.newBuilder().setG(graph)));
		}
		byte[] deep = model(graph).build().toByteArray();
		assertThatIllegalArgumentException().isThrownBy(() -> locations(deep))
			.withMessageContaining("nested more than");
	}

	@Test
	void whenTheFileIsInTheRuntimesOwnFormatThenThereIsNoExternalData() {
		assertThat(locations("\u0001\u0002\u0003\u0004ORTM and more".getBytes(StandardCharsets.US_ASCII))).isEmpty();
	}

	private static SortedSet<String> locations(byte[] model) {
		try {
			return ExternalData.locations(new ByteArrayInputStream(model));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static ModelProto.Builder model(GraphProto.Builder graph) {
		return ModelProto.newBuilder().setGraph(graph);
	}

	private static TensorProto tensorIn(String file) {
		return TensorProto.newBuilder()
			.setName("weight")
			.setDataLocation(TensorProto.DataLocation.EXTERNAL)
			.addExternalData(StringStringEntryProto.newBuilder().setKey("offset").setValue("0"))
			.addExternalData(StringStringEntryProto.newBuilder().setKey("location").setValue(file))
			.build();
	}

}
