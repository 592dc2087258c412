package io.modelserving.model.onnx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tensors of the runtime that are freed together, with the sessions that have made some
 * of them.
 */
final class NativeTensors implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(NativeTensors.class);

	private final Map<String, OnnxTensor> tensors = new LinkedHashMap<>();

	private final List<OrtSession> sessions = new ArrayList<>();

	void add(String name, OnnxTensor tensor) {
		this.tensors.put(name, tensor);
	}

	/**
	 * Close a session after the tensors, one of which it has made.
	 * @param session the session
	 */
	void closeAfterwards(OrtSession session) {
		this.sessions.add(session);
	}

	Map<String, OnnxTensor> asMap() {
		return this.tensors;
	}

	@Override
	public void close() {
		this.tensors.values().forEach(OnnxTensor::close);
		this.tensors.clear();
		this.sessions.forEach(NativeTensors::close);
		this.sessions.clear();
	}

	private static void close(OrtSession session) {
		try {
			session.close();
		}
		catch (OrtException ex) {
			logger.warn("ONNX Runtime could not close a session, whose memory may be lost", ex);
		}
	}

}
