package io.modelserving.model.graph;

import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.modelserving.model.graph.ElementType.BOOL;
import static io.modelserving.model.graph.ElementType.FLOAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for {@link RandomnessAnalysis}.
 */
class RandomnessAnalysisTests {

	private static final long[] SCALAR = {};

	@ParameterizedTest
	@ValueSource(strings = { "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial",
			"Bernoulli", "com.microsoft:Sampling" })
	void whenAnOperatorDrawsThenItIsNamed(String operator) {
		Randomness randomness = of(x().node("Relu", "x", "r").node(operator, "r", "noise").node("Add", "x noise", "y"));
		assertThat(randomness).isNotNull();
		assertThat(randomness.operator()).isEqualTo(operator.replace(':', '.'));
		assertThat(randomness.node()).isEqualTo("noise");
		assertThat(randomness.describe()).contains(operator.replace(':', '.'), "noise", "draws random numbers");
	}

	@Test
	void whenAnOperatorHasASeedThenItDrawsAllTheSame() {
		assertThat(of(x().node("RandomNormalLike", "x", "y", "seed", 1.0f))).isNotNull();
	}

	@Test
	void whenAnOperatorOfASubgraphDrawsThenItIsNamed() {
		ModelBuilder inner = ModelBuilder.model().node("Bernoulli", "x", "b").output("b", FLOAT);
		ModelBuilder outer = ModelBuilder.model()
			.node("If", "c", "i", "then_branch", inner, "else_branch",
					ModelBuilder.model().node("Identity", "x", "b").output("b", FLOAT))
			.output("i", FLOAT);
		assertThat(of(x().input("c", BOOL).node("Loop", "n c", "y", "body", outer))).isNotNull()
			.extracting(Randomness::operator)
			.isEqualTo("Bernoulli");
	}

	@Test
	void whenAFunctionThatIsCalledDrawsThenItIsNamed() {
		ModelBuilder model = x().function("Inner", "a", "b", ModelBuilder.model().node("RandomUniformLike", "a", "b"))
			.function("Outer", "a", "b", ModelBuilder.model().node("test:Inner", "a", "b"));
		assertThat(of(x().node("Relu", "x", "y"))).isNull();
		assertThat(of(model.node("test:Outer", "x", "y"))).isNotNull()
			.extracting(Randomness::operator)
			.isEqualTo("RandomUniformLike");
	}

	@Test
	void whenAFunctionThatDrawsIsNotCalledThenItDoesNotMatter() {
		assertThat(of(x().function("Noise", "a", "b", ModelBuilder.model().node("RandomUniformLike", "a", "b"))
			.node("Relu", "x", "y"))).isNull();
	}

	@Test
	void whenAFunctionHasTheNameOfAnOperatorThatDrawsThenItsBodyCounts() {
		assertThat(of(x().function("RandomNormal", "a", "b", ModelBuilder.model().node("Relu", "a", "b"))
			.node("test:RandomNormal", "x", "y"))).isNull();
	}

	@Test
	void whenFunctionsCallEachOtherForEverThenTheAnalysisEnds() {
		assertThat(of(x().function("A", "a", "b", ModelBuilder.model().node("test:B", "a", "b"))
			.function("B", "a", "b", ModelBuilder.model().node("test:A", "a", "b"))
			.node("test:A", "x", "y"))).isNull();
	}

	@ParameterizedTest
	@MethodSource("dropouts")
	void dropoutDrawsInTrainingMode(String what, ModelBuilder model, boolean draws) {
		assertThat(of(model) != null).as(what).isEqualTo(draws);
	}

	static Stream<Arguments> dropouts() {
		return Stream.of(arguments("no mode", x().node("Dropout", "x", "y"), false),
				arguments("mode left out", x().node("Dropout", "x - -", "y"), false),
				arguments("constant false", mode(0).node("Dropout", "x - mode", "y"), false),
				arguments("constant true", mode(1).node("Dropout", "x - mode", "y"), true),
				arguments("false behind an identity",
						mode(0).node("Identity", "mode", "m").node("Dropout", "x - m", "y"), false),
				arguments("an input", x().input("mode", BOOL).node("Dropout", "x - mode", "y"), true),
				arguments("an input with a default", mode(0).input("mode", BOOL).node("Dropout", "x - mode", "y"),
						true),
				arguments("computed", mode(0).node("Not", "mode", "m").node("Dropout", "x - m", "y"), true),
				arguments("before there was a mode", x().operatorSet(11).node("Dropout", "x", "y"), false),
				arguments("for training, long ago", x().operatorSet(6).node("Dropout", "x", "y"), true),
				arguments("for tests, long ago", x().operatorSet(6).node("Dropout", "x", "y", "is_test", 1), false),
				arguments("of ONNX Runtime", mode(1).node("com.microsoft:BiasDropout", "x x - - mode", "y"), true));
	}

	@Test
	void whenTheDomainIsNotKnownThenNothingIsPromised() {
		assertThat(of(x().node("mine:Whatever", "x", "y"))).isNotNull()
			.extracting(Randomness::describe)
			.isEqualTo("node y (mine.Whatever) is of a domain that is not known, so it may do anything");
	}

	private static ModelBuilder x() {
		return ModelBuilder.model().input("x", FLOAT, "N", 2).output("y", FLOAT, "N", 2);
	}

	private static ModelBuilder mode(int value) {
		return x().constant("mode", BOOL, SCALAR, value);
	}

	private static Randomness of(ModelBuilder model) {
		return model.build().analyze().randomness();
	}

}
