package io.modelserving.autoconfigure.endpoint;

import io.modelserving.autoconfigure.PropertyPath;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import io.modelserving.endpoint.ExampleCheck;
import io.modelserving.endpoint.RequestLimits;
import io.modelserving.pipeline.Stage;
import io.modelserving.pipeline.Turn;
import io.modelserving.web.BodyBounds;
import io.modelserving.web.ResponseCompression;

/**
 * Properties of typed endpoints.
 *
 * @param enabled Whether beans annotated with "@ModelEndpoint" become endpoints.
 * @param maxRequestSize Size over which the body of a request is rejected.
 * @param maxInflationRatio How many times as large as it was sent a compressed body may
 * become, once it has inflated to 1 MB.
 * @param bodyTimeout Time within which the body of a request, or the next 256 KB of it,
 * must arrive.
 * @param maxPixels Number of pixels over which a picture is rejected, before it is
 * decoded.
 * @param encodingThreads Number of requests of 16 KB and more that are decoded and
 * encoded at once. Defaults to the number of cores.
 * @param encodingCapacity Number of such requests that may wait, over which further ones
 * are rejected.
 * @param readBufferSize Size of the buffers that Tomcat reads connections with. Large
 * bodies take less time with 64 KB, which each connection then takes, too. Defaults to
 * Tomcat's own.
 * @param exampleCheck What to do about an endpoint whose example its model does not
 * serve, or its handler does not encode or decode.
 * @param compression How responses are compressed on their way to clients.
 */
@ConfigurationProperties("model-serving.endpoints")
record EndpointProperties(@DefaultValue("true") boolean enabled, @DefaultValue("16MB") DataSize maxRequestSize,
		@DefaultValue("200") int maxInflationRatio, @DefaultValue("15s") Duration bodyTimeout,
		@DefaultValue("25000000") long maxPixels, @Nullable Integer encodingThreads,
		@DefaultValue("256") int encodingCapacity, @Nullable DataSize readBufferSize,
		@DefaultValue("fail") ExampleCheck exampleCheck,
		@NestedConfigurationProperty @DefaultValue ResponseCompression compression) {

	EndpointProperties {
		PropertyPath path = new PropertyPath("model-serving.endpoints");
		path.atLeast(1, "max-inflation-ratio", maxInflationRatio);
		path.positive("body-timeout", bodyTimeout);
		path.atLeast(1, "encoding-threads", encodingThreads);
		path.atLeast(1, "encoding-capacity", encodingCapacity);
		path.check(readBufferSize == null || (readBufferSize.toBytes() >= 1024 && readBufferSize.toMegabytes() <= 16),
				"read-buffer-size", readBufferSize, "it must be between 1 KB and 16 MB");
	}

	/**
	 * Start the stage in which large requests have their turns.
	 * @param waitingThreads the most threads that may wait for a turn
	 * @return the stage
	 */
	Stage<Turn, Turn> encoding(int waitingThreads) {
		return Turn.stage("requestEncoding")
			.concurrency(
					(this.encodingThreads != null) ? this.encodingThreads : Runtime.getRuntime().availableProcessors())
			.capacity(Math.min(this.encodingCapacity, waitingThreads))
			.build();
	}

	RequestLimits limits(DataSize maxFormSize) {
		return new RequestLimits(new BodyBounds(this.maxRequestSize.toBytes(), this.maxInflationRatio), maxFormSize,
				this.bodyTimeout, this.compression);
	}

}
