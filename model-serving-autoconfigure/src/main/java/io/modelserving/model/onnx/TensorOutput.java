package io.modelserving.model.onnx;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;

import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;

/**
 * An output that is a tensor.
 *
 * @param spec what the model says of it
 */
record TensorOutput(TensorSpec spec) implements OnnxOutput {

	@Override
	public List<TensorSpec> specs() {
		return List.of(this.spec);
	}

	@Override
	public void read(OnnxValue value, Map<String, Tensor> tensors) throws OrtException {
		tensors.put(this.spec.name(), read((OnnxTensor) value, this.spec.dataType()));
	}

	/**
	 * Copy a tensor out of the runtime's memory.
	 * @param tensor the runtime's tensor
	 * @param type its element type, as the model declares it
	 * @return a tensor on the heap
	 * @throws OrtException if the runtime cannot give its elements
	 */
	static Tensor read(OnnxTensor tensor, DataType type) throws OrtException {
		Shape shape = Shape.of(tensor.getInfo().getShape());
		if (type == DataType.BYTES) {
			return Tensor.of(shape, strings(tensor, shape));
		}
		return Tensor.of(type, shape, (shape.elementCount() == 0) ? ByteBuffer.allocate(0) : tensor.getByteBuffer());
	}

	private static String[] strings(OnnxTensor tensor, Shape shape) throws OrtException {
		List<String> elements = new ArrayList<>();
		if (shape.elementCount() > 0) {
			flatten(tensor.getValue(), elements);
		}
		return elements.toArray(String[]::new);
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
