package io.modelserving.pipeline;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.modelserving.model.EnsembleStep;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSignature;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.TensorSpec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link EnsemblePlan}.
 */
class EnsemblePlanTests {

	private static final TensorSpec X = floats("x", -1, 4);

	private static final TensorSpec Y = floats("y", -1, 4);

	private static final Map<String, ModelSignature> MODELS = Map.of("chain",
			new ModelSignature(List.of(X), List.of(Y)), "split",
			new ModelSignature(List.of(X), List.of(floats("left", -1, 2), floats("right", -1, 2))), "join",
			new ModelSignature(List.of(floats("left", -1, 2), floats("right", -1, 2)), List.of(Y),
					List.of(floats("weight"))),
			"ids", new ModelSignature(List.of(TensorSpec.of("x", DataType.INT64, Shape.of(-1, 4))), List.of(Y)), "wide",
			new ModelSignature(List.of(floats("x", -1, 5)), List.of(Y)), "any",
			new ModelSignature(List.of(new TensorSpec("x", DataType.FP32, Shape.ANY, List.of(""))), List.of(Y)));

	private static TensorSpec floats(String name, long... shape) {
		return TensorSpec.of(name, DataType.FP32, Shape.of(shape));
	}

	private static EnsembleStep step(String model, Map<String, String> inputs, Map<String, String> outputs) {
		return new EnsembleStep(model, null, inputs, outputs);
	}

	private static EnsembleStep step(String model) {
		return step(model, Map.of(), Map.of());
	}

	private static EnsemblePlan plan(List<EnsembleStep> steps, String... outputs) {
		return EnsemblePlan.of(steps, List.of(outputs), (step) -> MODELS.get(step.model()));
	}

	private static void fails(String message, List<EnsembleStep> steps, String... outputs) {
		assertThatExceptionOfType(ModelLoadException.class).isThrownBy(() -> plan(steps, outputs))
			.withMessageContaining(message)
			.matches((failure) -> !failure.action().isEmpty() && !failure.isRetryable());
	}

	@Test
	void chainNeedsNoNames() {
		EnsemblePlan plan = plan(List.of(step("chain"), step("chain"), step("chain")));
		assertThat(plan.signature()).isEqualTo(new ModelSignature(List.of(X), List.of(Y)));
		assertThat(plan.steps()).extracting(EnsembleStep::inputMap)
			.containsExactly(Map.of("x", "x"), Map.of("x", "y"), Map.of("x", "chain.y.2"));
		assertThat(plan.outputs()).isEqualTo(Map.of("y", "chain.y.3"));
	}

	@Test
	void tensorsMeetByTheirNames() {
		EnsemblePlan plan = plan(List.of(step("split"), step("join")));
		assertThat(plan.steps().get(1).inputMap()).isEqualTo(Map.of("left", "left", "right", "right"));
		assertThat(plan.signature()).isEqualTo(new ModelSignature(List.of(X), List.of(Y)));
	}

	@Test
	void mapsRenameInputsAndOutputs() {
		EnsemblePlan plan = plan(
				List.of(step("chain", Map.of("x", "raw"), Map.of("y", "clean")),
						step("split", Map.of("x", "clean"), Map.of("left", "a", "right", "b")),
						step("join", Map.of("left", "b", "right", "a", "weight", "scale"), Map.of("y", "answer"))),
				"answer", "clean");
		assertThat(plan.signature().inputs()).containsExactly(floats("raw", -1, 4), floats("scale"));
		assertThat(plan.signature().outputs()).containsExactly(floats("answer", -1, 4), floats("clean", -1, 4));
		assertThat(plan.outputs()).isEqualTo(Map.of("answer", "answer", "clean", "clean"));
		assertThat(plan.steps().get(2).inputMap()).isEqualTo(Map.of("left", "b", "right", "a", "weight", "scale"));
	}

	@Test
	void severalStepsTakeTheSameInput() {
		EnsemblePlan plan = plan(List.of(step("chain", Map.of("x", "in"), Map.of("y", "one")),
				step("chain", Map.of("x", "in"), Map.of("y", "other"))), "one", "other");
		assertThat(plan.signature().inputs()).containsExactly(floats("in", -1, 4));
	}

	@Test
	void modelThatTakesAnyShapeFitsEverything() {
		assertThat(plan(List.of(step("chain"), step("any"))).outputs()).hasSize(1);
	}

	@Test
	void whatDoesNotFitIsNamed() {
		fails("step 2, model \"ids\", takes x INT64[-1, 4], which does not fit the tensor \"y\" of FP32[-1, 4]",
				List.of(step("chain"), step("ids")));
		fails("step 2, model \"wide\", takes x FP32[-1, 5]", List.of(step("chain"), step("wide")));
		fails("step 1, model \"chain\", maps the input \"z\", which the model does not have; it has [x]",
				List.of(step("chain", Map.of("z", "x"), Map.of())));
		fails("maps the output \"z\"", List.of(step("chain", Map.of(), Map.of("z", "x"))));
		fails("the output \"z\" is no output of a step; there are [y]", List.of(step("chain")), "z");
		fails("which does not fit the tensor \"in\"",
				List.of(step("chain", Map.of("x", "in"), Map.of()), step("ids", Map.of("x", "in"), Map.of())));
	}

}
