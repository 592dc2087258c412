package io.modelserving.repository.source;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import io.modelserving.repository.cache.Checkout;
import io.modelserving.repository.cache.Digest;
import io.modelserving.repository.cache.DownloadException;
import io.modelserving.repository.cache.Downloader;
import io.modelserving.repository.cache.Downloader.Answer;
import io.modelserving.repository.cache.HttpFile;
import io.modelserving.repository.source.SourceSettings.Credentials;

/**
 * A repository of a registry, which may want a token first (the distribution
 * specification of OCI). Used by one thread, for one fetch.
 */
final class OciRegistry {

	private static final String MANIFESTS = "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json";

	private static final Pattern PARAMETER = Pattern.compile("(\\w+)=\"([^\"]*)\"");

	private static final int UNAUTHORIZED = 401;

	private final OciLocation location;

	private final @Nullable Credentials credentials;

	private final Downloader downloads;

	private Map<String, String> authorization = Map.of();

	OciRegistry(OciLocation location, @Nullable Credentials credentials, Downloader downloads) {
		this.location = location;
		this.credentials = credentials;
		this.downloads = downloads;
	}

	/**
	 * Fetch a manifest or a blob.
	 * @param checkout what it is a part of
	 * @param path what, as {@code manifests/latest}
	 * @param digest its digest, or {@code null} for a tag
	 * @param target where to
	 */
	void fetch(Checkout checkout, String path, @Nullable Digest digest, Path target) throws IOException {
		try {
			checkout.fetch(file(path, digest), target);
		}
		catch (DownloadException ex) {
			if (ex.status() != UNAUTHORIZED) {
				throw failure(ex);
			}
			authorize(path);
			try {
				checkout.fetch(file(path, digest), target);
			}
			catch (DownloadException again) {
				throw failure(again);
			}
		}
	}

	/**
	 * Ask which manifest the reference has now.
	 * @return its digest
	 */
	String digest() throws IOException {
		String path = "manifests/" + this.location.reference();
		Answer answer = this.downloads.ask("HEAD", file(path, null), true);
		if (answer.status() == UNAUTHORIZED) {
			authorize(path);
			answer = this.downloads.ask("HEAD", file(path, null), true);
		}
		if (answer.status() != 200) {
			throw failure(
					new DownloadException("%s responds with the status %d".formatted(file(path, null), answer.status()),
							answer.status(), answer.status() >= 500, null));
		}
		return answer.headers().firstValue("Docker-Content-Digest").orElse("");
	}

	private HttpFile file(String path, @Nullable Digest digest) {
		Map<String, String> headers = new HashMap<>(this.authorization);
		if (path.startsWith("manifests/")) {
			headers.put("Accept", MANIFESTS);
		}
		return new HttpFile(URI.create(this.location.base() + path), headers, digest);
	}

	private void authorize(String path) throws IOException {
		Answer answer = this.downloads.ask("HEAD", file(path, null), false);
		String challenge = answer.headers().firstValue("WWW-Authenticate").orElse("");
		if (challenge.toLowerCase(Locale.ROOT).startsWith("basic")) {
			this.authorization = (this.credentials != null) ? this.credentials.headers() : Map.of();
			return;
		}
		Map<String, String> parameters = new HashMap<>();
		for (Matcher matcher = PARAMETER.matcher(challenge); matcher.find();) {
			parameters.put(matcher.group(1).toLowerCase(Locale.ROOT), matcher.group(2));
		}
		HttpFile question = tokenQuestion(parameters);
		Answer token = this.downloads.ask("GET", question, false);
		if (token.status() != 200) {
			throw failure(new DownloadException("%s responds with the status %d".formatted(question, token.status()),
					token.status(), token.status() >= 500, null));
		}
		JsonNode json = Json.read(token.body(), question.toString());
		String pointer = json.has("token") ? "/token" : "/access_token";
		try {
			this.authorization = SourceSettings.bearer(Json.text(json, pointer, question.toString()));
		}
		catch (IllegalArgumentException ex) {
			throw new DownloadException("%s responds with a token that is none".formatted(question), 200, false, ex);
		}
	}

	/** A password goes over the network only where it is encrypted. */
	private HttpFile tokenQuestion(Map<String, String> parameters) throws IOException {
		String scope = parameters.getOrDefault("scope", "repository:%s:pull".formatted(this.location.repository()));
		try {
			URI uri = URI.create("%s?service=%s&scope=%s".formatted(parameters.get("realm"),
					Json.encode(parameters.getOrDefault("service", "")), Json.encode(scope)));
			boolean plain = "http".equals(uri.getScheme());
			if (uri.getHost() == null || (!plain && !"https".equals(uri.getScheme()))
					|| (plain && this.location.base().startsWith("https"))) {
				throw new IllegalArgumentException("it has no address that may be asked");
			}
			return new HttpFile(uri, (this.credentials != null) ? this.credentials.headers() : Map.of(), null);
		}
		catch (IllegalArgumentException ex) {
			throw failure(new DownloadException(
					"the registry responds with the status 401, and does not say where there are tokens: "
							+ ex.getMessage(),
					UNAUTHORIZED, false, ex));
		}
	}

	private DownloadException failure(DownloadException ex) {
		String advice = switch (ex.status()) {
			case UNAUTHORIZED, 403 -> "; set model-serving.sources.oci.<registry>.username and password";
			case 404 -> "; see that the repository has this tag";
			default -> "";
		};
		return new DownloadException("%s: %s%s".formatted(this.location, ex.getMessage(), advice), ex.status(),
				ex.isRetryable(), ex);
	}

}
