package io.modelserving.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Properties of typed endpoints.
 *
 * @param enabled Whether beans annotated with "@ModelEndpoint" become endpoints.
 * @param maxRequestSize Size over which the body of a request is refused.
 * @param maxPixels Number of pixels over which a picture is refused, before it is
 * decoded.
 */
@ConfigurationProperties("model-serving.endpoints")
record EndpointProperties(@DefaultValue("true") boolean enabled, @DefaultValue("16MB") DataSize maxRequestSize,
		@DefaultValue("25000000") long maxPixels) {
}
