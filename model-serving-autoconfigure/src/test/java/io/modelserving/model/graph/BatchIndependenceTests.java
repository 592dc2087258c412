package io.modelserving.model.graph;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.modelserving.model.graph.BatchVerdict.Mixes;
import io.modelserving.model.graph.BatchVerdict.Proven;
import io.modelserving.model.graph.BatchVerdict.Unknown;

import static org.assertj.core.api.Assertions.assertThat;

class BatchIndependenceTests {

	@ParameterizedTest
	@ValueSource(strings = { "bert-classifier", "bert-classifier-dynamo", "clip-text", "crnn", "gradient-boosting",
			"gru", "lstm", "random-forest", "random-forest-zipmap", "resnet", "resnet-dynamo", "tabular-pipeline",
			"text-pipeline", "u-net", "vit", "yolo" })
	void whenModelIsAUsualExportThenItsRowsAreProvenIndependent(String name) throws IOException {
		GraphAnalysis analysis = export(name);
		assertThat(analysis.verdict()).isEqualTo(new Proven());
		assertThat(analysis.inputBatchAxes().values()).isNotEmpty().containsOnly(0);
		assertThat(analysis.outputBatchAxes().values()).isNotEmpty().containsOnly(0);
	}

	@Test
	void whenBatchIsNotTheFirstDimensionThenSaysWhere() throws IOException {
		GraphAnalysis timeMajor = export("crnn-time-major");
		assertThat(timeMajor.verdict()).isInstanceOf(Proven.class);
		assertThat(timeMajor.outputBatchAxes()).isEqualTo(Map.of("y", 1));
		GraphAnalysis stateful = export("stateful-lstm");
		assertThat(stateful.verdict()).isInstanceOf(Proven.class);
		assertThat(stateful.inputBatchAxes()).isEqualTo(Map.of("x", 0, "h", 1, "c", 1));
		assertThat(stateful.outputBatchAxes()).isEqualTo(Map.of("p", 0, "hn", 1, "cn", 1));
	}

	@ParameterizedTest
	@CsvSource({ "autoscale, mx, ReduceMax", "length-regulator, nz, NonZero", "nms, dets, NonMaxSuppression",
			"loop, k, ReduceMax" })
	void whenNodeMixesRowsThenNamesIt(String name, String node, String operator) throws IOException {
		BatchVerdict verdict = analysis("/cases/" + name + ".onnx").verdict();
		assertThat(verdict).isInstanceOfSatisfying(Mixes.class, (mixes) -> {
			assertThat(mixes.node()).isEqualTo(node);
			assertThat(mixes.operator()).isEqualTo(operator);
			assertThat(mixes.describe()).startsWith("mixes at node %s (%s): ".formatted(node, operator));
		});
	}

	@Test
	void whenDetectorPicksBoxesAcrossTheBatchThenItMixes() throws IOException {
		assertThat(export("yolo-nms").verdict()).isInstanceOf(Mixes.class);
	}

	@ParameterizedTest
	@ValueSource(strings = { "audio", "careless-names", "default-input", "echo-text", "integer-division", "lookup",
			"picture", "unknown-rank" })
	void whenCaseIsOrdinaryThenItsRowsAreProvenIndependent(String name) throws IOException {
		assertThat(analysis("/cases/" + name + ".onnx").verdict()).isEqualTo(new Proven());
	}

	@ParameterizedTest
	@CsvSource({ "matmul, b", "graph, nodes" })
	void whenInputsAreUnrelatedThenOneCarriesNoBatch(String name, String input) throws IOException {
		GraphAnalysis analysis = analysis("/cases/" + name + ".onnx");
		assertThat(analysis.verdict().describe()).contains("the input \"%s\" carries no batch".formatted(input));
		assertThat(analysis.inputBatchAxes()).doesNotContainKey(input);
	}

	@Test
	void whenOutputHasTheBatchInAnotherPlaceThenSaysWhere() throws IOException {
		assertThat(analysis("/cases/transpose.onnx").outputBatchAxes()).isEqualTo(Map.of("y", 1));
	}

	@Test
	void whenNoInputCanCarryABatchThenSaysSo() throws IOException {
		assertThat(analysis("/cases/expand.onnx").verdict().describe())
			.isEqualTo("unknown: no input has a dimension that can carry a batch");
	}

	@Test
	void whenOperatorIsNotKnownThenNamesIt() {
		ModelGraph model = ModelBuilder.model()
			.input("x", ElementType.FLOAT, "batch", 4)
			.output("y", ElementType.FLOAT, "batch", 4)
			.node("my.domain:Mystery", "x", "y")
			.build();
		assertThat(GraphAnalysis.of(model).verdict())
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
		assertThat(GraphAnalysis.of(model).verdict()).isEqualTo(new Proven());
	}

	@Test
	void whenNodesAreNotInTheirOrderThenTheyAreSorted() {
		ModelGraph model = ModelBuilder.model()
			.input("x", ElementType.FLOAT, "batch", 4)
			.output("y", ElementType.FLOAT, "batch", 4)
			.node("Relu", "a", "y")
			.node("Neg", "x", "a")
			.build();
		assertThat(GraphAnalysis.of(model).verdict()).isEqualTo(new Proven());
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
		assertThat(GraphAnalysis.of(model).verdict()).isInstanceOf(Unknown.class);
	}

	private static GraphAnalysis export(String name) throws IOException {
		return analysis("/io/modelserving/model/graph/exports/" + name + ".onnx");
	}

	private static GraphAnalysis analysis(String resource) throws IOException {
		return GraphAnalysis.of(ModelGraph.read(Path.of(BatchIndependenceTests.class.getResource(resource).getPath())));
	}

}
