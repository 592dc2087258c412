package io.modelserving.autoconfigure.grpc;

import java.time.Duration;

import io.modelserving.autoconfigure.PropertyPath;
import io.modelserving.openinference.grpc.StreamLimits;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Properties of the Open Inference Protocol over gRPC.
 *
 * @param enabled Whether models can be called by the Open Inference Protocol over gRPC,
 * given Spring Boot's gRPC server.
 * @param maxRequestSize Size over which a message to the server is rejected, as it is
 * sent and as it is once inflated. Does not apply where
 * spring.grpc.server.inbound.message.max-size is set.
 * @param maxCallsPerStream Most calls of one stream that may be open. Further messages
 * wait with the client.
 * @param sendTimeout Time that a client may take to read before it can be sent the next
 * result of a decoupled model, after which the stream ends.
 */
@ConfigurationProperties("model-serving.grpc")
record GrpcProperties(@DefaultValue("true") boolean enabled, @DefaultValue("64MB") DataSize maxRequestSize,
		@DefaultValue("32") int maxCallsPerStream, @DefaultValue("30s") Duration sendTimeout) {

	private static final DataSize LARGEST = DataSize.ofGigabytes(1);

	GrpcProperties {
		PropertyPath path = new PropertyPath("model-serving.grpc");
		path.check(maxRequestSize.toBytes() >= 1 && maxRequestSize.compareTo(LARGEST) <= 0, "max-request-size",
				maxRequestSize, "it must be between 1B and " + LARGEST);
		path.atLeast(1, "max-calls-per-stream", maxCallsPerStream);
		path.positive("send-timeout", sendTimeout);
	}

	StreamLimits streams() {
		return new StreamLimits(this.maxCallsPerStream, this.sendTimeout);
	}

}
