package io.modelserving.serving.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.modelserving.serving.BatchingSettings;
import io.modelserving.serving.Definitions;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ModelDetails;
import io.modelserving.serving.WarmUpSettings;
import io.modelserving.serving.scaling.InstanceSettings;
import io.modelserving.model.ExecutionResources;
import io.modelserving.model.Model;
import io.modelserving.model.graph.ModelBuilder;
import io.modelserving.model.onnx.OnnxModelLoader;
import io.modelserving.serving.scaling.InstanceSettings.OptimizeFor;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.Workspace;

import static io.modelserving.model.graph.ElementType.FLOAT;
import static io.modelserving.model.graph.ElementType.INT64;
import static io.modelserving.model.graph.ModelBuilder.model;
import static io.modelserving.serving.server.ServerFixture.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests that models of many kinds start in default settings without samples, and that a
 * call gets what the runtime gives it alone, while other calls run.
 */
class StartingModelsTests {

	private static final int TURNS = 10;

	private final ServerFixture fixture = new ServerFixture();

	@TempDir
	private Path directory;

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@ParameterizedTest
	@MethodSource({ "rowsThatDependOnData", "operatorsThatSeeTheBatch", "outputsWithoutRows", "unrelatedInputs",
			"inputsThatDecideSizes", "inputsThatAreIndices", "rowsThatMustBeLong", "withoutRows",
			"rowsAlongAnotherDimension" })
	void whenAModelIsValidThenItStartsAndEachCallGetsItsOwnAnswer(Case tested) throws Exception {
		Path file = tested.model().write(this.directory.resolve("model.onnx"));
		List<NamedTensors> expected = alone(file, tested.calls());
		ModelServer server = this.fixture.start(new ModelDefinition(KEY, Definitions.source(file),
				new OnnxModelLoader(), true, new InstanceSettings(OptimizeFor.THROUGHPUT, 2, 1, List.of(0)),
				BatchingSettings.defaults(), WarmUpSettings.defaults()));
		ModelDetails details = Objects.requireNonNull(server.registry().find(KEY).orElseThrow().details());
		assertThat(details.plan().batched()).as(details.plan().reason()).isEqualTo(tested.batched());
		assertThat(details.warnings()).as(details.analysis().inputs().toString()).isEmpty();
		List<CompletableFuture<InferenceResult>> results = new ArrayList<>();
		for (int turn = 0; turn < TURNS; turn++) {
			tested.calls()
				.forEach(call -> results.add(server.inferenceService().infer(InferenceRequest.of(KEY.name(), call))));
		}
		for (int i = 0; i < results.size(); i++) {
			assertSame(results.get(i).join().outputs(), expected.get(i % expected.size()));
		}
	}

	static Stream<Case> rowsThatDependOnData() {
		List<NamedTensors> calls = List.of(x(Shape.of(1, 2), 1, 0), x(Shape.of(1, 2), -3, 4), x(Shape.of(1, 2), 0, 0));
		return Stream.of(unbatched("nonzero", rows().node("NonZero", "x", "y").output("y", INT64, "a", "b"), calls),
				unbatched("nonzero transposed",
						rows().node("NonZero", "x", "n").node("Transpose", "n", "y").output("y", INT64, "found", 2),
						calls),
				unbatched("compress",
						rows().node("ReduceMax", "x", "m", "axes", new long[] { 1 }, "keepdims", 0)
							.node("Cast", "m", "c", "to", 9)
							.node("Compress", "x c", "y", "axis", 0)
							.output("y", FLOAT, "kept", 2),
						calls),
				unbatched("unique", rows().node("Unique", "x", "y").output("y", FLOAT, "n"), calls),
				unbatched("unique rows", rows().node("Unique", "x", "y", "axis", 0).output("y", FLOAT, "n", 2), calls));
	}

	static Stream<Case> operatorsThatSeeTheBatch() {
		List<NamedTensors> calls = List.of(x(Shape.of(1, 2), .1f, .9f), x(Shape.of(1, 2), 255, 3),
				x(Shape.of(2, 2), -1, 4, 7, 0));
		return Stream.of(seesBatch("ReduceMin", calls, "keepdims", 1), seesBatch("ReduceMean", calls, "keepdims", 1),
				seesBatch("ReduceL2", calls, "keepdims", 1),
				seesBatch("ReduceMax", calls, "axes", new long[] { 0 }, "keepdims", 1),
				seesBatch("ReduceMax", calls, "axes", new long[] { -2 }, "keepdims", 1),
				seesBatch("ReduceProd", calls, "axes", new long[] { 0, 1 }, "keepdims", 1),
				unbatched("softmax", rows().node("Softmax", "x", "y", "axis", 0).output("y", FLOAT, "batch", 2), calls),
				unbatched("softmax all but", rows().node("LogSoftmax", "x", "y", "axis", -2).output("y", FLOAT, "b", 2),
						calls),
				unbatched("cumsum",
						rows().integer("axis", 0).node("CumSum", "x axis", "y").output("y", FLOAT, "batch", 2), calls),
				unbatched("quantized",
						rows().node("DynamicQuantizeLinear", "x", "q s z")
							.node("DequantizeLinear", "q s z", "y")
							.output("y", FLOAT, "batch", 2),
						calls),
				new Case("softmax of a row", rows().node("Softmax", "x", "y", "axis", 1).output("y", FLOAT, "batch", 2),
						calls, true));
	}

	static Stream<Case> outputsWithoutRows() {
		List<NamedTensors> calls = List.of(x(Shape.of(1, 2), 1, 2), x(Shape.of(3, 2), 1, 2, 3, 4, 5, 6));
		return Stream.of(
				unbatched("flat", rows().integers("s", -1).node("Reshape", "x s", "y").output("y", FLOAT, "all"),
						calls),
				unbatched("doubled", rows().node("Concat", "x x", "y", "axis", 0).output("y", FLOAT, "n", 2), calls),
				unbatched("tiled", rows().integers("r", 3, 1).node("Tile", "x r", "y").output("y", FLOAT, "n", 2),
						calls),
				unbatched("first row",
						rows().integers("i", 0).node("Gather", "x i", "y", "axis", 0).output("y", FLOAT, "n", 2),
						calls),
				unbatched("total", rows().node("ReduceSum", "x", "y", "keepdims", 0).output("y", FLOAT), calls),
				unbatched("shape", rows().node("Shape", "x", "y").output("y", INT64, 2), calls),
				unbatched("reversed rows",
						rows().integers("s", -1)
							.integers("e", -100)
							.integers("a", 0)
							.node("Slice", "x s e a s", "y")
							.output("y", FLOAT, "n", 2),
						calls),
				unbatched("beside a constant",
						rows().reals("c", new long[] { 3 }, 1, 2, 3)
							.node("Identity", "x", "y")
							.node("Identity", "c", "z")
							.output("y", FLOAT, "batch", 2)
							.output("z", FLOAT, "classes"),
						calls));
	}

	static Stream<Case> rowsAlongAnotherDimension() {
		List<NamedTensors> calls = List.of(x(Shape.of(1, 2), 1, 2), x(Shape.of(3, 2), 1, 2, 3, 4, 5, 6));
		List<NamedTensors> timeMajor = List.of(x(Shape.of(2, 1, 3), 1, 2, 3, 4, 5, 6),
				x(Shape.of(2, 2, 3), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), x(Shape.of(1, 1, 3), 1, 2, 3));
		List<NamedTensors> states = List.of(
				NamedTensors.of("x", floats(Shape.of(1, 2), 1, 2), "h", floats(Shape.of(2, 1, 2), 1, 2, 3, 4)),
				NamedTensors.of("x", floats(Shape.of(2, 2), 1, 2, 3, 4), "h",
						floats(Shape.of(2, 2, 2), 1, 2, 3, 4, 5, 6, 7, 8)));
		return Stream.of(
				new Case("transpose", rows().node("Transpose", "x", "y").output("y", FLOAT, 2, "batch"), calls, true),
				new Case("transpose without names", rows().node("Transpose", "x", "y").output("y", FLOAT, 2, "n"),
						calls, true),
				new Case("time major",
						model().input("x", FLOAT, "time", "batch", 3)
							.integers("axes", 2)
							.node("ReduceSum", "x axes", "y", "keepdims", 0)
							.output("y", FLOAT, "time", "batch"),
						timeMajor, true),
				new Case("states of layers",
						model().input("x", FLOAT, "batch", 2)
							.input("h", FLOAT, 2, "batch", 2)
							.node("Add", "x h", "y")
							.output("y", FLOAT, 2, "batch", 2),
						states, true),
				new Case("states of layers without names",
						model().input("x", FLOAT, "a", 2)
							.input("h", FLOAT, 2, "b", 2)
							.node("Add", "x h", "y")
							.output("y", FLOAT, 2, "c", 2),
						states, true));
	}

	static Stream<Case> unrelatedInputs() {
		NamedTensors two = NamedTensors.of("a", floats(Shape.of(2, 3), 1, 2, 3, 4, 5, 6), "b",
				floats(Shape.of(3, 1), 1, 2, 3));
		NamedTensors pairs = NamedTensors.of("a", floats(Shape.of(2, 2), 1, 2, 3, 4), "b",
				floats(Shape.of(3, 2), 1, 2, 3, 4, 5, 6));
		return Stream.of(
				unbatched("matmul", pair("m", "k", "k", "n").node("MatMul", "a b", "y").output("y", FLOAT, "m", "n"),
						List.of(two)),
				unbatched("gemm", pair("m", "k", "k", "n").node("Gemm", "a b", "y").output("y", FLOAT, "m", "n"),
						List.of(two)),
				unbatched("einsum",
						pair("m", "k", "n", "k").node("Einsum", "a b", "y", "equation", "mk,nk->mn")
							.output("y", FLOAT, "m", "n"),
						List.of(pairs)),
				unbatched("stacked",
						pair("m", 2, "n", 2).node("Concat", "a b", "y", "axis", 0).output("y", FLOAT, "r", 2),
						List.of(pairs)),
				unbatched("outer",
						model().input("a", FLOAT, "m", 1)
							.input("b", FLOAT, 1, "n")
							.node("Add", "a b", "y")
							.output("y", FLOAT, "m", "n"),
						List.of(NamedTensors.of("a", floats(Shape.of(2, 1), 1, 2), "b",
								floats(Shape.of(1, 3), 1, 2, 3)))));
	}

	static Stream<Case> inputsThatDecideSizes() {
		return Stream.of(
				unbatched("zeros of a shape",
						model().input("n", INT64, 4)
							.node("ConstantOfShape", "n", "y")
							.output("y", FLOAT, "a", "b", "c", "d"),
						List.of(n(Shape.of(4), 1, 2, 2, 1))),
				unbatched("expand",
						model().input("n", INT64, 5)
							.reals("one", new long[] {}, 1)
							.node("Expand", "one n", "y")
							.output("y", FLOAT, "a", "b", "c", "d", "e"),
						List.of(n(Shape.of(5), 1, 2, 1, 1, 3))),
				unbatched("range",
						model().input("n", INT64)
							.integer("zero", 0)
							.integer("one", 1)
							.node("Range", "zero n one", "y")
							.output("y", INT64, "count"),
						List.of(n(Shape.of(), 5), n(Shape.of(), 0))),
				unbatched("tile",
						model().input("n", INT64, 2)
							.reals("t", new long[] { 1, 2 }, 1, 2)
							.node("Tile", "t n", "y")
							.output("y", FLOAT, "a", "b"),
						List.of(n(Shape.of(2), 2, 3))),
				unbatched("grown",
						model().input("n", INT64, 4)
							.reals("t", new long[] { 1, 2 }, 1, 2)
							.node("Pad", "t n", "y")
							.output("y", FLOAT, "a", "b"),
						List.of(n(Shape.of(4), 1, 0, 0, 2))),
				unbatched("top",
						model().input("n", INT64, 1)
							.reals("t", new long[] { 5 }, 1, 5, 2, 4, 3)
							.node("TopK", "t n", "y i")
							.output("y", FLOAT, "k"),
						List.of(n(Shape.of(1), 3))));
	}

	static Stream<Case> inputsThatAreIndices() {
		return Stream.of(lookup("Gather", 3, List.of(n(Shape.of(1, 2), 0, 2), n(Shape.of(2, 2), 1, 1, 2, 0))),
				lookup("Gather", 1, List.of(n(Shape.of(1, 2), 0, 0))),
				lookup("Gather", 100_000, List.of(n(Shape.of(1, 2), 99_999, 7))),
				new Case("after arithmetic",
						model().input("n", INT64, "batch", "length")
							.integer("two", 2)
							.reals("table", new long[] { 7, 2 }, 1, 2, 3)
							.node("Add", "n two", "i")
							.node("Gather", "table i", "e")
							.node("ReduceMean", "e", "y", "axes", new long[] { 1 }, "keepdims", 0)
							.output("y", FLOAT, "batch", 2),
						List.of(n(Shape.of(1, 2), 0, 4), n(Shape.of(1, 2), 1, 1)), true));
	}

	static Stream<Case> rowsThatMustBeLong() {
		return Stream.of(convolution(400, 160), convolution(1024, 256), convolution(25, 1),
				new Case("pooled",
						model().input("x", FLOAT, "batch", 1, "samples")
							.node("AveragePool", "x", "y", "kernel_shape", new long[] { 64 })
							.output("y", FLOAT, "batch", 1, "frames"),
						List.of(x(Shape.of(1, 1, 80))), true),
				new Case("picture",
						model().input("x", FLOAT, "batch", 3, "h", "w")
							.node("MaxPool", "x", "y", "kernel_shape", new long[] { 90, 70 })
							.output("y", FLOAT, "batch", 3, "a", "b"),
						List.of(x(Shape.of(1, 3, 91, 71))), true));
	}

	static Stream<Case> withoutRows() {
		ModelBuilder constant = model().reals("c", new long[] { 2, 2 }, 1, 2, 3, 4)
			.node("Identity", "c", "y")
			.output("y", FLOAT, "n", 2);
		return Stream.of(unbatched("no inputs", constant, List.of(NamedTensors.of(Map.of()))),
				unbatched("scalar", model().input("x", FLOAT).node("Neg", "x", "y").output("y", FLOAT),
						List.of(x(Shape.of(), 3))),
				unbatched("fixed", model().input("x", FLOAT, 2, 3).node("Neg", "x", "y").output("y", FLOAT, 2, 3),
						List.of(x(Shape.of(2, 3), 1, 2, 3, 4, 5, 6))),
				unbatched("empty", model().input("x", FLOAT, 0, 3).node("Neg", "x", "y").output("y", FLOAT, 0, 3),
						List.of(x(Shape.of(0, 3)))),
				unbatched("scalar beside rows",
						rows().input("s", FLOAT).node("Mul", "x s", "y").output("y", FLOAT, "batch", 2),
						List.of(NamedTensors.of("x", floats(Shape.of(2, 2), 1, 2, 3, 4), "s", floats(Shape.of(), 2)))),
				new Case("one name for all dimensions",
						model().input("x", FLOAT, "?", 1, "?", "?")
							.node("ReduceMean", "x", "y", "axes", new long[] { 2, 3 }, "keepdims", 0)
							.output("y", FLOAT, "?", 1),
						List.of(x(Shape.of(1, 1, 2, 3)), x(Shape.of(2, 1, 1, 3))), true),
				new Case("one name for unequal inputs",
						model().input("a", FLOAT, "n", "n")
							.input("b", FLOAT, "n", 1)
							.node("Add", "a b", "y")
							.output("y", FLOAT, "n", "n"),
						List.of(NamedTensors.of("a", floats(Shape.of(1, 3), 1, 2, 3), "b", floats(Shape.of(1, 1), 4))),
						true));
	}

	private static ModelBuilder rows() {
		return model().input("x", FLOAT, "batch", 2);
	}

	private static ModelBuilder pair(Object... dimensions) {
		return model().input("a", FLOAT, dimensions[0], dimensions[1]).input("b", FLOAT, dimensions[2], dimensions[3]);
	}

	private static Case seesBatch(String operator, List<NamedTensors> calls, Object... attributes) {
		return unbatched(operator + " " + attributes.length,
				rows().node(operator, "x", "r", attributes).node("Sub", "x r", "y").output("y", FLOAT, "batch", 2),
				calls);
	}

	private static Case lookup(String operator, int entries, List<NamedTensors> calls) {
		return new Case("table of " + entries,
				model().input("n", INT64, "batch", "length")
					.reals("table", new long[] { entries, 2 }, 1, 2, 3)
					.node(operator, "table n", "e")
					.node("ReduceMean", "e", "y", "axes", new long[] { 1 }, "keepdims", 0)
					.output("y", FLOAT, "batch", 2),
				calls, true);
	}

	private static Case convolution(long kernel, long stride) {
		return new Case("kernel of " + kernel,
				model().input("x", FLOAT, "batch", 1, "samples")
					.reals("w", new long[] { 1, 1, kernel }, .5, .25)
					.node("Conv", "x w", "c", "strides", new long[] { stride })
					.node("ReduceMean", "c", "y", "axes", new long[] { 2 }, "keepdims", 0)
					.output("y", FLOAT, "batch", 1),
				List.of(x(Shape.of(1, 1, kernel)), x(Shape.of(2, 1, kernel + 7))), true);
	}

	private static Case unbatched(String name, ModelBuilder model, List<NamedTensors> calls) {
		return new Case(name, model, calls, false);
	}

	private static NamedTensors x(Shape shape, float... elements) {
		return NamedTensors.of("x", floats(shape, elements));
	}

	private static NamedTensors n(Shape shape, long... elements) {
		return NamedTensors.of("n", Tensor.of(shape, elements));
	}

	/** Elements that are not given are made up. */
	private static Tensor floats(Shape shape, float... given) {
		float[] elements = new float[Math.toIntExact(shape.elementCount())];
		for (int i = 0; i < elements.length; i++) {
			elements[i] = (i < given.length) ? given[i] : i % 17 - 8;
		}
		return Tensor.of(shape, elements);
	}

	private static List<NamedTensors> alone(Path file, List<NamedTensors> calls) {
		try (Model model = new OnnxModelLoader().load(file, new ExecutionResources(1, 0))) {
			return calls.stream().map(call -> {
				Map<String, Tensor> outputs = new LinkedHashMap<>(model.run(call, new Workspace()).asMap());
				return NamedTensors.of(outputs);
			}).toList();
		}
	}

	private static void assertSame(NamedTensors actual, NamedTensors expected) {
		assertThat(actual.names()).isEqualTo(expected.names());
		expected.asMap().forEach((name, tensor) -> {
			assertThat(actual.get(name)).hasToString(tensor.toString());
			if (((NumericTensor) tensor).dataType().isFloatingPoint()) {
				assertThat(actual.numeric(name).toFloats()).containsExactly(expected.numeric(name).toFloats(),
						within(1e-4f));
			}
			else {
				assertThat(actual.numeric(name).toLongs()).containsExactly(expected.numeric(name).toLongs());
			}
		});
	}

	record Case(String name, ModelBuilder model, List<NamedTensors> calls, boolean batched) {

		@Override
		public String toString() {
			return this.name;
		}

	}

}
