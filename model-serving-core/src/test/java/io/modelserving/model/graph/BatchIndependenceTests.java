package io.modelserving.model.graph;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.modelserving.model.graph.RowIndependence.Mixes;
import io.modelserving.model.graph.RowIndependence.Proven;
import io.modelserving.model.graph.RowIndependence.Unknown;

import io.modelserving.onnx.schema.AttributeProto;
import io.modelserving.onnx.schema.FunctionProto;
import io.modelserving.onnx.schema.ModelProto;
import io.modelserving.onnx.schema.NodeProto;
import io.modelserving.onnx.schema.OperatorSetIdProto;

import static org.assertj.core.api.Assertions.assertThat;

class BatchIndependenceTests {

	@ParameterizedTest
	@ValueSource(strings = { "bert-classifier", "bert-classifier-dynamo", "clip-text", "crnn", "gradient-boosting",
			"gru", "lstm", "random-forest", "random-forest-zipmap", "resnet", "resnet-dynamo", "tabular-pipeline",
			"text-pipeline", "u-net", "vit", "yolo" })
	void whenModelIsAUsualExportThenItsRowsAreProvenIndependent(String name) throws IOException {
		GraphAnalysis analysis = export(name);
		assertThat(analysis.rowIndependence()).isEqualTo(new Proven());
		assertThat(analysis.inputBatchAxes().values()).isNotEmpty().containsOnly(0);
		assertThat(analysis.outputBatchAxes().values()).isNotEmpty().containsOnly(0);
	}

	@Test
	void whenBatchIsNotTheFirstDimensionThenSaysWhere() throws IOException {
		GraphAnalysis timeMajor = export("crnn-time-major");
		assertThat(timeMajor.rowIndependence()).isInstanceOf(Proven.class);
		assertThat(timeMajor.outputBatchAxes()).isEqualTo(Map.of("y", 1));
		GraphAnalysis stateful = export("stateful-lstm");
		assertThat(stateful.rowIndependence()).isInstanceOf(Proven.class);
		assertThat(stateful.inputBatchAxes()).isEqualTo(Map.of("x", 0, "h", 1, "c", 1));
		assertThat(stateful.outputBatchAxes()).isEqualTo(Map.of("p", 0, "hn", 1, "cn", 1));
	}

	@ParameterizedTest
	@CsvSource({ "autoscale, mx, ReduceMax", "length-regulator, nz, NonZero", "nms, dets, NonMaxSuppression",
			"loop, k, ReduceMax" })
	void whenNodeMixesRowsThenNamesIt(String name, String node, String operator) throws IOException {
		RowIndependence verdict = analysis("/cases/" + name + ".onnx").rowIndependence();
		assertThat(verdict).isInstanceOfSatisfying(Mixes.class, (mixes) -> {
			assertThat(mixes.node()).isEqualTo(node);
			assertThat(mixes.operator()).isEqualTo(operator);
			assertThat(mixes.describe()).startsWith("mixes at node %s (%s): ".formatted(node, operator));
		});
	}

	@Test
	void whenDetectorPicksBoxesAcrossTheBatchThenItMixes() throws IOException {
		assertThat(export("yolo-nms").rowIndependence()).isInstanceOf(Mixes.class);
	}

	@ParameterizedTest
	@ValueSource(strings = { "audio", "careless-names", "default-input", "echo-text", "integer-division", "lookup",
			"picture", "unknown-rank" })
	void whenCaseIsOrdinaryThenItsRowsAreProvenIndependent(String name) throws IOException {
		assertThat(analysis("/cases/" + name + ".onnx").rowIndependence()).isEqualTo(new Proven());
	}

	@ParameterizedTest
	@CsvSource({ "matmul, b", "graph, nodes" })
	void whenInputsAreUnrelatedThenOneCarriesNoBatch(String name, String input) throws IOException {
		GraphAnalysis analysis = analysis("/cases/" + name + ".onnx");
		assertThat(analysis.rowIndependence().describe())
			.contains("the input \"%s\" carries no batch".formatted(input));
		assertThat(analysis.inputBatchAxes()).doesNotContainKey(input);
	}

	@Test
	void whenOutputHasTheBatchInAnotherPlaceThenSaysWhere() throws IOException {
		assertThat(analysis("/cases/transpose.onnx").outputBatchAxes()).isEqualTo(Map.of("y", 1));
	}

	@Test
	void whenNoInputCanCarryABatchThenSaysSo() throws IOException {
		assertThat(analysis("/cases/expand.onnx").rowIndependence().describe())
			.isEqualTo("unknown: no input has a dimension that can carry a batch");
	}

	@Test
	void whenOperatorIsNotKnownThenNamesIt() {
		ModelGraph model = ModelBuilder.model()
			.input("x", ElementType.FLOAT, "batch", 4)
			.output("y", ElementType.FLOAT, "batch", 4)
			.node("my.domain:Mystery", "x", "y")
			.build();
		assertThat(GraphAnalysis.of(model).rowIndependence())
			.isEqualTo(new Unknown("y", "Mystery", "the operator is not known"));
	}

	@Test
	void whenMixingNodeReachesNoOutputThenItDoesNotMatter() {
		ModelGraph model = ModelBuilder.model()
			.input("x", ElementType.FLOAT, "batch", 4)
			.output("y", ElementType.FLOAT, "batch", 4)
			.node("ReduceMax", "x", "unused", "keepdims", 0)
			.node("Relu", "x", "y")
			.build();
		assertThat(GraphAnalysis.of(model).rowIndependence()).isEqualTo(new Proven());
	}

	@Test
	void whenNodeThatReachesNoOutputMayNotRunThenThatIsNotProven() {
		ModelGraph model = ModelBuilder.model()
			.input("x", ElementType.FLOAT, "batch", 4)
			.output("y", ElementType.FLOAT, "batch", 4)
			.reals("c", new long[] { 2, 4 }, 1)
			.node("Add", "x c", "unused")
			.node("Relu", "x", "y")
			.build();
		assertThat(GraphAnalysis.of(model).rowIndependence()).isInstanceOfSatisfying(Unknown.class,
				(unknown) -> assertThat(unknown.node()).isEqualTo("unused"));
	}

	@Test
	void whenNodesAreNotInTheirOrderThenTheyAreSorted() {
		ModelGraph model = ModelBuilder.model()
			.input("x", ElementType.FLOAT, "batch", 4)
			.output("y", ElementType.FLOAT, "batch", 4)
			.node("Relu", "a", "y")
			.node("Neg", "x", "a")
			.build();
		assertThat(GraphAnalysis.of(model).rowIndependence()).isEqualTo(new Proven());
	}

	@Test
	void whenNodesFormACycleThenNothingIsKnown() {
		ModelGraph model = ModelBuilder.model()
			.input("x", ElementType.FLOAT, "batch", 4)
			.output("y", ElementType.FLOAT, "batch", 4)
			.node("Add", "x b", "a")
			.node("Neg", "a", "b")
			.node("Relu", "a", "y")
			.build();
		assertThat(GraphAnalysis.of(model).rowIndependence()).isInstanceOf(Unknown.class);
	}

	@Test
	void whenModelDefinesAFunctionThenItsNodesAreTraced() {
		assertThat(analysisWithFunction(1).rowIndependence()).isEqualTo(new Proven());
		assertThat(analysisWithFunction(0).rowIndependence())
			.isEqualTo(new Mixes("out", "Softmax", "it looks along the batch"));
	}

	/**
	 * Analyze a model that calls a function, which takes the axis as an attribute and has
	 * an input that the model leaves out.
	 */
	private static GraphAnalysis analysisWithFunction(long axis) {
		NodeProto softmax = NodeProto.newBuilder()
			.setOpType("Softmax")
			.addInput("in")
			.addOutput("out")
			.addAttribute(AttributeProto.newBuilder()
				.setName("axis")
				.setRefAttrName("along")
				.setType(AttributeProto.AttributeType.INT))
			.build();
		FunctionProto function = FunctionProto.newBuilder()
			.setName("Squash")
			.setDomain("mine")
			.addInput("in")
			.addInput("unused")
			.addOutput("out")
			.addAttribute("along")
			.addNode(softmax)
			.addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
			.build();
		ModelProto model = ModelBuilder.model()
			.input("x", ElementType.FLOAT, "batch", 4)
			.output("y", ElementType.FLOAT, "batch", 4)
			.node("mine:Squash", "x", "y", "along", axis)
			.proto()
			.toBuilder()
			.addFunctions(function)
			.build();
		return GraphAnalysis.of(GraphMapper.map(model));
	}

	@Test
	void whenFunctionCallsItselfThenNothingIsKnown() {
		FunctionProto function = FunctionProto.newBuilder()
			.setName("Again")
			.setDomain("mine")
			.addInput("in")
			.addOutput("out")
			.addNode(NodeProto.newBuilder().setOpType("Again").setDomain("mine").addInput("in").addOutput("out"))
			.build();
		ModelProto model = ModelBuilder.model()
			.input("x", ElementType.FLOAT, "batch", 4)
			.output("y", ElementType.FLOAT, "batch", 4)
			.node("mine:Again", "x", "y")
			.proto()
			.toBuilder()
			.addFunctions(function)
			.build();
		assertThat(GraphAnalysis.of(GraphMapper.map(model)).rowIndependence().describe()).contains("nested too deeply");
	}

	@Test
	void whenFormatIsOldThenConstantsAmongTheInputsAreConstants() {
		ModelBuilder builder = ModelBuilder.model()
			.input("x", ElementType.FLOAT, "batch", 4)
			.input("shape", ElementType.INT64, 2)
			.output("y", ElementType.FLOAT, "batch", 4)
			.integers("shape", -1, 4)
			.node("Reshape", "x shape", "y");
		GraphAnalysis old = GraphAnalysis.of(GraphMapper.map(builder.proto().toBuilder().setIrVersion(3).build()));
		assertThat(old.rowIndependence()).isEqualTo(new Proven());
		GraphAnalysis present = GraphAnalysis.of(builder.build());
		assertThat(present.rowIndependence()).isInstanceOf(Unknown.class);
	}

	@Test
	void whenBranchDrawsRandomNumbersThenNothingIsKnown() {
		ModelBuilder random = ModelBuilder.model()
			.output("n", ElementType.FLOAT)
			.node("RandomNormal", "", "n", "shape", new long[] { 4 });
		ModelBuilder model = ModelBuilder.model()
			.input("x", ElementType.FLOAT, "batch", 4)
			.output("y", ElementType.FLOAT)
			.constant("c", ElementType.BOOL, new long[0], 1)
			.node("If", "c", "r", "then_branch", random, "else_branch", random)
			.node("Add", "x r", "y");
		assertThat(GraphAnalysis.of(model.build()).rowIndependence()).isInstanceOf(Unknown.class);
	}

	@Test
	void whenGraphIsDeepThenItIsTracedWithoutRecursion() {
		ModelBuilder model = ModelBuilder.model()
			.input("v0", ElementType.FLOAT, "batch", 4)
			.output("v20000", ElementType.FLOAT);
		for (int i = 20_000; i > 0; i--) {
			model.node("Relu", "v" + (i - 1), "v" + i);
		}
		assertThat(GraphAnalysis.of(model.build()).rowIndependence()).isEqualTo(new Proven());
	}

	private static GraphAnalysis export(String name) throws IOException {
		return analysis("/io/modelserving/model/graph/exports/" + name + ".onnx");
	}

	private static GraphAnalysis analysis(String resource) throws IOException {
		return GraphAnalysis.of(ModelGraph.read(Path.of(BatchIndependenceTests.class.getResource(resource).getPath())));
	}

}
