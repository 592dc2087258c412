package io.modelserving.model.onnx;

import java.util.LinkedHashMap;
import java.util.Map;

import ai.onnxruntime.OnnxTensor;

/**
 * Tensors of the runtime that are freed together.
 */
final class NativeTensors implements AutoCloseable {

	private final Map<String, OnnxTensor> tensors = new LinkedHashMap<>();

	void add(String name, OnnxTensor tensor) {
		this.tensors.put(name, tensor);
	}

	Map<String, OnnxTensor> asMap() {
		return this.tensors;
	}

	@Override
	public void close() {
		this.tensors.values().forEach(OnnxTensor::close);
		this.tensors.clear();
	}

}
