package io.modelserving.model.onnx;

import java.nio.ByteBuffer;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.StringTensor;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.Workspace;

/**
 * Makes the runtime's tensors.
 */
final class OnnxTensors {

	private final OnnxEnvironment environment;

	OnnxTensors(OnnxEnvironment environment) {
		this.environment = environment;
	}

	/**
	 * Make the runtime's tensor of an input. Direct memory is shared, memory on the heap
	 * copied to the workspace.
	 * @param name the name of the input
	 * @param tensor the tensor
	 * @param workspace where a copy goes
	 * @param tensors where the runtime's tensor goes, to be closed before the workspace
	 * is used again
	 * @throws OrtException if the runtime rejects it
	 * @throws InvalidInput if the Java API of the runtime cannot carry the tensor
	 */
	void input(String name, Tensor tensor, Workspace workspace, NativeTensors tensors) throws OrtException {
		if (tensor instanceof StringTensor strings) {
			TextWriter.write(environment(), name, strings, tensors);
			return;
		}
		NumericTensor numeric = (NumericTensor) tensor;
		tensors.add(name, over(name, numeric.dataType(), numeric.shape(), direct(name, numeric, workspace)));
	}

	/**
	 * Make a tensor of the runtime over memory.
	 * @param name the name of the input or output, for the error message
	 * @param type the element type
	 * @param shape the shape
	 * @param data a direct buffer of the size of the shape
	 * @return the tensor, to be closed
	 * @throws OrtException if the runtime rejects it
	 * @throws InvalidInput if the Java API of the runtime cannot create such tensors
	 */
	OnnxTensor over(String name, DataType type, Shape shape, ByteBuffer data) throws OrtException {
		if (!OnnxTypes.isUnsignedWide(type)) {
			return OnnxTensor.createTensor(environment(), data, shape.toArray(), OnnxTypes.javaType(type));
		}
		UnsignedTensors unsignedTensors = this.environment.unsignedTensors();
		if (unsignedTensors == null) {
			throw new InvalidInput(("input \"%s\": tensors of %s cannot be given to ONNX Runtime %s from Java;"
					+ " the model would have to take INT64 and cast it itself")
				.formatted(name, type, environment().getVersion()));
		}
		return unsignedTensors.create(type, data, shape.toArray());
	}

	private static ByteBuffer direct(String name, NumericTensor tensor, Workspace workspace) {
		ByteBuffer data = tensor.data();
		if (data.isDirect()) {
			return data;
		}
		ByteBuffer copy = workspace.buffer("onnx.input." + name, data.remaining());
		return copy.put(data).flip();
	}

	private OrtEnvironment environment() {
		return this.environment.environment();
	}

}
