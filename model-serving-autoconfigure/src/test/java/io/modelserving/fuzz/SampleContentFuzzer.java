package io.modelserving.fuzz;

import java.util.Arrays;

import io.modelserving.codec.NpyTensors;
import io.modelserving.codec.OnnxTensorProtos;
import io.modelserving.model.InferenceException.InvalidInput;

/**
 * Fuzzes how {@code .npy} files and ONNX's tensors are read. The first byte says which of
 * the two the rest is.
 */
public final class SampleContentFuzzer {

	private SampleContentFuzzer() {
	}

	/**
	 * Read one file.
	 * @param input the kind and the content
	 */
	public static void fuzzerTestOneInput(byte[] input) {
		if (input.length == 0) {
			return;
		}
		byte[] file = Arrays.copyOfRange(input, 1, input.length);
		Budget.check(file.length, () -> {
			try {
				if ((input[0] & 1) == 0) {
					NpyTensors.read(file);
				}
				else {
					OnnxTensorProtos.read(file);
				}
			}
			catch (InvalidInput ex) {
				if (ex.getMessage() == null || ex.getMessage().isBlank()) {
					throw new AssertionError("an error says nothing", ex);
				}
			}
		});
	}

}
