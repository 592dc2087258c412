package io.modelserving.sequence;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InvalidModelException;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.graph.GraphAnalysis;
import io.modelserving.model.graph.RowIndependence;
import io.modelserving.sequence.SequenceSettings.State;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.StringTensor;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SequenceStates}.
 */
class SequenceStatesTests {

	private static final GraphAnalysis NOT_READ = GraphAnalysis.unknown("not read");

	private static final TensorSpec X = TensorSpec.of("x", DataType.INT64, Shape.of(-1, 3));

	private static final TensorSpec Y = TensorSpec.of("y", DataType.FP32, Shape.of(-1, 4));

	@Test
	void statesAreNoneOfTheCallersTensors() {
		SequenceStates states = of(spec("h", -1, 2), State.zeros("h"));
		assertThat(states.callers().inputs()).containsExactly(X);
		assertThat(states.callers().outputs()).containsExactly(Y);
		assertThat(states.outputNames()).containsExactly("h_out");
		assertThatExceptionOfType(InvalidInput.class)
			.isThrownBy(() -> states.check(
					NamedTensors.of("x", Tensor.of(Shape.of(1, 3), 1L, 2, 3), "h", Tensor.of(Shape.of(1, 2), 1f, 2f))))
			.withMessage("input \"h\" is a state of the sequence: the server keeps it, and a request leaves it out");
	}

	@Test
	void whenASequenceStartsThenTheStateHasTheRowsOfTheRequest() {
		NamedTensors begun = of(spec("h", -1, 2), State.zeros("h"))
			.begin(NamedTensors.of("x", Tensor.of(Shape.of(2, 3), 1L, 2, 3, 4, 5, 6)));
		assertThat(begun.names()).containsExactly("x", "h");
		assertThat(begun.get("h").shape()).isEqualTo(Shape.of(2, 2));
		assertThat(begun.numeric("h").toFloats()).containsOnly(0);
	}

	@Test
	void whenTheGraphProvesAnotherDimensionThenThatOneCountsTheRows() {
		GraphAnalysis proven = new GraphAnalysis(new RowIndependence.Proven(), Map.of("x", 1, "h", 1), Map.of(),
				Map.of(), List.of());
		TensorSpec timeMajor = TensorSpec.of("x", DataType.INT64, Shape.of(-1, -1));
		SequenceStates states = SequenceStates.of(
				new ModelSignature(List.of(timeMajor, spec("h", 2, -1, 4)), List.of(Y, spec("h_out", 2, -1, 4))),
				proven, settings(State.zeros("h")));
		NamedTensors begun = states.begin(NamedTensors.of("x", Tensor.of(Shape.of(1, 3), 1L, 2, 3)));
		assertThat(begun.get("h").shape()).isEqualTo(Shape.of(2, 3, 4));
	}

	@Test
	void whenAShapeIsGivenThenTheStateStartsWithIt() {
		NamedTensors begun = of(spec("h", -1, -1, 2), new State("h", 0, Shape.of(-1, 0, 2)))
			.begin(NamedTensors.of("x", Tensor.of(Shape.of(2, 3), 1L, 2, 3, 4, 5, 6)));
		assertThat(begun.get("h").shape()).isEqualTo(Shape.of(2, 0, 2));
		assertThat(of(spec("h", -1, -1), new State("h", 0, Shape.of(1, 5)))
			.begin(NamedTensors.of("x", Tensor.of(Shape.of(1, 3), 1L, 2, 3)))
			.get("h")
			.shape()).isEqualTo(Shape.of(1, 5));
	}

	@ParameterizedTest
	@EnumSource(value = DataType.class, mode = EnumSource.Mode.EXCLUDE, names = "BYTES")
	void whenAnInitialValueIsGivenThenAllElementsHaveIt(DataType type) {
		Tensor initial = SequenceStates
			.of(new ModelSignature(List.of(X, TensorSpec.of("h", type, Shape.of(-1, 2))),
					List.of(Y, TensorSpec.of("h_out", type, Shape.of(-1, 2)))), NOT_READ,
					settings(new State("h", 1, null)))
			.initial(2)
			.get("h");
		assertThat(initial.shape()).isEqualTo(Shape.of(2, 2));
		NumericTensor numbers = (NumericTensor) initial;
		if (type.isFloatingPoint()) {
			assertThat(numbers.toFloats()).containsOnly(1);
		}
		else {
			assertThat(numbers.toLongs()).containsOnly(1);
		}
	}

	@Test
	void stringsAreEmptyAtTheStart() {
		ModelSignature signature = new ModelSignature(List.of(X, TensorSpec.of("h", DataType.BYTES, Shape.of(-1))),
				List.of(Y, TensorSpec.of("h_out", DataType.BYTES, Shape.of(-1))));
		assertThat(
				((StringTensor) SequenceStates.of(signature, NOT_READ, settings(State.zeros("h"))).initial(2).get("h"))
					.elements())
			.containsExactly("", "");
		assertInvalid(signature, settings(new State("h", 1, null)), "of strings, which are empty");
	}

	@Test
	void whenTheModelHasNoSuchStateThenTheErrorSaysWhatItHas() {
		ModelSignature signature = new ModelSignature(List.of(X, spec("h", -1, 2)), List.of(Y, spec("h_out", -1, 2)));
		assertInvalid(signature, settings(State.zeros("k")),
				"the model has no input \"k\" for a state; it has [x INT64[-1, 3], h FP32[-1, 2]]");
		assertInvalid(signature, SequenceSettings.of(Map.of("k_out", State.zeros("h"))),
				"the model has no output \"k_out\" for a state");
		assertInvalid(signature, settings(State.zeros("x")), "which is of another type");
		Map<String, State> twice = new LinkedHashMap<>(Map.of("h_out", State.zeros("h")));
		twice.put("y", State.zeros("h"));
		assertInvalid(signature, SequenceSettings.of(twice), "given by two states");
		assertInvalid(new ModelSignature(List.of(spec("h", -1, 2)), List.of(spec("h_out", -1, 2))),
				settings(State.zeros("h")), "all inputs of the model are states");
	}

	@Test
	void whenTheShapeAtTheStartIsNotKnownThenTheErrorNamesTheProperty() {
		assertInvalid(spec("h", -1, -1, 2), State.zeros("h"), "is not known: h FP32[-1, -1, 2]");
		assertInvalid(spec("h", 2, -1, 2), State.zeros("h"), "is not known");
		assertInvalid(spec("h", -1, -1, 2), new State("h", 0, Shape.of(1, -1, 2)), "is not known: [1, -1, 2]");
		assertInvalid(spec("h", -1, 2), new State("h", 0, Shape.of(-1, 3)), "is not what the model takes");
		assertInvalid(spec("h", -1, 2), new State("h", 0, Shape.of(-1)), "is not what the model takes");
	}

	@Test
	void theStateIsACopy() {
		ByteBuffer shared = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
		shared.putFloat(0, 1).putFloat(4, 2).putFloat(8, 3).putFloat(12, 4);
		NamedTensors outputs = NamedTensors.of("y", Tensor.of(Shape.of(1, 4), 0f, 0, 0, 0), "h_out",
				Tensor.of(DataType.FP32, Shape.of(2, 2), shared).slice(1, 2));
		SequenceStates states = of(spec("h", -1, 2), State.zeros("h"));
		NamedTensors after = states.after(outputs);
		shared.putFloat(8, 9).putFloat(12, 9);
		assertThat(after.names()).containsExactly("h");
		assertThat(after.numeric("h").toFloats()).containsExactly(3, 4);
		assertThat(after.numeric("h").isDirect()).isFalse();
		assertThat(SequenceStates.bytes(after)).isEqualTo(8);
		assertThat(states.results(outputs).names()).containsExactly("y");
	}

	@Test
	void whenTheModelGivesAStateThatItDoesNotTakeThenTheRunHasFailed() {
		SequenceStates states = of(spec("h", -1, 2), State.zeros("h"));
		assertThatExceptionOfType(ExecutionFailed.class)
			.isThrownBy(() -> states.after(NamedTensors.of("h_out", Tensor.of(Shape.of(1, 3), 1f, 2, 3))))
			.withMessage("the model gave the state \"h_out\" as FP32[1, 3], and takes h FP32[-1, 2]");
		assertThatExceptionOfType(ExecutionFailed.class)
			.isThrownBy(() -> states.after(NamedTensors.of("y", Tensor.of(Shape.of(1, 3), 1f, 2, 3))))
			.withMessage("the model did not give the state \"h_out\"");
	}

	private static void assertInvalid(TensorSpec input, State state, String message) {
		assertInvalid(new ModelSignature(List.of(X, input), List.of(Y, spec("h_out", input.shape().toArray()))),
				settings(state), message);
	}

	private static void assertInvalid(ModelSignature signature, SequenceSettings settings, String message) {
		assertThatExceptionOfType(InvalidModelException.class)
			.isThrownBy(() -> SequenceStates.of(signature, NOT_READ, settings))
			.withMessageContaining(message)
			.satisfies(failure -> assertThat(failure.describe("chars"))
				.contains("model-serving.models.chars.sequences.states"));
	}

	private static SequenceStates of(TensorSpec input, State state) {
		return SequenceStates.of(
				new ModelSignature(List.of(X, input), List.of(Y, spec("h_out", input.shape().toArray()))), NOT_READ,
				settings(state));
	}

	private static SequenceSettings settings(State state) {
		return SequenceSettings.of(Map.of("h_out", state));
	}

	private static TensorSpec spec(String name, long... dimensions) {
		return TensorSpec.of(name, DataType.FP32, Shape.of(dimensions));
	}

}
