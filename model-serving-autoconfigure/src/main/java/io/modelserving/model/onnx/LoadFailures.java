package io.modelserving.model.onnx;

import java.nio.file.Path;

import ai.onnxruntime.OrtException;

import io.modelserving.model.ModelLoadException;
import io.modelserving.model.onnx.ExecutionProvider.Cpu;
import io.modelserving.model.onnx.ExecutionProvider.Cuda;
import io.modelserving.model.onnx.ExecutionProvider.TensorRt;
import io.modelserving.model.onnx.OnnxSignature.UnsupportedValueException;

/**
 * Says why a model cannot be loaded, and what to do about it.
 */
final class LoadFailures {

	private static final String PROVIDERS_PROPERTY = "model-serving.models.<name>.runtime.execution-providers";

	private LoadFailures() {
	}

	/**
	 * Describe why no session could be created.
	 * @param file the file of the model
	 * @param failure what the runtime said
	 * @param provider the preferred execution provider
	 * @return the exception to throw
	 */
	static ModelLoadException of(Path file, OrtException failure, ExecutionProvider provider) {
		if (!(provider instanceof Cpu)) {
			return providerUnavailable(file, provider, failure);
		}
		String text = message(failure);
		return switch (failure.getCode()) {
			case ORT_NO_SUCHFILE, ORT_INVALID_PROTOBUF, ORT_NO_MODEL, ORT_INVALID_GRAPH, ORT_NOT_IMPLEMENTED ->
				new ModelLoadException("%s: %s".formatted(failure.getCode(), text), "", false, failure);
			default -> new ModelLoadException("%s: %s".formatted(failure.getCode(), text), "", false, failure);
		};
	}

	/**
	 * Describe that no execution provider of a model can be had.
	 * @param file the file of the model
	 * @param provider the last one tried
	 * @param failure why that one cannot be had
	 * @return the exception to throw
	 */
	static ModelLoadException providerUnavailable(Path file, ExecutionProvider provider, Exception failure) {
		String action = (provider instanceof Cuda || provider instanceof TensorRt)
				? "Replace the dependency model-serving-spring-boot-starter by model-serving-spring-boot-starter-gpu"
						+ " (onnxruntime_gpu) and see that the GPU's driver and libraries are there, or add cpu to %s."
							.formatted(PROVIDERS_PROPERTY)
				: "Use a build of ONNX Runtime that has this provider, or add cpu to %s.".formatted(PROVIDERS_PROPERTY);
		return new ModelLoadException("%s cannot be loaded with the execution provider \"%s\": %s".formatted(file,
				provider.name(), message(failure)), action, false, failure);
	}

	/**
	 * Describe that a session exists but the runtime's Java API cannot say what its
	 * inputs and outputs are.
	 * @param file the file of the model
	 * @param failure what the runtime said
	 * @return the exception to throw
	 */
	static ModelLoadException undescribed(Path file, OrtException failure) {
		return new ModelLoadException(
				"%s has an input or output that is no tensor, sequence or map: %s".formatted(file, message(failure)),
				"Export the model with tensors as inputs and outputs.", false, failure);
	}

	/**
	 * Describe that an input or output cannot be carried.
	 * @param file the file of the model
	 * @param failure which one
	 * @return the exception to throw
	 */
	static ModelLoadException unsupported(Path file, UnsupportedValueException failure) {
		return new ModelLoadException("%s cannot be served: %s".formatted(file, failure.getMessage()),
				"Export the model with tensors of numbers, booleans or strings as inputs and outputs.", false, failure);
	}

	private static String message(Exception failure) {
		return String.valueOf(failure.getMessage());
	}

}
