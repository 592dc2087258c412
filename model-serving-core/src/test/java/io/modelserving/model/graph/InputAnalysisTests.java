package io.modelserving.model.graph;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static io.modelserving.model.graph.ElementType.FLOAT;
import static io.modelserving.model.graph.ElementType.INT32;
import static io.modelserving.model.graph.ElementType.INT64;
import static io.modelserving.model.graph.ElementType.INT8;
import static io.modelserving.model.graph.ElementType.STRING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class InputAnalysisTests {

	@ParameterizedTest
	@MethodSource("ranges")
	void whenAnIntegerInputIsUsedThenItsRangeFits(String what, ModelBuilder model, Long lowest, Long highest) {
		InputConstraint constraint = of(model).get("i");
		assertThat(constraint).as(what).isNotNull();
		assertThat(constraint.lowest()).as(what).isEqualTo(lowest);
		assertThat(constraint.highest()).as(what).isEqualTo(highest);
	}

	static Stream<Arguments> ranges() {
		return Stream.of(arguments("index of a table", table().node("Gather", "table i", "y"), 0L, 9L),
				arguments("index of another axis", table().node("Gather", "table i", "y", "axis", 1), 0L, 1L),
				arguments("index of the last axis", table().node("Gather", "table i", "y", "axis", -1), 0L, 1L),
				arguments("index of the nodes of a graph",
						ids().input("nodes", FLOAT, "V", 3).node("Gather", "nodes i", "y"), 0L, 0L),
				arguments("index after a cast", table().node("Cast", "i", "n", "to", 6).node("Gather", "table n", "y"),
						0L, 9L),
				arguments("index after a shift",
						table().integer("one", 1).node("Add", "i one", "n").node("Gather", "table n", "y"), -1L, 8L),
				arguments("index before a shift",
						table().integer("one", 1).node("Sub", "i one", "n").node("Gather", "table n", "y"), 1L, 10L),
				arguments("index counted down",
						table().integer("last", 9).node("Sub", "last i", "n").node("Gather", "table n", "y"), 0L, 9L),
				arguments("offsets of several tables",
						table().integers("offsets", 0, 3, 6)
							.node("Add", "i offsets", "n")
							.node("Gather", "table n", "y"),
						0L, 3L),
				arguments("the smaller of two tables",
						table().reals("other", new long[] { 4, 1 }, 0)
							.node("Gather", "table i", "a")
							.node("Gather", "other i", "b")
							.node("Add", "a b", "y"),
						0L, 3L),
				arguments("a table that is cast",
						table().node("Cast", "table", "t", "to", 10).node("Gather", "t i", "y"), 0L, 9L),
				arguments("through reshapes",
						table().integers("flat", -1).node("Reshape", "i flat", "n").node("Gather", "table n", "y"), 0L,
						9L),
				arguments("a column of several",
						table().integers("from", 0)
							.integers("to", 1)
							.integers("axis", 1)
							.node("Slice", "i from to axis", "n")
							.node("Gather", "table n", "y"),
						0L, 9L),
				arguments("an embedding of ONNX Runtime",
						table().node("com.microsoft:EmbedLayerNormalization", "i - table table - g b", "y"), 0L, 9L),
				arguments("a shape", ids().reals("one", new long[0], 1).node("Expand", "one i", "y"), 1L, 2L),
				arguments("repeats", ids().input("x", FLOAT, "N").node("Tile", "x i", "y"), 1L, 2L),
				arguments("a size", ids().node("ConstantOfShape", "i", "y"), 1L, 2L),
				arguments("a target shape", ids().input("x", FLOAT, "N", 3).node("Reshape", "x i", "y"), 1L, 1L),
				arguments("the greatest few", ids().input("x", FLOAT, "N", 3).node("TopK", "x i", "v p"), 1L, 1L),
				arguments("places that are hot",
						ids().integer("depth", 5).reals("v", new long[] { 2 }, 0, 1).node("OneHot", "i depth v", "y"),
						0L, 4L),
				arguments("a divisor", ids().input("a", INT64, "N").node("Div", "a i", "y"), 1L, null),
				arguments("turns of a loop", ids().integers("yes", 1)
					.node("Loop", "i yes", "y", "body", ModelBuilder.model().input("t", INT64).input("c", INT64)), 0L,
						3L),
				arguments("an index in a branch", table().input("c", ElementType.BOOL)
					.node("If", "c", "y", "then_branch",
							ModelBuilder.model().node("Gather", "table i", "y").output("y", FLOAT), "else_branch",
							ModelBuilder.model().node("Gather", "table i", "y").output("y", FLOAT)),
						0L, 9L),
				arguments("an index that leaves a branch",
						table().input("c", ElementType.BOOL)
							.node("If", "c", "n", "then_branch",
									ModelBuilder.model().node("Identity", "i", "y").output("y", INT64), "else_branch",
									ModelBuilder.model().node("Identity", "i", "z").output("z", INT64))
							.node("Gather", "table n", "y"),
						0L, 9L));
	}

	@Test
	void whenARealInputIsAnIndexThenItsRangeFits() {
		ModelBuilder model = ModelBuilder.model()
			.reals("table", new long[] { 10, 2 }, 0)
			.input("x", FLOAT, "N")
			.node("Cast", "x", "i", "to", INT64.ordinal())
			.node("Gather", "table i", "y");
		assertThat(of(model).get("x").highest()).isEqualTo(9);
	}

	@Test
	void whenAConstantBoundsAnIndexThenAnyInputFits() {
		ModelBuilder model = table().integer("no", 0)
			.integer("most", 9)
			.node("Clip", "i no most", "n")
			.node("Gather", "table n", "y");
		assertThat(of(model)).isEmpty();
	}

	@Test
	void whenAnInputIsAShapeThenItIsToBeSmall() {
		assertThat(of(ids().reals("one", new long[0], 1).node("Expand", "one i", "y")).get("i").decidesSize()).isTrue();
		assertThat(of(table().node("Gather", "table i", "y")).get("i").decidesSize()).isFalse();
	}

	@Test
	void whenAnInputIsATargetShapeThenItsFirstElementIsTheRest() {
		assertThat(of(ids().input("x", FLOAT, "N", 3).node("Reshape", "x i", "y")).get("i").leading())
			.containsExactly(-1L);
	}

	@Test
	void whenTextIsLookedUpThenItsCategoriesAreThoseOfTheGraph() {
		ModelBuilder model = ModelBuilder.model()
			.input("s", STRING, "N", 1)
			.node("ai.onnx.ml:OneHotEncoder", "s", "y", "cats_strings", new String[] { "a", "b" });
		assertThat(of(model).get("s").categories()).containsExactly("a", "b");
	}

	@Test
	void whenAScalarIsAChoiceThenItsValuesAreThoseComparedWith() {
		ModelBuilder model = ModelBuilder.model()
			.input("rate", INT64)
			.integer("high", 16000)
			.node("Equal", "rate high", "y");
		assertThat(of(model).get("rate").categories()).containsExactly(16000L);
	}

	@Test
	void whenTokensAreComparedWithPaddingThenTheyMayBeAnything() {
		ModelBuilder model = ids().integer("padding", 0).node("Equal", "i padding", "y");
		assertThat(of(model)).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("sizes")
	void whenKernelsMeetAnInputThenItIsLongEnough(String what, ModelBuilder model, List<Long> sizes) {
		Map<String, InputConstraint> constraints = of(model);
		assertThat(constraints.containsKey("x") ? constraints.get("x").minimumSizes() : List.of()).as(what)
			.isEqualTo(sizes);
	}

	static Stream<Arguments> sizes() {
		return Stream.of(
				arguments("one kernel",
						waves().reals("w", new long[] { 1, 1, 400 }, 1)
							.node("Conv", "x w", "y", "strides", new long[] { 160 }),
						List.of(1L, 1L, 400L)),
				arguments("two kernels",
						waves().reals("w", new long[] { 1, 1, 4 }, 1)
							.node("Conv", "x w", "a", "strides", new long[] { 2 })
							.node("Relu", "a", "b")
							.node("Conv", "b w", "y", "strides", new long[] { 2 }),
						List.of(1L, 1L, 10L)),
				arguments("a dilated kernel",
						waves().reals("w", new long[] { 1, 1, 3 }, 1)
							.node("Conv", "x w", "y", "dilations", new long[] { 4 }),
						List.of(1L, 1L, 9L)),
				arguments("a padded kernel",
						waves().reals("w", new long[] { 1, 1, 3 }, 1)
							.node("Conv", "x w", "y", "pads", new long[] { 1, 1 }),
						List.of()),
				arguments("a kernel behind another dimension",
						ModelBuilder.model()
							.input("x", FLOAT, "N", "samples")
							.integers("one", 1)
							.reals("w", new long[] { 1, 1, 5 }, 1)
							.node("Unsqueeze", "x one", "u")
							.node("Conv", "u w", "y"),
						List.of(1L, 5L)),
				arguments("a pool", waves().node("MaxPool", "x", "y", "kernel_shape", new long[] { 8 }),
						List.of(1L, 1L, 8L)),
				arguments("weights of one size",
						waves().reals("w", new long[] { 1, 1, 3 }, 1)
							.reals("dense", new long[] { 12, 2 }, 1)
							.node("Conv", "x w", "a")
							.node("Flatten", "a", "f")
							.node("Gemm", "f dense", "y"),
						List.of(1L, 1L, 14L)),
				arguments("branches that meet",
						waves().reals("scales", new long[] { 3 }, 1, 1, 4)
							.node("MaxPool", "x", "a", "kernel_shape", new long[] { 4 }, "strides", new long[] { 4 })
							.node("Upsample", "a scales", "b")
							.node("Add", "x b", "y"),
						List.of(1L, 1L, 4L)));
	}

	@ParameterizedTest
	@MethodSource("hazards")
	void whenACallerCanHarmThenTheNodeIsNamed(String what, ModelBuilder model, String operator) {
		assertThat(HazardAnalysis.of(model.build())).as(what)
			.extracting(Hazard::operator)
			.isEqualTo(operator.isEmpty() ? List.of() : List.of(operator));
	}

	static Stream<Arguments> hazards() {
		return Stream.of(arguments("division by an input", ids().input("a", INT64, "N").node("Div", "a i", "y"), "Div"),
				arguments("division of 32-bit integers",
						ModelBuilder.model().input("a", INT32, "N").input("b", INT32, "N").node("Div", "a b", "y"),
						"Div"),
				arguments("remainder by an input", ids().input("a", INT64, "N").node("Mod", "a i", "y"), "Mod"),
				arguments("remainder of real numbers",
						ModelBuilder.model()
							.input("a", FLOAT, "N")
							.input("b", FLOAT, "N")
							.node("Mod", "a b", "y", "fmod", 1),
						""),
				arguments("division of real numbers",
						ModelBuilder.model().input("a", FLOAT, "N").input("b", FLOAT, "N").node("Div", "a b", "y"), ""),
				arguments("division after a cast",
						ModelBuilder.model()
							.input("a", FLOAT, "N")
							.node("Cast", "a", "n", "to", INT64.ordinal())
							.node("Div", "n n", "y"),
						"Div"),
				arguments("division by a computed input",
						ids().integer("one", 1).node("Sub", "i one", "n").node("Div", "i n", "y"), "Div"),
				arguments("division of a constant", ids().integer("ten", 10).node("Div", "ten i", "y"), ""),
				arguments("division of the lowest integer",
						ids().integer("least", Long.MIN_VALUE).node("Div", "least i", "y"), "Div"),
				arguments("division of bytes",
						ModelBuilder.model().input("a", INT8, "N").input("b", INT8, "N").node("Div", "a b", "y"), ""),
				arguments("division by zero", ids().integer("zero", 0).node("Div", "i zero", "y"), ""),
				arguments("division by a constant", ids().integer("two", 2).node("Div", "i two", "y"), ""),
				arguments("division by minus one", ids().integer("minus", -1).node("Div", "i minus", "y"), "Div"),
				arguments("division by a size", ids().node("Shape", "i", "n").node("Div", "i n", "y"), ""),
				arguments("turns of a loop",
						ids().integers("yes", 1).node("Loop", "i yes", "y", "body", ModelBuilder.model()), "Loop"),
				arguments("a loop of a constant count",
						ids().integer("three", 3).node("Loop", "three -", "y", "body", ModelBuilder.model()), ""),
				arguments("a loop that a condition ends",
						ids().integer("all", Long.MAX_VALUE).node("Loop", "all i", "y", "body", ModelBuilder.model()),
						"Loop"),
				arguments("a size", ids().node("ConstantOfShape", "i", "y"), "ConstantOfShape"),
				arguments("a range", ids().integer("no", 0).integer("one", 1).node("Range", "no i one", "y"), "Range"),
				arguments("the size of an input", ids().node("Shape", "i", "n").node("ConstantOfShape", "n", "y"), ""),
				arguments("a division within a branch",
						ids().input("c", ElementType.BOOL)
							.node("If", "c", "y", "then_branch",
									ModelBuilder.model().node("Div", "i i", "y").output("y", INT64), "else_branch",
									ModelBuilder.model().node("Identity", "i", "z").output("z", INT64)),
						"Div"));
	}

	private static ModelBuilder ids() {
		return ModelBuilder.model().input("i", INT64, "N", "T");
	}

	private static ModelBuilder table() {
		return ids().reals("table", new long[] { 10, 2 }, 0);
	}

	private static ModelBuilder waves() {
		return ModelBuilder.model().input("x", FLOAT, "N", 1, "samples");
	}

	private static Map<String, InputConstraint> of(ModelBuilder model) {
		return InputAnalysis.of(model.build());
	}

}
