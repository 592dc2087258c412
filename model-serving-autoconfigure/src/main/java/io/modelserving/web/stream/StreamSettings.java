package io.modelserving.web.stream;

import java.time.Duration;

/**
 * Limits of streams.
 *
 * @param maxStreams the streams that may be open at once
 * @param maxDuration the time after which a stream ends whose caller does not ask for
 * less
 * @param keepAlive the time without an event after which a comment is sent
 * @param sendTimeout the time that a client may take before it can be sent more
 */
public record StreamSettings(int maxStreams, Duration maxDuration, Duration keepAlive, Duration sendTimeout) {
}
