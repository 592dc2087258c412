package io.modelserving.batching.tensor;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.modelserving.batching.BatchAdapter;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.StringTensor;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.Workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for batches along {@link RowAxes}.
 */
class RowAxesTests {

	private final BatchAdapter<NamedTensors, NamedTensors> adapter = TensorBatching
		.byRows(new RowAxes(Map.of("h", 1, "s", 1, "y", 2)), Padding.NONE, Set.of());

	/** Element i, j, k of a row is told by its number. */
	private static Tensor tensor(int axis, int first, int rows, int... others) {
		List<Long> dimensions = new ArrayList<>(IntStream.of(others).mapToObj(Long::valueOf).toList());
		dimensions.add(axis, (long) rows);
		Shape shape = Shape.of(dimensions.stream().mapToLong(Long::longValue).toArray());
		int inner = IntStream.of(others).skip(axis).reduce(1, (one, other) -> one * other);
		float[] elements = new float[(int) shape.elementCount()];
		for (int i = 0; i < elements.length; i++) {
			int outer = i / (rows * inner);
			int row = i / inner % rows;
			elements[i] = 10_000 * (first + row) + 100 * outer + i % inner;
		}
		return Tensor.of(shape, elements);
	}

	private static NamedTensors call(int first, int rows) {
		return NamedTensors.of(Map.of("x", tensor(0, first, rows, 3), "h", tensor(1, first, rows, 2, 4)));
	}

	@ParameterizedTest
	@CsvSource({ "1, 1", "3, 1", "1, 2", "2, 5" })
	void whenCallsAreMergedThenTheirRowsLieSideBySide(int one, int other) {
		NamedTensors batch = this.adapter.merge(List.of(call(0, one), call(one, other)), new Workspace());
		assertSame(batch, call(0, one + other));
		assertThat(batch.numeric("h").isDirect()).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "1, 1", "3, 1", "1, 2", "2, 5" })
	void whenAResultIsTakenApartThenEachCallHasItsRows(int one, int other) {
		List<NamedTensors> calls = List.of(call(0, one), call(one, other));
		NamedTensors output = NamedTensors.of("y", tensor(2, 0, one + other, 3, 2), "h",
				tensor(1, 0, one + other, 2, 4));
		List<NamedTensors> results = this.adapter.scatter(output, calls);
		assertSame(results.get(0), NamedTensors.of("y", tensor(2, 0, one, 3, 2), "h", tensor(1, 0, one, 2, 4)));
		assertSame(results.get(1), NamedTensors.of("y", tensor(2, one, other, 3, 2), "h", tensor(1, one, other, 2, 4)));
		assertSame(this.adapter.join(results), output);
	}

	@ParameterizedTest
	@EnumSource(value = DataType.class, mode = EnumSource.Mode.EXCLUDE, names = "BYTES")
	void elementsOfEverySizeKeepTheirPlaces(DataType type) {
		int size = type.elementBytes();
		List<NamedTensors> calls = IntStream.range(0, 3).mapToObj(call -> {
			ByteBuffer data = ByteBuffer.allocate(5 * size);
			for (int i = 0; i < 5; i++) {
				data.put(i * size, (byte) (10 * call + i)).put(i * size + size - 1, (byte) (10 * call + i));
			}
			return NamedTensors.of("h", Tensor.of(type, Shape.of(5, 1), data));
		}).toList();
		NamedTensors batch = this.adapter.merge(calls, new Workspace());
		for (int i = 0; i < 15; i++) {
			assertThat(batch.numeric("h").data().get(i * size)).isEqualTo((byte) (10 * (i % 3) + i / 3));
		}
		List<NamedTensors> results = this.adapter.scatter(batch, calls);
		for (int call = 0; call < 3; call++) {
			assertSame(results.get(call), calls.get(call));
		}
	}

	@Test
	void whenACallIsLargerThanABatchThenItIsCutAlongItsRows() {
		assertThat(this.adapter.rows(call(0, 5))).isEqualTo(5);
		assertSame(this.adapter.slice(call(0, 5), 2, 4), call(2, 2));
	}

	@Test
	void whenThereIsOneRunThenAPartSharesTheMemory() {
		Tensor tensor = tensor(1, 0, 4, 1, 2);
		assertThat(tensor.slice(1, 0, 4)).isSameAs(tensor);
		assertSame(NamedTensors.of("t", tensor.slice(1, 1, 3)), NamedTensors.of("t", tensor(1, 1, 2, 1, 2)));
		assertThat(tensor.slice(1, 2, 2).shape()).isEqualTo(Shape.of(1, 0, 2));
	}

	@Test
	void stringsAreJoinedAndTakenApartToo() {
		NamedTensors one = NamedTensors.of("s", Tensor.of(Shape.of(2, 1, 2), "a", "b", "c", "d"));
		NamedTensors two = NamedTensors.of("s", Tensor.of(Shape.of(2, 2, 2), "A", "B", "C", "D", "E", "F", "G", "H"));
		NamedTensors batch = this.adapter.merge(List.of(one, two), new Workspace());
		assertThat(((StringTensor) batch.get("s")).elements()).containsExactly("a", "b", "A", "B", "C", "D", "c", "d",
				"E", "F", "G", "H");
		assertThat(((StringTensor) this.adapter.scatter(batch, List.of(one, two)).get(1).get("s")).elements())
			.containsExactly("A", "B", "C", "D", "E", "F", "G", "H");
	}

	@Test
	void callsShareABatchIfAllButTheirRowsIsAlike() {
		assertThat(this.adapter.group(call(0, 1))).isEqualTo(this.adapter.group(call(0, 3)))
			.hasSameHashCodeAs(this.adapter.group(call(0, 3)));
		NamedTensors longer = NamedTensors.of(Map.of("x", tensor(0, 0, 1, 3), "h", tensor(1, 0, 1, 3, 4)));
		assertThat(this.adapter.group(longer)).isNotEqualTo(this.adapter.group(call(0, 1)));
	}

	@Test
	void whenRowsDifferThenTheCallIsRejected() {
		assertThatExceptionOfType(InvalidInput.class)
			.isThrownBy(() -> this.adapter.rows(NamedTensors.of("x", tensor(0, 0, 2, 3), "h", tensor(1, 0, 3, 2, 4))))
			.withMessageContaining("\"h\" has 3 rows");
		assertThatExceptionOfType(InvalidInput.class)
			.isThrownBy(() -> this.adapter.rows(NamedTensors.of("h", Tensor.of(Shape.of(2), 1f, 2f))))
			.withMessage("tensor \"h\" of the shape [2] has no rows in dimension 1");
	}

	@Test
	void whenAResultHasOtherRowsThenItIsAMismatch() {
		assertThat(this.adapter.mismatch(NamedTensors.of("y", tensor(2, 0, 3, 3, 2)), List.of(call(0, 2))))
			.isEqualTo("output \"y\" has the shape [3, 2, 3] for a batch of 2 rows");
		assertThat(this.adapter.mismatch(NamedTensors.of("y", tensor(0, 0, 2, 3)), List.of(call(0, 2)))).isNotNull();
	}

	private static void assertSame(NamedTensors actual, NamedTensors expected) {
		assertThat(actual.names()).isEqualTo(expected.names());
		expected.asMap().forEach((name, tensor) -> {
			assertThat(actual.get(name).shape()).as(name).isEqualTo(tensor.shape());
			assertThat(actual.numeric(name).data()).as(name).isEqualTo(expected.numeric(name).data());
		});
	}

}
