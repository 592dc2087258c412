package io.modelserving.model.onnx;

import java.util.LinkedHashMap;
import java.util.Map;

import ai.onnxruntime.OnnxModelMetadata;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;

import io.modelserving.model.ModelMetadata;

/**
 * Reads what the file of a model says about itself.
 */
final class OnnxMetadata {

	/** Property that lists the execution providers in use, the first preferred. */
	static final String EXECUTION_PROVIDERS = "execution-providers";

	private OnnxMetadata() {
	}

	static ModelMetadata of(OnnxSession session, OrtEnvironment environment) throws OrtException {
		OnnxModelMetadata metadata = session.session().getMetadata();
		Map<String, String> properties = new LinkedHashMap<>(metadata.getCustomMetadata());
		putUnlessBlank(properties, "domain", metadata.getDomain());
		putUnlessBlank(properties, "graph", metadata.getGraphName());
		putUnlessBlank(properties, "graph-description", metadata.getGraphDescription());
		if (metadata.getVersion() > 0 && metadata.getVersion() < Long.MAX_VALUE) {
			properties.put("model-version", Long.toString(metadata.getVersion()));
		}
		properties.put("runtime", "ONNX Runtime " + environment.getVersion());
		properties.put(EXECUTION_PROVIDERS, String.join(",", session.providers()));
		return new ModelMetadata("onnx_onnxv1", metadata.getProducerName(), metadata.getDescription(), properties);
	}

	private static void putUnlessBlank(Map<String, String> properties, String key, String value) {
		if (!value.isBlank()) {
			properties.put(key, value);
		}
	}

}
