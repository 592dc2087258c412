package io.modelserving.fuzz;

import io.modelserving.codec.NpyTensors;
import io.modelserving.model.InferenceException.InvalidInput;

/**
 * Fuzzes how {@code .npy} files are read.
 */
public final class SampleContentFuzzer {

	private SampleContentFuzzer() {
	}

	/**
	 * Read one file.
	 * @param file the content
	 */
	public static void fuzzerTestOneInput(byte[] file) {
		Budget.check(file.length, () -> {
			try {
				NpyTensors.read(file);
			}
			catch (InvalidInput ex) {
				if (ex.getMessage() == null || ex.getMessage().isBlank()) {
					throw new AssertionError("an error says nothing", ex);
				}
			}
		});
	}

}
