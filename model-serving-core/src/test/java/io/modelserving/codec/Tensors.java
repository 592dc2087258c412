package io.modelserving.codec;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.StringTensor;
import io.modelserving.tensor.Tensor;

/**
 * Looks into tensors.
 */
final class Tensors {

	private Tensors() {
	}

	static float[] floats(Tensor tensor) {
		return ((NumericTensor) tensor).toFloats();
	}

	static long[] longs(Tensor tensor) {
		return ((NumericTensor) tensor).toLongs();
	}

	/**
	 * Return the elements as they lie in memory.
	 * @param tensor the tensor
	 * @return strings, or numbers as wide as the elements, FP16 and BF16 as their bits
	 */
	static List<Object> elements(Tensor tensor) {
		if (tensor instanceof StringTensor strings) {
			return new ArrayList<>(strings.elements());
		}
		ByteBuffer data = ((NumericTensor) tensor).data();
		List<Object> elements = new ArrayList<>();
		while (data.hasRemaining()) {
			elements.add(switch (tensor.dataType()) {
				case BOOL, UINT8, INT8 -> data.get();
				case UINT16, INT16, FP16, BF16 -> data.getShort();
				case UINT32, INT32 -> data.getInt();
				case UINT64, INT64 -> data.getLong();
				case FP32 -> data.getFloat();
				case FP64 -> data.getDouble();
				case BYTES -> throw new AssertionError();
			});
		}
		return elements;
	}

}
