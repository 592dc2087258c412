package io.modelserving.autoconfigure.openinference;

import io.modelserving.autoconfigure.PropertyPath;
import java.time.Duration;
import java.util.regex.Pattern;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import io.modelserving.web.ResponseCompression;

/**
 * Properties of the Open Inference Protocol.
 *
 * @param enabled Whether models can be called by the Open Inference Protocol.
 * @param basePath Path below which the protocol is. Most of its clients append "/v2" to
 * the address that they are given.
 * @param maxRequestSize Size over which the body of a request is rejected, as it is sent
 * and as it is once inflated.
 * @param maxInflationRatio How many times as large as it was sent a compressed body may
 * become, once it has inflated to 1 MB.
 * @param bodyTimeout Time within which the body of a request, or the next 256 KB of it,
 * must arrive.
 * @param allowRepositoryControl Whether callers may load and unload models of the
 * repository, by HTTP and by gRPC.
 * @param compression How tensors are compressed on their way to clients.
 */
@ConfigurationProperties("model-serving.open-inference")
record OpenInferenceProperties(@DefaultValue("true") boolean enabled, @DefaultValue("/v2") String basePath,
		@DefaultValue("64MB") DataSize maxRequestSize, @DefaultValue("200") int maxInflationRatio,
		@DefaultValue("15s") Duration bodyTimeout, @DefaultValue("false") boolean allowRepositoryControl,
		@NestedConfigurationProperty @DefaultValue ResponseCompression compression) {

	private static final PropertyPath PATH = new PropertyPath("model-serving.open-inference");

	private static final DataSize LARGEST = DataSize.ofGigabytes(1);

	private static final Pattern BASE_PATH = Pattern.compile("(?:/(?!\\.{1,2}(?:/|$))[\\w.~-]+)+");

	OpenInferenceProperties {
		PATH.check(BASE_PATH.matcher(basePath).matches(), "base-path", basePath,
				"it must be a path such as /v2 or /serving/v2: segments of letters, digits, '-', '_', '.' and '~',"
						+ " each after a '/', with no '/' at the end");
		PATH.positive("body-timeout", bodyTimeout);
		PATH.check(maxRequestSize.toBytes() >= 1 && maxRequestSize.compareTo(LARGEST) <= 0, "max-request-size",
				maxRequestSize, "it must be between 1B and " + LARGEST);
		PATH.atLeast(1, "max-inflation-ratio", maxInflationRatio);
		PATH.child("compression")
			.check(!compression.minResponseSize().isNegative() && compression.minResponseSize().compareTo(LARGEST) <= 0,
					"min-response-size", compression.minResponseSize(), "it must be between 0B and " + LARGEST);
	}

}
