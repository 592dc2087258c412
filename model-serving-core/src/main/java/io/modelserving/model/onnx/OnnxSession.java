package io.modelserving.model.onnx;

import java.util.List;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;

/**
 * A session with its options, which must live as long as it does.
 *
 * @param session the session
 * @param options its options
 * @param providers the names of the execution providers that it uses, in order
 */
record OnnxSession(OrtSession session, SessionOptions options, List<String> providers) implements AutoCloseable {

	@Override
	public void close() throws OrtException {
		try {
			this.session.close();
		}
		finally {
			this.options.close();
		}
	}

}
