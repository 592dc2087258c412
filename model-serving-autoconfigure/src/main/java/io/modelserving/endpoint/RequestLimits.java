package io.modelserving.endpoint;

import java.time.Duration;

import org.springframework.util.unit.DataSize;

/**
 * What a request may take.
 *
 * @param maxRequestSize the size over which bodies are refused
 * @param asyncTimeout the time after which an answer is given up whatever its deadline
 * is; zero for never
 * @param encodingThreads the threads on which large requests are decoded and encoded
 * @param encodingCapacity the most of them that may wait for it
 * @param large the size from which a request is large; zero where handlers must not run
 * on the threads of the server
 */
public record RequestLimits(DataSize maxRequestSize, Duration asyncTimeout, int encodingThreads, int encodingCapacity,
		DataSize large) {

	/** Handing a smaller request to another thread would cost more than encoding it. */
	public static final DataSize LARGE = DataSize.ofKilobytes(16);

}
