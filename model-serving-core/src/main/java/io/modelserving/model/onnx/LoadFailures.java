package io.modelserving.model.onnx;

import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;

import io.modelserving.model.ForeignFile;
import io.modelserving.model.InvalidModelException;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.onnx.ExecutionProvider.Cpu;
import io.modelserving.model.onnx.ExecutionProvider.Cuda;
import io.modelserving.model.onnx.ExecutionProvider.TensorRt;

/**
 * Says why a model cannot be loaded, and what to do about it.
 */
final class LoadFailures {

	private static final String PROVIDERS_PROPERTY = "model-serving.models.<name>.runtime.execution-providers";

	private static final String DEVICES_PROPERTY = "model-serving.models.<name>.runtime.devices";

	private static final Pattern NO_SUCH_DEVICE = Pattern
		.compile("Invalid device ID: (-?\\d+), must be between 0 \\(inclusive\\) and (\\d+)");

	private static final Pattern SOURCE = Pattern.compile("^/\\S+:\\d+ .*?\\[ONNXRuntimeError\\] : \\d+ : \\w+ : ",
			Pattern.DOTALL);

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
		String text = message(failure);
		String lowerCase = text.toLowerCase(Locale.ROOT);
		if (failure.getCode() == OrtErrorCode.ORT_INVALID_PROTOBUF || lowerCase.contains("does not have a graph")) {
			return ForeignFile.failure(file, text, failure);
		}
		if (lowerCase.contains("external initializer")) {
			return invalid(file, "refers to external data that is cut off", text,
					"Copy the files with the weights again; they are shorter than the model says.", true, failure);
		}
		if (lowerCase.contains("external data")) {
			return invalid(file, "refers to external data that cannot be read", text,
					"Put the files with the weights beside the model, under the names that they had at its export.",
					true, failure);
		}
		if (lowerCase.contains("ir version") || lowerCase.contains("opset")) {
			return invalid(file, "is too new for this version of ONNX Runtime", text,
					"Export the model for an older operator set, or use a newer ONNX Runtime.", failure);
		}
		if (lowerCase.contains("no op registered") || lowerCase.contains("custom op")
				|| failure.getCode() == OrtErrorCode.ORT_NOT_IMPLEMENTED) {
			return invalid(file, "has an operator that ONNX Runtime does not have", text,
					"Export the model with operators of the ONNX standard, or register the library that has the operator"
							+ " with an OnnxSessionOptionsCustomizer.",
					failure);
		}
		if (lowerCase.contains("bad_alloc") || (lowerCase.contains("memory") && lowerCase.contains("alloc"))) {
			return failure(file, "does not fit into memory", text,
					"Give the process more memory, or load fewer models or instances.", true, failure);
		}
		if (!(provider instanceof Cpu)) {
			return providerUnavailable(file, provider, failure);
		}
		if (failure.getCode() == OrtErrorCode.ORT_INVALID_GRAPH || lowerCase.contains("inferenceerror")) {
			return invalid(file, "has a graph that ONNX Runtime does not take", text,
					"Check the model with the ONNX checker, and export it again.", failure);
		}
		return failure(file, "cannot be loaded", text,
				"Check the model with the ONNX checker, and the configuration of its session.", false, failure);
	}

	/**
	 * Describe that no execution provider of a model is available.
	 * @param file the file of the model
	 * @param provider the last one tried
	 * @param failure why that one is not available
	 * @return the exception to throw
	 */
	static ModelLoadException providerUnavailable(Path file, ExecutionProvider provider, Exception failure) {
		Matcher device = NO_SUCH_DEVICE.matcher(message(failure));
		if (device.find()) {
			return failure(file, "cannot be loaded with the execution provider \"%s\"".formatted(provider.name()),
					"there is no device %s; the machine has %s, counted from 0".formatted(device.group(1),
							device.group(2)),
					"Name existing devices in %s.".formatted(DEVICES_PROPERTY), false, failure);
		}
		String action = "Use a build of ONNX Runtime that has this provider, or add cpu to %s.";
		if (provider instanceof Cuda || provider instanceof TensorRt) {
			action = "Replace the dependency model-serving-spring-boot-starter by model-serving-spring-boot-starter-gpu"
					+ " (onnxruntime_gpu) and see that the GPU's driver and libraries are installed, or add cpu to %s.";
		}
		return failure(file, "cannot be loaded with the execution provider \"%s\"".formatted(provider.name()),
				message(failure), action.formatted(PROVIDERS_PROPERTY), false, failure);
	}

	/**
	 * Describe that a session exists but the runtime's Java API cannot say what its
	 * inputs and outputs are.
	 * @param file the file of the model
	 * @param failure what the runtime said
	 * @return the exception to throw
	 */
	static ModelLoadException undescribed(Path file, OrtException failure) {
		return invalid(file, "has an input or output that is no tensor, sequence or map", message(failure),
				"Export the model with tensors as inputs and outputs.", failure);
	}

	/**
	 * Describe that an input or output cannot be carried.
	 * @param file the file of the model
	 * @param failure which one
	 * @return the exception to throw
	 */
	static ModelLoadException unsupported(Path file, UnsupportedValueException failure) {
		return invalid(file, "cannot be served", message(failure),
				"Export the model with tensors of numbers, booleans or strings as inputs and outputs.", failure);
	}

	private static ModelLoadException invalid(Path file, String what, String detail, String action, Exception cause) {
		return invalid(file, what, detail, action, false, cause);
	}

	private static ModelLoadException invalid(Path file, String what, String detail, String action, boolean retryable,
			Exception cause) {
		return new InvalidModelException("%s %s: %s".formatted(file, what, detail), action, retryable, cause);
	}

	private static ModelLoadException failure(Path file, String what, String detail, String action, boolean retryable,
			Exception cause) {
		return new ModelLoadException("%s %s: %s".formatted(file, what, detail), action, retryable, cause);
	}

	/**
	 * Return what a failure says, without the runtime's preamble and the place in its
	 * source.
	 * @param failure the failure
	 * @return its message
	 */
	static String message(Exception failure) {
		String message = String.valueOf(failure.getMessage()).strip();
		int end = message.indexOf("message: ");
		return (failure instanceof OrtException && end >= 0)
				? SOURCE.matcher(message.substring(end + "message: ".length())).replaceFirst("") : message;
	}

}
