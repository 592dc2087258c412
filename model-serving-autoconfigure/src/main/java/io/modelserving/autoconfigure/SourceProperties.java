package io.modelserving.autoconfigure;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.Environment;

import io.modelserving.repository.source.SourceSettings;
import io.modelserving.repository.source.SourceSettings.Credentials;

/**
 * How the services are reached that models come from. What is not set is taken from the
 * environment variables of their own tools.
 *
 * @param huggingFace Hub of Hugging Face.
 * @param mlflow Registry of MLflow.
 * @param oci Registries of images, by host and port.
 */
record SourceProperties(@DefaultValue HuggingFaceProperties huggingFace, @DefaultValue MlflowProperties mlflow,
		@DefaultValue Map<String, OciProperties> oci) {

	SourceSettings settings(Environment environment, long maxBytes) {
		Map<String, Credentials> registries = new HashMap<>();
		this.oci.forEach((registry, own) -> registries.put(registry, new Credentials(own.username, own.password)));
		return new SourceSettings(this.huggingFace.settings(environment), this.mlflow.settings(environment), registries,
				maxBytes);
	}

	private static @Nullable String variable(Environment environment, String name) {
		String value = environment.getProperty(name);
		return (value == null || value.isBlank()) ? null : value.strip();
	}

	/**
	 * Hub of Hugging Face.
	 *
	 * @param endpoint Address of the hub; by default HF_ENDPOINT, or
	 * https://huggingface.co.
	 * @param token Token for private and gated repositories; by default HF_TOKEN.
	 * @param cache Directory in which repositories are kept; by default HF_HUB_CACHE, or
	 * the directory hub in HF_HOME, or .cache/huggingface/hub of the user.
	 * @param offline Whether to use nothing but that directory; by default
	 * HF_HUB_OFFLINE.
	 */
	record HuggingFaceProperties(@Nullable URI endpoint, @Nullable String token, @Nullable Path cache,
			@Nullable Boolean offline) {

		SourceSettings.HuggingFace settings(Environment environment) {
			PropertyPath path = ModelServingProperties.PATH.child("sources").child("hugging-face");
			String address = Merge.or((this.endpoint != null) ? this.endpoint.toString() : null,
					Merge.or(variable(environment, "HF_ENDPOINT"), "https://huggingface.co"));
			URI uri = URI.create("about:blank");
			try {
				uri = URI.create(address);
			}
			catch (IllegalArgumentException ex) {
				// is said below
			}
			path.check(uri.getHost() != null && String.valueOf(uri.getScheme()).startsWith("http"), "endpoint", address,
					"it must be an address such as https://huggingface.co");
			String off = variable(environment, "HF_HUB_OFFLINE");
			boolean environmentOffline = off != null && (off.equals("1") || off.equalsIgnoreCase("true")
					|| off.equalsIgnoreCase("yes") || off.equalsIgnoreCase("on"));
			return new SourceSettings.HuggingFace(uri, Merge.first(this.token, variable(environment, "HF_TOKEN")),
					directory(environment), Merge.or(this.offline, environmentOffline));
		}

		private Path directory(Environment environment) {
			if (this.cache != null) {
				return this.cache;
			}
			String hub = Merge.first(variable(environment, "HF_HUB_CACHE"),
					variable(environment, "HUGGINGFACE_HUB_CACHE"));
			if (hub != null) {
				return Path.of(hub);
			}
			String home = variable(environment, "HF_HOME");
			String cacheHome = Merge.or(variable(environment, "XDG_CACHE_HOME"),
					System.getProperty("user.home") + "/.cache");
			return (home != null) ? Path.of(home, "hub") : Path.of(cacheHome, "huggingface", "hub");
		}

		@Override
		public String toString() {
			return "HuggingFaceProperties[%s]".formatted(this.endpoint);
		}

	}

	/**
	 * Registry of MLflow.
	 *
	 * @param trackingUri Address of the tracking server; by default MLFLOW_TRACKING_URI.
	 * @param token Token; by default MLFLOW_TRACKING_TOKEN.
	 * @param username User, if there is no token; by default MLFLOW_TRACKING_USERNAME.
	 * @param password Password of the user; by default MLFLOW_TRACKING_PASSWORD.
	 */
	record MlflowProperties(@Nullable URI trackingUri, @Nullable String token, @Nullable String username,
			@Nullable String password) {

		SourceSettings.Mlflow settings(Environment environment) {
			URI tracking = (this.trackingUri != null) ? this.trackingUri
					: uri(variable(environment, "MLFLOW_TRACKING_URI"));
			String user = Merge.first(this.username, variable(environment, "MLFLOW_TRACKING_USERNAME"));
			String secret = Merge.first(this.password, variable(environment, "MLFLOW_TRACKING_PASSWORD"));
			String in = (tracking != null) ? tracking.getUserInfo() : null;
			Credentials own = (user != null && secret != null) ? new Credentials(user, secret) : null;
			return new SourceSettings.Mlflow((in != null) ? withoutUser(tracking) : tracking,
					Merge.first(this.token, variable(environment, "MLFLOW_TRACKING_TOKEN")),
					(own == null && in != null && in.contains(":"))
							? new Credentials(in.substring(0, in.indexOf(':')), in.substring(in.indexOf(':') + 1))
							: own);
		}

		/**
		 * The user and the password may stand in the address, as MLflow's clients have
		 * it.
		 */
		private static @Nullable URI withoutUser(@Nullable URI uri) {
			return (uri != null) ? uri(uri.toString().replaceFirst("//[^/@]*@", "//")) : null;
		}

		/** What is no address is said when a model needs it. */
		private static @Nullable URI uri(@Nullable String text) {
			try {
				return (text != null) ? URI.create(text) : null;
			}
			catch (IllegalArgumentException ex) {
				return null;
			}
		}

		@Override
		public String toString() {
			return "MlflowProperties[%s]".formatted(this.trackingUri);
		}

	}

	/**
	 * Credentials of a registry.
	 *
	 * @param username User.
	 * @param password Password or token of the user.
	 */
	record OciProperties(String username, String password) {

		@Override
		public String toString() {
			return "OciProperties[%s]".formatted(this.username);
		}

	}

}
