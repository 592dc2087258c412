package io.modelserving.autoconfigure.endpoint;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import io.modelserving.autoconfigure.PropertyPath;
import io.modelserving.web.stream.StreamSettings;

/**
 * Properties of streams, which endpoints with a streaming handler open.
 *
 * @param maxStreams Number of streams that may be open at once, over which further ones
 * are rejected. Each has a thread.
 * @param maxDuration Time after which a stream ends, unless its request asks for less.
 * @param keepAlive Time without an event after which Server-Sent Events get a comment.
 * @param sendTimeout Time that a client may take to read before it can be sent the next
 * event, after which the stream ends.
 */
@ConfigurationProperties("model-serving.endpoints.streams")
record StreamProperties(@DefaultValue("256") int maxStreams, @DefaultValue("10m") Duration maxDuration,
		@DefaultValue("15s") Duration keepAlive, @DefaultValue("30s") Duration sendTimeout) {

	StreamProperties {
		PropertyPath path = new PropertyPath("model-serving.endpoints.streams");
		path.atLeast(1, "max-streams", maxStreams);
		path.positive("max-duration", maxDuration);
		path.positive("keep-alive", keepAlive);
		path.positive("send-timeout", sendTimeout);
	}

	StreamSettings settings() {
		return new StreamSettings(this.maxStreams, this.maxDuration, this.keepAlive, this.sendTimeout);
	}

}
