package io.modelserving.batching.tensor;

import java.util.Arrays;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.modelserving.batching.BatchAdapter;
import io.modelserving.batching.BatchFunction;
import io.modelserving.batching.Batcher;
import io.modelserving.batching.Deadline;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.Workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link TensorBatching} and its adapters.
 */
class TensorBatchingTests {

	private final Workspace workspace = new Workspace();

	private final BatchAdapter<NamedTensors, NamedTensors> plain = TensorBatching.byRows(Padding.NONE);

	private final BatchAdapter<NamedTensors, NamedTensors> padded = TensorBatching.byRows(new Padding(
			Map.of("ids", new Padding.Input(1, 7), "mask", new Padding.Input(1, 0)), Map.of("tokens", 1), List.of(4)));

	@Test
	void whenACallAloneWasPaddedAndItsOutputHasOtherRowsThenItIsRunAgainAsItCame() {
		List<Shape> shapes = new ArrayList<>();
		BatchFunction<NamedTensors, NamedTensors> total = (batch, workspace) -> {
			shapes.add(batch.get("ids").shape());
			float sum = 0;
			for (long id : batch.numeric("ids").toLongs()) {
				sum += id;
			}
			return NamedTensors.of("sum", Tensor.of(Shape.of(), sum));
		};
		NamedTensors call = NamedTensors.of("ids", Tensor.of(Shape.of(1, 3), 1L, 2L, 3L), "mask",
				Tensor.of(Shape.of(1, 3), 1L, 1L, 1L));
		assertThat(run(this.padded, total, call)).containsExactly(6);
		assertThat(shapes).containsExactly(Shape.of(1, 4), Shape.of(1, 3));
		assertThat(run(this.plain, total, call)).containsExactly(6);
		assertThat(shapes).hasSize(3);
	}

	private static float[] run(BatchAdapter<NamedTensors, NamedTensors> adapter,
			BatchFunction<NamedTensors, NamedTensors> total, NamedTensors call) {
		try (Batcher<NamedTensors, NamedTensors> batcher = Batcher.dynamic(adapter, List.of(total)).build()) {
			return batcher.submit(call, Deadline.NONE).join().numeric("sum").toFloats();
		}
	}

	@Test
	void rowsAreTheFirstDimension() {
		assertThat(this.plain.rows(NamedTensors.of("x", Tensor.of(Shape.of(3, 1), 1, 2, 3)))).isEqualTo(3);
	}

	@Test
	void whenThereIsNoSharedFirstDimensionThenTheInputIsInvalid() {
		NamedTensors input = NamedTensors.of("a", Tensor.of(Shape.of(2), 1, 2), "b", Tensor.of(Shape.of(1), 1));
		assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> this.plain.rows(input))
			.withMessage("tensor \"b\" has 1 rows where the tensors before it have 2");
	}

	@Test
	void callsShareABatchIfTheirRowsHaveTheSameShapes() {
		Object group = this.plain.group(floats(2, 3));
		assertThat(this.plain.group(floats(5, 3))).isEqualTo(group).hasSameHashCodeAs(group);
		assertThat(this.plain.group(floats(2, 4))).isNotEqualTo(group);
		assertThat(this.plain.group(NamedTensors.of("y", floats(2, 3).get("x")))).isNotEqualTo(group);
	}

	@Test
	void whenInputsComeInAnotherOrderThenCallsShareABatchNonetheless() {
		Tensor pair = Tensor.of(Shape.of(1, 2), 1f, 2f);
		Tensor single = Tensor.of(Shape.of(1, 1), 1f);
		Object group = this.plain.group(NamedTensors.of("a", pair, "b", single));
		assertThat(this.plain.group(NamedTensors.of("b", single, "a", pair))).isEqualTo(group).hasSameHashCodeAs(group);
		assertThat(this.plain.group(NamedTensors.of("a", single, "b", pair))).isNotEqualTo(group);
		assertThat(this.plain.group(NamedTensors.of("a", pair, "c", single))).isNotEqualTo(group);
		assertThat(this.plain.group(NamedTensors.of("a", pair))).isNotEqualTo(group);
	}

	@Test
	void whenRanksDifferThenCallsDoNotShareABatch() {
		Object group = this.plain.group(NamedTensors.of("x", Tensor.of(Shape.of(1, 2), 1f, 2f)));
		assertThat(this.plain.group(NamedTensors.of("x", Tensor.of(Shape.of(1, 2, 1), 1f, 2f)))).isNotEqualTo(group);
		assertThat(this.plain.group(NamedTensors.of("x", Tensor.of(Shape.of(2), 1f, 2f)))).isNotEqualTo(group);
	}

	@Test
	void whenPaddedThenCallsOfDifferentLengthShareABatch() {
		assertThat(this.padded.group(text(1, 2, 3))).isEqualTo(this.padded.group(text(1)));
	}

	@Test
	void whenThePaddedInputsOfACallDifferInLengthThenTheInputIsInvalid() {
		NamedTensors input = NamedTensors.of("ids", Tensor.of(Shape.of(1, 2), 1L, 2L), "mask",
				Tensor.of(Shape.of(1, 1), 1L));
		assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> this.padded.group(input))
			.withMessageContaining("the length ")
			.withMessageContaining("differs from that of other inputs");
	}

	@Test
	void aBatchIsTheRowsOfItsCallsInDirectMemory() {
		NamedTensors merged = this.plain.merge(List.of(floats(1, 2), floats(2, 2)), this.workspace);
		assertThat(merged.get("x").shape()).isEqualTo(Shape.of(3, 2));
		assertThat(merged.numeric("x").isDirect()).isTrue();
		assertThat(merged.numeric("x").toFloats()).containsExactly(0, 1, 0, 1, 2, 3);
		assertThat(this.plain.merge(List.of(floats(2, 2)), this.workspace).numeric("x").isDirect()).isTrue();
	}

	@Test
	void whenPaddedThenTheBatchHasTheLengthOfTheBucket() {
		NamedTensors merged = this.padded.merge(List.of(text(1), text(2, 3)), this.workspace);
		assertThat(merged.names()).containsExactly("ids", "mask");
		assertThat(merged.numeric("ids").toLongs()).containsExactly(1, 7, 7, 7, 2, 3, 7, 7);
		assertThat(merged.numeric("mask").toLongs()).containsExactly(1, 0, 0, 0, 1, 1, 0, 0);
	}

	@Test
	void whenPaddedThenInputsWithoutALengthAreConcatenated() {
		BatchAdapter<NamedTensors, NamedTensors> adapter = TensorBatching
			.byRows(new Padding(Map.of("ids", new Padding.Input(1, 0)), Map.of(), List.of()));
		NamedTensors first = NamedTensors.of("ids", Tensor.of(Shape.of(1, 1), 1L), "k", Tensor.of(Shape.of(1), 5));
		NamedTensors second = NamedTensors.of("ids", Tensor.of(Shape.of(1, 2), 2L, 3L), "k", Tensor.of(Shape.of(1), 6));
		NamedTensors merged = adapter.merge(List.of(first, second), this.workspace);
		assertThat(merged.numeric("ids").toLongs()).containsExactly(1, 0, 2, 3);
		assertThat(merged.numeric("k").toLongs()).containsExactly(5, 6);
	}

	@Test
	void theAnswerIsTakenApartByRows() {
		NamedTensors output = NamedTensors.of("y", Tensor.of(Shape.of(3), 1f, 2f, 3f));
		List<NamedTensors> answers = this.plain.scatter(output, List.of(floats(1, 2), floats(2, 2)));
		assertThat(answers).hasSize(2);
		assertThat(answers.get(0).numeric("y").toFloats()).containsExactly(1);
		assertThat(answers.get(1).numeric("y").toFloats()).containsExactly(2, 3);
	}

	@Test
	void whenPaddedThenTheAnswerIsCutBackToTheCallsOwnLength() {
		NamedTensors output = NamedTensors.of("tokens", Tensor.of(Shape.of(2, 4), 10L, 0L, 0L, 0L, 20L, 30L, 0L, 0L),
				"label", Tensor.of(Shape.of(2), 1L, 2L));
		List<NamedTensors> answers = this.padded.scatter(output, List.of(text(1), text(2, 3)));
		assertThat(answers.get(0).numeric("tokens").toLongs()).containsExactly(10);
		assertThat(answers.get(1).numeric("tokens").toLongs()).containsExactly(20, 30);
		assertThat(answers.get(1).numeric("tokens").shape()).isEqualTo(Shape.of(1, 2));
		assertThat(answers.get(1).numeric("label").toLongs()).containsExactly(2);
	}

	@Test
	void whenTheAnswerHasOtherRowsThenTheOutputIsNamed() {
		NamedTensors output = NamedTensors.of("y", Tensor.of(Shape.of(2), 1f, 2f));
		assertThatIllegalStateException()
			.isThrownBy(() -> this.plain.scatter(output, List.of(floats(1, 2), floats(2, 2))))
			.withMessage("output \"y\" has the shape [2] for a batch of 3 rows");
		NamedTensors scalar = NamedTensors.of("y", Tensor.of(Shape.of(), 1f));
		assertThatIllegalStateException().isThrownBy(() -> this.plain.scatter(scalar, List.of(floats(1, 2))))
			.withMessage("output \"y\" has the shape [] for a batch of 1 rows");
	}

	@Test
	void slicesAreJoinedInTheirOrder() {
		NamedTensors input = floats(3, 2);
		List<NamedTensors> slices = List.of(this.plain.slice(input, 0, 2), this.plain.slice(input, 2, 3));
		assertThat(this.plain.join(slices).numeric("x").toFloats()).containsExactly(0, 1, 2, 3, 4, 5);
	}

	@Test
	void whenRequestsAreWholeThenACallIsOneRowAndPassesThrough() {
		BatchAdapter<NamedTensors, NamedTensors> whole = TensorBatching.wholeRequests();
		NamedTensors scalar = NamedTensors.of("x", Tensor.of(Shape.of(), 5f));
		assertThat(whole.rows(scalar)).isEqualTo(1);
		assertThat(whole.group(scalar)).isEqualTo(whole.group(floats(2, 3)));
		NamedTensors merged = whole.merge(List.of(scalar), this.workspace);
		assertThat(merged.get("x").shape()).isEqualTo(Shape.of());
		assertThat(merged.numeric("x").isDirect()).isTrue();
		assertThat(whole.scatter(scalar, List.of(scalar))).containsExactly(scalar);
	}

	@Test
	void whenACallGivesAnOptionalInputThenItRunsAloneAndAsItIs() {
		BatchAdapter<NamedTensors, NamedTensors> adapter = TensorBatching.byRows(RowAxes.FIRST, Padding.NONE,
				Set.of("scale"));
		NamedTensors plainCall = floats(3, 2);
		NamedTensors scaled = NamedTensors.of("x", plainCall.get("x"), "scale", Tensor.of(Shape.of(2), 10f, 20f));
		assertThat(adapter.rows(scaled)).isEqualTo(1);
		assertThat(adapter.group(scaled)).isNotEqualTo(adapter.group(scaled)).isNotEqualTo(adapter.group(plainCall));
		assertThat(adapter.slice(scaled, 0, 1)).isSameAs(scaled);
		NamedTensors merged = adapter.merge(List.of(scaled), this.workspace);
		assertThat(merged.numeric("scale").toFloats()).containsExactly(10, 20);
		assertThat(merged.get("x").shape()).isEqualTo(Shape.of(3, 2));
		NamedTensors answer = NamedTensors.of("y", Tensor.of(Shape.of(), 5f));
		assertThat(adapter.scatter(answer, List.of(scaled))).containsExactly(answer);
		assertThat(adapter.join(List.of(answer))).isSameAs(answer);
		assertThat(adapter.rows(plainCall)).isEqualTo(3);
		assertThat(adapter.group(plainCall)).isEqualTo(adapter.group(floats(1, 2)));
		assertThat(adapter.slice(plainCall, 0, 2).get("x").shape()).isEqualTo(Shape.of(2, 2));
		assertThat(adapter.merge(List.of(plainCall, floats(1, 2)), this.workspace).rowCount()).isEqualTo(4);
		assertThat(adapter.join(List.of(floats(1, 2), floats(2, 2))).rowCount()).isEqualTo(3);
		assertThat(adapter.scatter(floats(4, 1), List.of(plainCall, floats(1, 2)))).hasSize(2);
	}

	private static NamedTensors floats(int rows, int columns) {
		float[] elements = new float[rows * columns];
		for (int i = 0; i < elements.length; i++) {
			elements[i] = i;
		}
		return NamedTensors.of("x", Tensor.of(Shape.of(rows, columns), elements));
	}

	private static NamedTensors text(long... ids) {
		long[] mask = new long[ids.length];
		Arrays.fill(mask, 1);
		return NamedTensors.of("ids", Tensor.of(Shape.of(1, ids.length), ids), "mask",
				Tensor.of(Shape.of(1, ids.length), mask));
	}

}
