package io.modelserving.openinference.grpc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Map.Entry;
import java.util.function.IntConsumer;
import java.util.function.ToIntFunction;

import io.modelserving.grpc.InferTensorContents;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

/**
 * Reads elements from the typed fields of a message.
 */
final class TypedContents {

	private static final Map<String, ToIntFunction<InferTensorContents>> COUNTS = Map.of("bool_contents",
			InferTensorContents::getBoolContentsCount, "int_contents", InferTensorContents::getIntContentsCount,
			"int64_contents", InferTensorContents::getInt64ContentsCount, "uint_contents",
			InferTensorContents::getUintContentsCount, "uint64_contents", InferTensorContents::getUint64ContentsCount,
			"fp32_contents", InferTensorContents::getFp32ContentsCount, "fp64_contents",
			InferTensorContents::getFp64ContentsCount, "bytes_contents", InferTensorContents::getBytesContentsCount);

	private final String label;

	private final DataType dataType;

	private final InferTensorContents contents;

	private TypedContents(String label, DataType dataType, InferTensorContents contents) {
		this.label = label;
		this.dataType = dataType;
		this.contents = contents;
	}

	/**
	 * Read a tensor.
	 * @param label the tensor, as messages name it
	 * @param dataType the type of its elements
	 * @param shape its shape
	 * @param contents the elements
	 * @return the tensor
	 * @throws InvalidInput if the elements are in another field than that of the type,
	 * are not as many as the shape says, or out of the range of the type. No memory is
	 * allocated for elements that are not there
	 */
	static Tensor read(String label, DataType dataType, Shape shape, InferTensorContents contents) {
		return new TypedContents(label, dataType, contents).read(shape);
	}

	private Tensor read(Shape shape) {
		int count = requireCount(shape);
		if (this.dataType == DataType.BYTES) {
			String[] strings = new String[count];
			for (int i = 0; i < count; i++) {
				strings[i] = string(i);
			}
			return Tensor.of(shape, strings);
		}
		ByteBuffer target = ByteBuffer.allocate(Math.multiplyExact(count, this.dataType.elementBytes()))
			.order(ByteOrder.nativeOrder());
		IntConsumer copy = copyTo(target);
		for (int i = 0; i < count; i++) {
			copy.accept(i);
		}
		return Tensor.of(this.dataType, shape, target.flip());
	}

	private int requireCount(Shape shape) {
		String field = field();
		for (Entry<String, ToIntFunction<InferTensorContents>> other : COUNTS.entrySet()) {
			if (!other.getKey().equals(field) && other.getValue().applyAsInt(this.contents) > 0) {
				throw new InvalidInput("%s: elements in %s, where those of %s belong in %s".formatted(this.label,
						other.getKey(), this.dataType, field));
			}
		}
		ToIntFunction<InferTensorContents> counter = COUNTS.get(field);
		int count = (counter != null) ? counter.applyAsInt(this.contents) : 0;
		if (count != elementCount(shape)) {
			throw new InvalidInput("%s: %d elements in %s where shape %s takes %s".formatted(this.label, count, field,
					shape, elementCount(shape)));
		}
		return count;
	}

	private String field() {
		return switch (this.dataType) {
			case BOOL -> "bool_contents";
			case INT8, INT16, INT32 -> "int_contents";
			case INT64 -> "int64_contents";
			case UINT8, UINT16, UINT32 -> "uint_contents";
			case UINT64 -> "uint64_contents";
			case FP32 -> "fp32_contents";
			case FP64 -> "fp64_contents";
			case BYTES -> "bytes_contents";
			case FP16, BF16 -> "raw_input_contents";
		};
	}

	private long elementCount(Shape shape) {
		try {
			return shape.elementCount();
		}
		catch (ArithmeticException ex) {
			throw new InvalidInput("%s: shape %s has too many elements".formatted(this.label, shape), ex);
		}
	}

	private IntConsumer copyTo(ByteBuffer target) {
		return switch (this.dataType) {
			case BOOL -> (i) -> target.put((byte) (this.contents.getBoolContents(i) ? 1 : 0));
			case INT8 -> (i) -> target.put((byte) signed(i, Byte.MIN_VALUE, Byte.MAX_VALUE));
			case INT16 -> (i) -> target.putShort((short) signed(i, Short.MIN_VALUE, Short.MAX_VALUE));
			case INT32 -> (i) -> target.putInt(this.contents.getIntContents(i));
			case INT64 -> (i) -> target.putLong(this.contents.getInt64Contents(i));
			case UINT8 -> (i) -> target.put((byte) unsigned(i, 0xff));
			case UINT16 -> (i) -> target.putShort((short) unsigned(i, 0xffff));
			case UINT32 -> (i) -> target.putInt(this.contents.getUintContents(i));
			case UINT64 -> (i) -> target.putLong(this.contents.getUint64Contents(i));
			case FP32 -> (i) -> target.putFloat(this.contents.getFp32Contents(i));
			case FP64 -> (i) -> target.putDouble(this.contents.getFp64Contents(i));
			case FP16, BF16 -> (i) -> {
			};
			case BYTES -> throw new IllegalStateException("strings are no numbers");
		};
	}

	private int signed(int index, int min, int max) {
		int element = this.contents.getIntContents(index);
		if (element < min || element > max) {
			throw outOfRange(index, element, min, max);
		}
		return element;
	}

	private int unsigned(int index, int max) {
		long element = Integer.toUnsignedLong(this.contents.getUintContents(index));
		if (element > max) {
			throw outOfRange(index, element, 0, max);
		}
		return (int) element;
	}

	private InvalidInput outOfRange(int index, long element, int min, int max) {
		return new InvalidInput("%s: element %d is %d; %s takes %d to %d".formatted(this.label, index, element,
				this.dataType, min, max));
	}

	private String string(int index) {
		if (!this.contents.getBytesContents(index).isValidUtf8()) {
			throw new InvalidInput("%s: element %d is not text in UTF-8".formatted(this.label, index));
		}
		return this.contents.getBytesContents(index).toStringUtf8();
	}

}
