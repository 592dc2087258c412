package io.modelserving.model.onnx;

import java.nio.ByteBuffer;
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
 * @param reader reads strings, {@code null} where there are none
 */
record TensorOutput(TensorSpec spec, @Nullable TextReader reader) implements OnnxOutput {

	@Override
	public List<TensorSpec> specs() {
		return List.of(this.spec);
	}

	@Override
	public void read(OnnxValue value, Map<String, Tensor> tensors) throws OrtException {
		tensors.put(this.spec.name(), read((OnnxTensor) value, this.spec, this.reader));
	}

	/**
	 * Copy a tensor out of the runtime's memory.
	 * @param tensor the runtime's tensor
	 * @param spec its name, and its element type as the model declares it
	 * @param reader reads strings
	 * @return a tensor on the heap
	 * @throws OrtException if the runtime cannot give its elements
	 */
	static Tensor read(OnnxTensor tensor, TensorSpec spec, @Nullable TextReader reader) throws OrtException {
		Shape shape = Shape.of(tensor.getInfo().getShape());
		boolean empty = shape.elementCount() == 0;
		if (spec.dataType() != DataType.BYTES) {
			return Tensor.of(spec.dataType(), shape, empty ? ByteBuffer.allocate(0) : tensor.getByteBuffer());
		}
		if (empty) {
			return Tensor.of(shape, new String[0]);
		}
		List<String> elements = (reader != null) ? reader.read(spec.name(), tensor) : TextReader.readPlain(tensor);
		return Tensor.of(shape, elements.toArray(String[]::new));
	}

}
