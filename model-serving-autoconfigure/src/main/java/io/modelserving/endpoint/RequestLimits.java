package io.modelserving.endpoint;

import java.time.Duration;

import org.springframework.util.unit.DataSize;

/**
 * What a request may take.
 *
 * @param maxRequestSize the size over which bodies are rejected
 * @param maxFormSize the size over which multipart forms are rejected
 * @param bodyTimeout the time within which a body, or the next piece of it, must arrive
 * @param encodingThreads the threads on which large requests are decoded and encoded
 * @param encodingCapacity the most of them that may wait for it
 */
public record RequestLimits(DataSize maxRequestSize, DataSize maxFormSize, Duration bodyTimeout, int encodingThreads,
		int encodingCapacity) {

}
