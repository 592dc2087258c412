package io.modelserving.model.onnx;

import java.util.List;
import java.util.Map;

import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;

import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;

/**
 * Reads one output of the runtime, which becomes one or more tensors.
 */
interface OnnxOutput {

	/**
	 * Return what the output becomes.
	 * @return the tensors, the first under the output's own name
	 */
	List<TensorSpec> specs();

	/**
	 * Copy the output out of the runtime's memory.
	 * @param value the output, closed by the caller
	 * @param tensors where to put the tensors of {@link #specs()}
	 * @throws OrtException if the runtime cannot give its elements
	 */
	void read(OnnxValue value, Map<String, Tensor> tensors) throws OrtException;

	default String name() {
		return specs().get(0).name();
	}

}
