package io.modelserving.model.onnx;

import java.nio.file.Path;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;

import io.modelserving.model.ExecutionResources;

/**
 * Changes the options of a session after everything configured has been applied, for
 * instance to register a library of custom operators.
 */
@FunctionalInterface
public interface OnnxSessionOptionsCustomizer {

	/**
	 * Change the options of the session that is about to be created. Called again where a
	 * session could not be created with an execution provider and is tried without it.
	 * @param options the options, which must not be closed
	 * @param context what the session is for
	 * @throws OrtException if the runtime rejects it; the model is not loaded then
	 */
	void customize(SessionOptions options, Context context) throws OrtException;

	/**
	 * What a session is for.
	 *
	 * @param file the file of the model
	 * @param resources what the model may use
	 */
	record Context(Path file, ExecutionResources resources) {
	}

}
