package io.modelserving.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Tensor} and its two kinds.
 */
class TensorTests {

	@Test
	void factoriesGiveTheElementTypeOfTheirArray() {
		assertThat(Tensor.of(Shape.of(2), 1f, 2f).dataType()).isEqualTo(DataType.FP32);
		assertThat(Tensor.of(Shape.of(2), 1d, 2d).dataType()).isEqualTo(DataType.FP64);
		assertThat(Tensor.of(Shape.of(2), 1L, 2L).dataType()).isEqualTo(DataType.INT64);
		assertThat(Tensor.of(Shape.of(2), 1, 2).dataType()).isEqualTo(DataType.INT32);
		assertThat(Tensor.of(Shape.of(2), "a", "b").dataType()).isEqualTo(DataType.BYTES);
	}

	@Test
	void factoriesKeepTheElements() {
		assertThat(Tensor.of(Shape.of(2), 1.5f, -2f).toFloats()).containsExactly(1.5f, -2f);
		assertThat(Tensor.of(Shape.of(2), 1.5d, -2d).toFloats()).containsExactly(1.5f, -2f);
		assertThat(Tensor.of(Shape.of(2), Long.MIN_VALUE, 2L).toLongs()).containsExactly(Long.MIN_VALUE, 2);
		assertThat(Tensor.of(Shape.of(2), Integer.MIN_VALUE, 2).toLongs()).containsExactly(Integer.MIN_VALUE, 2);
		assertThat(Tensor.of(Shape.of(2), "a", "").elements()).containsExactly("a", "");
	}

	@Test
	void scalarHasOneElementAndNoRows() {
		NumericTensor scalar = Tensor.of(Shape.of(), 7f);
		assertThat(scalar.toFloats()).containsExactly(7f);
		assertThatIllegalStateException().isThrownBy(scalar::rows).withMessage("a scalar has no rows");
		assertThatIllegalStateException().isThrownBy(() -> scalar.slice(0, 1));
	}

	@Test
	void emptyTensorHasNoElements() {
		NumericTensor empty = Tensor.of(Shape.of(0, 3), new float[0]);
		assertThat(empty.rows()).isZero();
		assertThat(empty.toFloats()).isEmpty();
		assertThat(empty.slice(0, 0)).isSameAs(empty);
	}

	@Test
	void whenTheElementsDoNotFitTheShapeThenTheMessageNamesBoth() {
		assertThatIllegalArgumentException().isThrownBy(() -> Tensor.of(Shape.of(2, 3), 1f, 2f))
			.withMessage("FP32[2, 3] takes 6 elements (24 bytes), not 2 elements (8 bytes)");
		assertThatIllegalArgumentException().isThrownBy(() -> Tensor.of(Shape.of(3), "a"))
			.withMessage("BYTES[3] takes 3 elements, not 1");
	}

	@Test
	void whenTheShapeIsDynamicOrHugeThenCreationIsRejected() {
		assertThatIllegalArgumentException().isThrownBy(() -> Tensor.of(Shape.of(-1), 1f))
			.withMessageContaining("dynamic");
		assertThatIllegalArgumentException().isThrownBy(() -> Tensor.of(Shape.of(-1), "a"))
			.withMessageContaining("dynamic");
		assertThatIllegalArgumentException().isThrownBy(() -> Tensor.of(Shape.of(Long.MAX_VALUE, 2), 1f))
			.withMessageContaining("too many elements");
	}

	@Test
	void whenAStringIsNullThenItsIndexIsNamed() {
		assertThatIllegalArgumentException().isThrownBy(() -> Tensor.of(Shape.of(2), "a", null))
			.withMessage("element 1 is null; a string is needed");
	}

	@Test
	void whenStringsAreMadeNumericThenCreationIsRejected() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Tensor.of(DataType.BYTES, Shape.of(0), ByteBuffer.allocate(0)))
			.withMessage("a tensor of BYTES is made of strings");
	}

	@Test
	void whenTheArrayOfStringsIsWrittenToLaterThenTheTensorStaysAsItWas() {
		String[] elements = { "a", "b" };
		StringTensor tensor = Tensor.of(Shape.of(2), elements);
		elements[0] = "z";
		assertThat(tensor.elements()).containsExactly("a", "b");
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> tensor.elements().set(0, "z"));
	}

	@Test
	void bufferIsReadInTheMachinesByteOrderWhateverItsOwnOrderSays() {
		ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putInt(1).putInt(-2).flip();
		data.order((ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN) ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
		assertThat(Tensor.of(DataType.INT32, Shape.of(2), data).toLongs()).containsExactly(1, -2);
	}

	@Test
	void bufferCountsBetweenPositionAndLimit() {
		ByteBuffer data = ByteBuffer.allocateDirect(5);
		data.put(new byte[] { 9, 1, 2, 3, 9 }).position(1).limit(4);
		NumericTensor tensor = Tensor.of(DataType.UINT8, Shape.of(3), data);
		assertThat(tensor.toLongs()).containsExactly(1, 2, 3);
		assertThat(tensor.isDirect()).isTrue();
		assertThat(data.position()).isEqualTo(1);
	}

	@Test
	void dataIsANewReadOnlyViewEachTime() {
		NumericTensor tensor = Tensor.of(Shape.of(2), 1, 2);
		ByteBuffer first = tensor.data();
		first.getInt();
		assertThat(tensor.data().remaining()).isEqualTo(8);
		assertThat(tensor.data().order()).isEqualTo(ByteOrder.nativeOrder());
		assertThatExceptionOfType(ReadOnlyBufferException.class).isThrownBy(() -> tensor.data().putInt(7));
	}

	@ParameterizedTest
	@EnumSource(names = { "UINT8", "INT8", "BOOL", "UINT16", "INT16", "UINT32", "INT32", "UINT64", "INT64" })
	void integersAreWidenedAccordingToTheirSign(DataType type) {
		ByteBuffer data = ByteBuffer.allocate(type.elementBytes());
		while (data.hasRemaining()) {
			data.put((byte) -1);
		}
		long expected = switch (type) {
			case UINT8 -> 0xffL;
			case UINT16 -> 0xffffL;
			case UINT32 -> 0xffff_ffffL;
			default -> -1;
		};
		assertThat(Tensor.of(type, Shape.of(1), data.flip()).toLongs()).containsExactly(expected);
	}

	@Test
	void halvesAreReadAsFloats() {
		ByteBuffer fp16 = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder());
		fp16.putShort((short) 0x3e00).putShort((short) 0xc000);
		assertThat(Tensor.of(DataType.FP16, Shape.of(2), fp16.flip()).toFloats()).containsExactly(1.5f, -2f);
		ByteBuffer bf16 = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder());
		bf16.putShort((short) 0x3fc0).putShort((short) 0xc000);
		assertThat(Tensor.of(DataType.BF16, Shape.of(2), bf16.flip()).toFloats()).containsExactly(1.5f, -2f);
	}

	@Test
	void whenElementsAreReadAsAnotherKindThenTheMessageNamesTheirType() {
		assertThatIllegalStateException().isThrownBy(() -> Tensor.of(Shape.of(1), 1f).toLongs())
			.withMessage("a tensor of FP32 cannot be read as integers");
		assertThatIllegalStateException().isThrownBy(() -> Tensor.of(Shape.of(1), 1).toFloats())
			.withMessage("a tensor of INT32 cannot be read as floating-point numbers");
		assertThatIllegalStateException().isThrownBy(() -> Tensor.of(Shape.of(1), 1d).asFloatBuffer())
			.withMessage("a tensor of FP64 cannot be read as FP32 elements");
	}

	@Test
	void floatBufferIsAView() {
		assertThat(Tensor.of(Shape.of(2), 1f, 2f).asFloatBuffer().get(1)).isEqualTo(2f);
	}

	@Test
	void slicesAreRowsThatShareTheMemory() {
		ByteBuffer data = ByteBuffer.allocate(6).put(new byte[] { 1, 2, 3, 4, 5, 6 }).flip();
		NumericTensor tensor = Tensor.of(DataType.UINT8, Shape.of(3, 2), data);
		NumericTensor slice = tensor.slice(1, 3);
		assertThat(slice.shape()).isEqualTo(Shape.of(2, 2));
		assertThat(slice.toLongs()).containsExactly(3, 4, 5, 6);
		assertThat(slice.slice(1, 2).toLongs()).containsExactly(5, 6);
		data.put(2, (byte) 9);
		assertThat(slice.toLongs()).containsExactly(9, 4, 5, 6);
		assertThat(tensor.slice(0, 3)).isSameAs(tensor);
		assertThat(tensor.slice(2, 2).toLongs()).isEmpty();
	}

	@Test
	void slicesOfStringsAreRows() {
		StringTensor tensor = Tensor.of(Shape.of(3, 2), "a", "b", "c", "d", "e", "f");
		assertThat(tensor.slice(1, 2).elements()).isEqualTo(List.of("c", "d"));
		assertThat(tensor.slice(1, 2).shape()).isEqualTo(Shape.of(1, 2));
		assertThat(tensor.slice(1, 3).slice(1, 2).elements()).isEqualTo(List.of("e", "f"));
	}

	@Test
	void whenThereAreNoSuchRowsThenASliceIsRejected() {
		Tensor numbers = Tensor.of(Shape.of(2), 1, 2);
		Tensor strings = Tensor.of(Shape.of(2), "a", "b");
		for (Tensor tensor : List.of(numbers, strings)) {
			assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> tensor.slice(-1, 1));
			assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> tensor.slice(2, 1));
			assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> tensor.slice(1, 3))
				.withMessage("rows 1 to 3 of 2");
		}
	}

	@Test
	void stringFormNamesTypeAndShape() {
		assertThat(Tensor.of(Shape.of(1, 2), 1f, 2f)).hasToString("FP32[1, 2]");
		assertThat(Tensor.of(Shape.of(1), "a")).hasToString("BYTES[1]");
	}

}
