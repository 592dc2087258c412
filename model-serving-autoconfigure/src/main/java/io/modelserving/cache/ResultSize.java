package io.modelserving.cache;

import java.nio.ByteBuffer;

import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.StringTensor;
import io.modelserving.tensor.Tensor;

/**
 * Copies results and says how much memory a copy takes. A result may be a part of what a
 * whole batch gave, and would keep all of that.
 */
final class ResultSize {

	/** Of the entry, with its key. */
	private static final int ENTRY_BYTES = 320;

	private static final int TENSOR_BYTES = 160;

	private static final int STRING_BYTES = 48;

	private ResultSize() {
	}

	static NamedTensors copy(NamedTensors outputs) {
		return outputs.map((name, tensor) -> copy(tensor));
	}

	private static Tensor copy(Tensor tensor) {
		if (tensor instanceof StringTensor strings) {
			return Tensor.of(strings.shape(), strings.elements().toArray(String[]::new));
		}
		NumericTensor numbers = (NumericTensor) tensor;
		ByteBuffer elements = numbers.data();
		return Tensor.of(numbers.dataType(), numbers.shape(),
				ByteBuffer.allocate(elements.remaining()).put(elements).flip());
	}

	/**
	 * Return the memory that a copy takes.
	 * @return about as many bytes, and rather more than fewer
	 */
	static long bytes(NamedTensors outputs) {
		long bytes = ENTRY_BYTES;
		for (String name : outputs.names()) {
			bytes += TENSOR_BYTES + 2L * name.length();
			if (outputs.get(name) instanceof StringTensor strings) {
				for (String element : strings.elements()) {
					bytes += STRING_BYTES + 2L * element.length();
				}
			}
			else {
				bytes += ((NumericTensor) outputs.get(name)).data().remaining();
			}
		}
		return bytes;
	}

}
