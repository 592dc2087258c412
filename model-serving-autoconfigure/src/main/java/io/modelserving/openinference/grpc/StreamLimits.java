package io.modelserving.openinference.grpc;

import java.time.Duration;

/**
 * Limits of a stream.
 *
 * @param maxCalls the most calls that may be open; further messages wait with the client
 * @param sendTimeout the time that a client may take until it can be sent the next result
 * of a decoupled model, after which the stream ends
 */
public record StreamLimits(int maxCalls, Duration sendTimeout) {
}
