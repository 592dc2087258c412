package io.modelserving.model.onnx;

import java.nio.ByteBuffer;
import java.util.Map;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.Result;
import ai.onnxruntime.OrtSession.SessionOptions;

import io.modelserving.model.InferenceException.ExecutionFailed;

/**
 * Tells whether the Java API of the runtime can read strings right. It reads them as the
 * JVM's modified UTF-8, so U+0000 cuts them off and what lies outside of the Basic
 * Multilingual Plane comes out as other characters, and afterwards nobody can tell. So
 * the question is put to the runtime itself, by a model that matches the strings, where
 * they are, against a regular expression. Thread-safe; never closed.
 */
final class TextGuard {

	private static final String READABLE = "[\\x{1}-\\x{FFFF}]*";

	private final OrtSession session;

	TextGuard(OrtEnvironment environment) throws OrtException {
		SessionOptions options = new SessionOptions();
		options.setIntraOpNumThreads(1);
		this.session = environment.createSession(RegexModel.of(READABLE), options);
	}

	/**
	 * Check an output.
	 * @param name its name
	 * @param strings the strings, not empty
	 * @throws OrtException if the runtime fails
	 * @throws ExecutionFailed if one cannot be read
	 */
	void check(String name, OnnxTensor strings) throws OrtException {
		try (Result result = this.session.run(Map.of(RegexModel.INPUT, strings))) {
			ByteBuffer readable = ((OnnxTensor) result.get(0)).getByteBuffer();
			for (int i = 0; i < readable.limit(); i++) {
				if (readable.get(i) == 0) {
					throw new ExecutionFailed(
							("output \"%s\": element %d holds a character outside of U+0001 to U+FFFF,"
									+ " which cannot be read from the runtime")
								.formatted(name, i),
							null);
				}
			}
		}
	}

}
