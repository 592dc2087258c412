package io.modelserving.model.onnx;

import java.nio.file.Path;
import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

/**
 * What the process may need while models are loaded. All numbers are bytes.
 *
 * @param heap the most that the heap may take
 * @param direct the most that direct buffers may take
 * @param inUse the native memory in use, models that are loaded among it
 * @param loading what the models that are being loaded may take
 */
record MemoryNeed(long heap, long direct, long inUse, long loading) {

	private static final long MEBIBYTE = 1 << 20;

	/**
	 * Compare the need with what the process may have.
	 * @param file the model that is to be loaded
	 * @param limit what the process may have
	 * @return what to warn of, {@code null} if the memory suffices or is not known
	 */
	@Nullable String warning(Path file, OptionalLong limit) {
		long sum = this.heap + this.direct + this.inUse + this.loading;
		if (limit.isEmpty() || sum <= limit.getAsLong()) {
			return null;
		}
		return ("The memory may not suffice for %s: heap up to %d MiB (-Xmx, -XX:MaxRAMPercentage), direct buffers up to"
				+ " %d MiB (-XX:MaxDirectMemorySize), other memory in use %d MiB, and sessions that are being loaded %d MiB"
				+ " (twice their files) are %d MiB, and the container or machine has %d MiB. A process that takes more is"
				+ " killed without a message. Raise the limit, or lower the heap, the instances or the number of models.")
			.formatted(file, mebibytes(this.heap), mebibytes(this.direct), mebibytes(this.inUse),
					mebibytes(this.loading), mebibytes(sum), mebibytes(limit.getAsLong()));
	}

	private static long mebibytes(long bytes) {
		return Math.round((double) bytes / MEBIBYTE);
	}

}
