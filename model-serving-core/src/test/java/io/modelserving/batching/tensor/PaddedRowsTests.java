package io.modelserving.batching.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.StringTensor;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.Workspace;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PaddedRows}.
 */
class PaddedRowsTests {

	private final Workspace workspace = new Workspace();

	@Test
	void shorterRowsArePaddedAtTheirEnd() {
		Tensor padded = PaddedRows.concatenate("ids",
				List.of(Tensor.of(Shape.of(2, 2), 1L, 2L, 3L, 4L), Tensor.of(Shape.of(1, 3), 5L, 6L, 7L)), 1, 4, 9,
				this.workspace);
		assertThat(padded.shape()).isEqualTo(Shape.of(3, 4));
		assertThat(((NumericTensor) padded).toLongs()).containsExactly(1, 2, 9, 9, 3, 4, 9, 9, 5, 6, 7, 9);
		assertThat(((NumericTensor) padded).isDirect()).isTrue();
	}

	@Test
	void dimensionsInsideThePaddedOneStayTogether() {
		Tensor padded = PaddedRows.concatenate("x",
				List.of(Tensor.of(Shape.of(1, 1, 2), 1f, 2f), Tensor.of(Shape.of(1, 2, 2), 3f, 4f, 5f, 6f)), 1, 2, -1,
				this.workspace);
		assertThat(padded.shape()).isEqualTo(Shape.of(2, 2, 2));
		assertThat(((NumericTensor) padded).toFloats()).containsExactly(1, 2, -1, -1, 3, 4, 5, 6);
	}

	@Test
	void dimensionsOutsideThePaddedOneArePaddedEach() {
		Tensor padded = PaddedRows.concatenate("x", List.of(Tensor.of(Shape.of(1, 2, 1), 1, 2)), 2, 3, 0,
				this.workspace);
		assertThat(((NumericTensor) padded).toLongs()).containsExactly(1, 0, 0, 2, 0, 0);
	}

	@Test
	void whenARowIsEmptyThenItIsAllPadding() {
		Tensor padded = PaddedRows.concatenate("x",
				List.of(Tensor.of(Shape.of(1, 0), new int[0]), Tensor.of(Shape.of(1, 1), 7)), 1, 2, 3, this.workspace);
		assertThat(((NumericTensor) padded).toLongs()).containsExactly(3, 3, 7, 3);
	}

	@Test
	void stringsArePaddedWithTheEmptyString() {
		Tensor padded = PaddedRows.concatenate("x",
				List.of(Tensor.of(Shape.of(2, 1), "a", "b"), Tensor.of(Shape.of(1, 2), "c", "d")), 1, 2, 0,
				this.workspace);
		assertThat(padded.shape()).isEqualTo(Shape.of(3, 2));
		assertThat(((StringTensor) padded).elements()).containsExactly("a", "", "b", "", "c", "d");
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "BYTES")
	void thePadValueIsOfTheTensorsType(DataType type) {
		Tensor empty = Tensor.of(type, Shape.of(1, 0), ByteBuffer.allocate(0));
		NumericTensor padded = (NumericTensor) PaddedRows.concatenate("x", List.of(empty), 1, 2, 1, this.workspace);
		assertThat(padded.dataType()).isEqualTo(type);
		if (type.isFloatingPoint()) {
			assertThat(padded.toFloats()).containsExactly(1f, 1f);
		}
		else {
			assertThat(padded.toLongs()).containsExactly(1, 1);
		}
	}

	@Test
	void truncationIsTheInverseOfPadding() {
		Tensor part = Tensor.of(Shape.of(2, 2, 2), 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
		Tensor padded = PaddedRows.concatenate("x", List.of(part), 1, 5, 9, this.workspace);
		Tensor truncated = PaddedRows.truncate(padded, 1, 2);
		assertThat(truncated.shape()).isEqualTo(part.shape());
		assertThat(((NumericTensor) truncated).toLongs()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
		Tensor strings = PaddedRows.truncate(Tensor.of(Shape.of(2, 2), "a", "b", "c", "d"), 1, 1);
		assertThat(((StringTensor) strings).elements()).containsExactly("a", "c");
	}

	@Test
	void truncationReadsTheMachinesByteOrder() {
		ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putInt(1).putInt(2).flip();
		Tensor truncated = PaddedRows.truncate(Tensor.of(DataType.INT32, Shape.of(1, 2), data), 1, 1);
		assertThat(((NumericTensor) truncated).toLongs()).containsExactly(1);
	}

	@Test
	void whenATensorIsNotLongerThenItIsLeftAsItIs() {
		Tensor tensor = Tensor.of(Shape.of(1, 2), 1, 2);
		assertThat(PaddedRows.truncate(tensor, 1, 2)).isSameAs(tensor);
		assertThat(PaddedRows.truncate(tensor, 1, 3)).isSameAs(tensor);
		assertThat(PaddedRows.truncate(tensor, 2, 1)).isSameAs(tensor);
	}

}
