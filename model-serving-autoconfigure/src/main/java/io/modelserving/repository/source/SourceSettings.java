package io.modelserving.repository.source;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * How sources are reached.
 *
 * @param huggingFace the hub of Hugging Face
 * @param mlflow the registry of MLflow
 * @param oci registries of images, by host and port; others are asked without credentials
 * @param maxBytes the most bytes that the files of an image may have together
 */
public record SourceSettings(HuggingFace huggingFace, Mlflow mlflow, Map<String, Credentials> oci, long maxBytes) {

	public SourceSettings {
		oci = Map.copyOf(oci);
	}

	/**
	 * The hub of Hugging Face.
	 *
	 * @param endpoint its address
	 * @param token what it knows the user by, {@code null} for public repositories
	 * @param cache the directory that its tools keep repositories in
	 * @param offline whether to use nothing but that directory
	 */
	public record HuggingFace(URI endpoint, @Nullable String token, Path cache, boolean offline) {

		Map<String, String> headers() {
			return bearer(this.token);
		}

		@Override
		public String toString() {
			return "HuggingFace[%s]".formatted(this.endpoint);
		}

	}

	/**
	 * The registry of MLflow.
	 *
	 * @param trackingUri the address of the tracking server, {@code null} if there is
	 * none
	 * @param token what it knows the user by, or {@code null}
	 * @param credentials the user, if there is no token, or {@code null}
	 */
	public record Mlflow(@Nullable URI trackingUri, @Nullable String token, @Nullable Credentials credentials) {

		Map<String, String> headers() {
			return (this.token == null && this.credentials != null) ? this.credentials.headers() : bearer(this.token);
		}

		@Override
		public String toString() {
			return "Mlflow[%s]".formatted(this.trackingUri);
		}

	}

	/**
	 * A user and the password.
	 *
	 * @param username the user
	 * @param password the password
	 */
	public record Credentials(String username, String password) {

		Map<String, String> headers() {
			String both = this.username + ":" + this.password;
			return Map.of("Authorization",
					"Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
		}

		@Override
		public String toString() {
			return "Credentials[%s]".formatted(this.username);
		}

	}

	/** A header that is rejected would be shown, with the token in it. */
	static Map<String, String> bearer(@Nullable String token) {
		if (token != null && !token.strip().chars().allMatch((character) -> character > ' ' && character < 0x7f)) {
			throw new IllegalArgumentException("needs a token without spaces and control characters");
		}
		return (token != null && !token.isBlank()) ? Map.of("Authorization", "Bearer " + token.strip()) : Map.of();
	}

}
