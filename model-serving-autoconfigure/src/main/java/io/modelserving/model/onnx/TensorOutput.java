package io.modelserving.model.onnx;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import org.jspecify.annotations.Nullable;

import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;

/**
 * An output that is a tensor.
 *
 * @param spec what the model says of it
 * @param guard checks strings, {@code null} where there are none
 */
record TensorOutput(TensorSpec spec, @Nullable TextGuard guard) implements OnnxOutput {

	@Override
	public List<TensorSpec> specs() {
		return List.of(this.spec);
	}

	@Override
	public void read(OnnxValue value, Map<String, Tensor> tensors) throws OrtException {
		tensors.put(this.spec.name(), read((OnnxTensor) value, this.spec, this.guard));
	}

	/**
	 * Copy a tensor out of the runtime's memory.
	 * @param tensor the runtime's tensor
	 * @param spec its name, and its element type as the model declares it
	 * @param guard checks strings
	 * @return a tensor on the heap
	 * @throws OrtException if the runtime cannot give its elements
	 */
	static Tensor read(OnnxTensor tensor, TensorSpec spec, @Nullable TextGuard guard) throws OrtException {
		Shape shape = Shape.of(tensor.getInfo().getShape());
		boolean empty = shape.elementCount() == 0;
		if (spec.dataType() != DataType.BYTES) {
			return Tensor.of(spec.dataType(), shape, empty ? ByteBuffer.allocate(0) : tensor.getByteBuffer());
		}
		if (empty) {
			return Tensor.of(shape, new String[0]);
		}
		if (guard != null) {
			guard.check(spec.name(), tensor);
		}
		List<String> elements = new ArrayList<>();
		flatten(tensor.getValue(), elements);
		return Tensor.of(shape, elements.toArray(String[]::new));
	}

	private static void flatten(Object value, List<String> elements) {
		if (value instanceof Object[] array) {
			for (Object element : array) {
				flatten(element, elements);
			}
		}
		else {
			elements.add((String) value);
		}
	}

}
