package io.modelserving.endpoint;

import java.time.Duration;

import org.springframework.util.unit.DataSize;

import io.modelserving.web.BodyBounds;
import io.modelserving.web.ResponseCompression;

/**
 * What a request may take, and how much its response takes.
 *
 * @param bounds how large bodies may be
 * @param maxFormSize the size over which multipart forms are rejected
 * @param bodyTimeout the time within which a body, or the next piece of it, must arrive
 * @param compression how responses are compressed
 */
public record RequestLimits(BodyBounds bounds, DataSize maxFormSize, Duration bodyTimeout,
		ResponseCompression compression) {

}
