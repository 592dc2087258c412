package io.modelserving.repository.cache;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Follows redirects: up to five, never from https to http, and never with the headers of
 * a file to another server than its own.
 */
final class Redirects {

	private static final int MAX = 5;

	private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);

	private Redirects() {
	}

	/**
	 * Send a request, and again to where the response leads.
	 * @param client the client, which follows nothing by itself
	 * @param file what is asked for
	 * @param elsewhere whether to go to other servers, too
	 * @param details completes each request
	 * @return the last response; its body has to be closed
	 */
	static HttpResponse<InputStream> send(HttpClient client, HttpFile file, boolean elsewhere,
			UnaryOperator<HttpRequest.Builder> details) throws IOException, InterruptedException {
		URI uri = file.uri();
		for (int followed = 0; true; followed++) {
			HttpRequest.Builder request = details.apply(HttpRequest.newBuilder(uri));
			if (isSameServer(file.uri(), uri)) {
				file.headers().forEach(request::setHeader);
			}
			HttpResponse<InputStream> response = client.send(request.build(), BodyHandlers.ofInputStream());
			Optional<URI> next = next(response).filter((to) -> elsewhere || isSameServer(file.uri(), to));
			if (next.isEmpty() || followed == MAX) {
				return response;
			}
			response.body().close();
			uri = next.get();
		}
	}

	/** Where it leads, if that is allowed. */
	private static Optional<URI> next(HttpResponse<?> response) {
		if (!STATUSES.contains(response.statusCode())) {
			return Optional.empty();
		}
		try {
			return response.headers()
				.firstValue("Location")
				.map((location) -> response.uri().resolve(location))
				.filter((to) -> to.getHost() != null && to.getRawUserInfo() == null)
				.filter((to) -> "https".equalsIgnoreCase(to.getScheme()) || ("http".equalsIgnoreCase(to.getScheme())
						&& "http".equalsIgnoreCase(response.uri().getScheme())));
		}
		catch (IllegalArgumentException ex) {
			return Optional.empty();
		}
	}

	static boolean isSameServer(URI one, URI other) {
		return one.getScheme().equalsIgnoreCase(other.getScheme()) && one.getHost().equalsIgnoreCase(other.getHost())
				&& port(one) == port(other);
	}

	private static int port(URI uri) {
		int standard = "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
		return (uri.getPort() != -1) ? uri.getPort() : standard;
	}

}
