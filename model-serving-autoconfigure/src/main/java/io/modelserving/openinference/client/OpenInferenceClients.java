package io.modelserving.openinference.client;

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
	 * Teach a builder to write and read tensors, and to throw
	 * {@link OpenInferenceClientException}. The application's groups of HTTP services
	 * that have {@link OpenInferenceClient} are configured so without asking.
	 * @param builder the builder of the {@code RestClient} behind a client
	 */
	public static void configure(RestClient.Builder builder) {
		builder
			.configureMessageConverters(
					converters -> converters.registerDefaults().addCustomConverter(new InferMessageConverter()))
			.defaultStatusHandler(HttpStatusCode::isError, ServerErrors::handle);
	}

}
