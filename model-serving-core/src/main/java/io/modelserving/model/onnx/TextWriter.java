package io.modelserving.model.onnx;

import java.util.List;
import java.util.Map;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.Result;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.StringTensor;

/**
 * Gives strings to the runtime. Its Java API hands them over in the JVM's modified UTF-8,
 * which is UTF-8 but for U+0000 and for what lies outside of the Basic Multilingual
 * Plane. A tensor that holds such characters is made by a model instead: one that has the
 * strings as a constant, for which no Java string is handed over, and that lives as long
 * as the run. That takes about half a millisecond, so other tensors go the usual way.
 */
final class TextWriter {

	private TextWriter() {
	}

	/**
	 * Make a tensor of strings.
	 * @param environment the environment
	 * @param name the name of the input
	 * @param tensor the strings
	 * @param tensors closes the runtime's tensor and what it needs
	 * @throws OrtException if the runtime rejects it
	 * @throws InvalidInput as {@link #isPlain}
	 */
	static void write(OrtEnvironment environment, String name, StringTensor tensor, NativeTensors tensors)
			throws OrtException {
		List<String> elements = tensor.elements();
		if (isPlain(name, elements)) {
			tensors.add(name,
					OnnxTensor.createTensor(environment, elements.toArray(String[]::new), tensor.shape().toArray()));
			return;
		}
		OrtSession session = session(environment, TextModels.constant(elements, tensor.shape()));
		tensors.closeAfterwards(session);
		Result result = session.run(Map.of());
		tensors.add(name, (OnnxTensor) result.get(0));
	}

	/**
	 * Create a session for a small model.
	 * @param environment the environment
	 * @param model the model
	 * @return the session, to be closed
	 * @throws OrtException if the runtime cannot run the model
	 */
	static OrtSession session(OrtEnvironment environment, byte[] model) throws OrtException {
		try (SessionOptions options = new SessionOptions()) {
			options.setIntraOpNumThreads(1);
			options.setInterOpNumThreads(1);
			options.setOptimizationLevel(OptLevel.NO_OPT);
			options.setCPUArenaAllocator(false);
			options.setMemoryPatternOptimization(false);
			return environment.createSession(model, options);
		}
	}

	/**
	 * Return whether the Java API hands strings over as they are.
	 * @param name the name of the input
	 * @param elements the strings
	 * @return {@code false} if there are characters that it changes
	 * @throws InvalidInput if an element is {@code null}, which would kill the JVM, or
	 * has half of a surrogate pair, which is no character
	 */
	static boolean isPlain(String name, List<String> elements) {
		boolean plain = true;
		for (int i = 0; i < elements.size(); i++) {
			String element = elements.get(i);
			if (element == null) {
				throw new InvalidInput("input \"%s\": element %d is null; a string is needed".formatted(name, i));
			}
			plain &= isPlain(name, i, element);
		}
		return plain;
	}

	private static boolean isPlain(String name, int index, String element) {
		boolean plain = true;
		for (int i = 0; i < element.length(); i++) {
			char character = element.charAt(i);
			if (character == 0) {
				plain = false;
			}
			else if (Character.isSurrogate(character)) {
				if (Character.isLowSurrogate(character) || i + 1 == element.length()
						|| !Character.isLowSurrogate(element.charAt(i + 1))) {
					throw new InvalidInput(
							("input \"%s\": element %d has U+%04X, half of a surrogate pair without the other half,"
									+ " at index %d; send whole characters")
								.formatted(name, index, (int) character, i));
				}
				plain = false;
				i++;
			}
		}
		return plain;
	}

}
