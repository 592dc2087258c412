package io.modelserving.repository.source;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

import org.springframework.core.io.AbstractResource;
import org.springframework.core.io.DefaultResourceLoader;

import io.modelserving.repository.cache.FileServer;

/**
 * Buckets on a server of tests.
 */
final class Buckets {

	private Buckets() {
	}

	/**
	 * A loader of {@code s3:}, which behaves as that of Spring Cloud AWS: names are whole
	 * keys, what is relative is below, and failures are unchecked.
	 */
	static DefaultResourceLoader of(FileServer server) {
		DefaultResourceLoader loader = new DefaultResourceLoader();
		loader.addProtocolResolver((location, resources) -> location.startsWith("s3://")
				? new BucketResource(server.uri("/" + location.substring("s3://".length()))) : null);
		return loader;
	}

	private static final class BucketResource extends AbstractResource {

		private static final HttpClient CLIENT = HttpClient.newHttpClient();

		private final URI uri;

		BucketResource(URI uri) {
			this.uri = uri;
		}

		private HttpResponse<byte[]> send(String method) {
			try {
				HttpResponse<byte[]> response = CLIENT.send(
						HttpRequest.newBuilder(this.uri).method(method, HttpRequest.BodyPublishers.noBody()).build(),
						BodyHandlers.ofByteArray());
				if (response.statusCode() != 200) {
					throw new IllegalStateException("status " + response.statusCode());
				}
				return response;
			}
			catch (IOException | InterruptedException ex) {
				throw new IllegalStateException("S3 cannot be reached", ex);
			}
		}

		@Override
		public boolean exists() {
			try {
				send("HEAD");
				return true;
			}
			catch (IllegalStateException ex) {
				if ("status 404".equals(ex.getMessage())) {
					return false;
				}
				throw ex;
			}
		}

		@Override
		public long contentLength() {
			return send("HEAD").headers().firstValueAsLong("X-Length").orElseThrow();
		}

		@Override
		public long lastModified() {
			return send("HEAD").headers().firstValueAsLong("X-Modified").orElseThrow();
		}

		@Override
		public String getFilename() {
			return this.uri.getPath().substring("/bucket/".length());
		}

		@Override
		public String getDescription() {
			return this.uri.toString();
		}

		@Override
		public InputStream getInputStream() {
			return new ByteArrayInputStream(send("GET").body());
		}

	}

}
