package io.modelserving.model.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.ValueInfo;

import io.modelserving.model.ModelSignature;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.TensorSpec;

/**
 * What goes in and out of a session.
 *
 * @param signature the tensors
 * @param outputs how to read them, in the model's order
 */
record OnnxSignature(ModelSignature signature, List<OnnxOutput> outputs) {

	/**
	 * Describe a session.
	 * @param session the session
	 * @return the description
	 * @throws OrtException if the runtime cannot tell
	 * @throws UnsupportedValueException if an input or output is of a kind that cannot be
	 * carried
	 */
	static OnnxSignature of(OrtSession session) throws OrtException {
		List<TensorSpec> inputs = new ArrayList<>();
		for (Map.Entry<String, NodeInfo> entry : session.getInputInfo().entrySet()) {
			inputs.add(input(entry.getKey(), entry.getValue().getInfo()));
		}
		List<OnnxOutput> outputs = new ArrayList<>();
		for (Map.Entry<String, NodeInfo> entry : session.getOutputInfo().entrySet()) {
			outputs.add(output(entry.getKey(), entry.getValue().getInfo()));
		}
		List<TensorSpec> specs = outputs.stream().flatMap((output) -> output.specs().stream()).toList();
		return new OnnxSignature(new ModelSignature(inputs, specs), List.copyOf(outputs));
	}

	private static TensorSpec input(String name, ValueInfo info) {
		if (info instanceof TensorInfo tensor) {
			return tensor("input", name, tensor);
		}
		throw new UnsupportedValueException("input \"%s\" is %s, and only tensors can be given".formatted(name, info));
	}

	private static OnnxOutput output(String name, ValueInfo info) {
		if (info instanceof TensorInfo tensor) {
			return new TensorOutput(tensor("output", name, tensor));
		}
		throw new UnsupportedValueException("output \"%s\" is %s, which cannot be read".formatted(name, info));
	}

	private static TensorSpec tensor(String kind, String name, TensorInfo info) {
		DataType type = OnnxTypes.dataType(info.onnxType);
		if (type == null) {
			throw new UnsupportedValueException(
					("%s \"%s\" has elements of the type %s, which the Java API of ONNX" + " Runtime cannot carry")
						.formatted(kind, name, info.onnxType));
		}
		return new TensorSpec(name, type, Shape.of(info.getShape()), List.of(info.getDimensionNames()));
	}

	/**
	 * An input or output is of a kind that cannot be carried.
	 */
	static final class UnsupportedValueException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		UnsupportedValueException(String message) {
			super(message);
		}

	}

}
