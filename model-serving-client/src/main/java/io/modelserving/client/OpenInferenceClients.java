package io.modelserving.client;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

/**
 * Makes clients of the Open Inference Protocol.
 */
public final class OpenInferenceClients {

	private OpenInferenceClients() {
	}

	/**
	 * Make a client.
	 * @param builder has the base URL, and whatever else the calls need, such as headers
	 * and timeouts; left as it is
	 * @return the client
	 */
	public static OpenInferenceClient create(RestClient.Builder builder) {
		RestClient.Builder own = builder.clone();
		configure(own);
		return HttpServiceProxyFactory.builderFor(RestClientAdapter.create(own.build()))
			.build()
			.createClient(OpenInferenceClient.class);
	}

	/**
	 * Make a client with nothing but a base URL.
	 * @param baseUrl where the server is, without {@code /v2}
	 * @return the client
	 */
	public static OpenInferenceClient create(String baseUrl) {
		return create(RestClient.builder().baseUrl(baseUrl));
	}

	/**
	 * Teach a builder to write and read tensors, uncompressed unless it has a header
	 * {@code Accept-Encoding}, and to throw {@link OpenInferenceClientException}. The
	 * application's groups of HTTP services that have {@link OpenInferenceClient} are
	 * configured so without asking.
	 * @param builder the builder of the {@code RestClient} behind a client
	 */
	public static void configure(RestClient.Builder builder) {
		builder
			.configureMessageConverters(
					converters -> converters.registerDefaults().addCustomConverter(new InferMessageConverter()))
			.defaultHeaders(OpenInferenceClients::declineCompression)
			.defaultStatusHandler(HttpStatusCode::isError, ServerErrors::handle);
	}

	/**
	 * Tensors hardly get smaller, and the JDK's client has been seen to close a
	 * connection under the next call when a compressed response is closed just before its
	 * end.
	 */
	private static void declineCompression(HttpHeaders headers) {
		if (!headers.containsHeader(HttpHeaders.ACCEPT_ENCODING)) {
			headers.set(HttpHeaders.ACCEPT_ENCODING, "identity");
		}
	}

}
