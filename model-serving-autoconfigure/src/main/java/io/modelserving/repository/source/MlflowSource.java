package io.modelserving.repository.source;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.config.YamlMapFactoryBean;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.support.ResourcePatternResolver;

import io.modelserving.repository.cache.Checkout;
import io.modelserving.repository.cache.DownloadException;
import io.modelserving.repository.cache.Downloader;
import io.modelserving.repository.cache.Downloader.Answer;
import io.modelserving.repository.cache.HttpFile;

/**
 * A model of MLflow's registry, by alias or version. Its revision is the version, so that
 * an alias that moves is a change.
 *
 * @param model the name of the registered model
 * @param alias the alias, {@code null} for a version
 * @param version the version, {@code null} for an alias
 * @param settings how to reach the tracking server
 * @param downloads asks it
 * @param resources finds artifacts in buckets
 */
record MlflowSource(String model, @Nullable String alias, @Nullable String version, SourceSettings.Mlflow settings,
		Downloader downloads, ResourcePatternResolver resources) implements RemoteSource {

	private static final Pattern LOCATION = Pattern
		.compile("(?i:models):/(?<model>[^/@:?#\\\\]+)(?:@(?<alias>[^/@:?#\\\\]+)|/(?<version>[1-9][0-9]{0,17}))");

	private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,17}");

	private static final String API = "/api/2.0/mlflow/";

	private static final String PROXY = "/api/2.0/mlflow-artifacts/artifacts/";

	static MlflowSource of(String location, SourceSettings.Mlflow settings, Downloader downloads,
			ResourcePatternResolver resources) {
		Matcher matcher = LOCATION.matcher(location);
		if (!matcher.matches()) {
			throw new IllegalArgumentException(
					"is no model of MLflow: write models:/name@alias, or models:/name/version with a number");
		}
		URI tracking = settings.trackingUri();
		if (tracking == null || tracking.getHost() == null
				|| !String.valueOf(tracking.getScheme()).startsWith("http")) {
			throw new IllegalArgumentException(
					"needs MLflow's tracking server: set MLFLOW_TRACKING_URI, or model-serving.sources.mlflow.tracking-uri, to its address, such as https://mlflow.example.com");
		}
		settings.headers();
		return new MlflowSource(matcher.group("model"), matcher.group("alias"), matcher.group("version"), settings,
				downloads, resources);
	}

	@Override
	public String revision() throws IOException {
		if (this.version != null) {
			return this.version;
		}
		HttpFile question = aliasQuestion();
		Answer answer = this.downloads.ask("GET", question, false);
		if (answer.status() != 200) {
			throw failure(question,
					new DownloadException("%s responds with the status %d".formatted(question, answer.status()),
							answer.status(), answer.status() >= 500, null));
		}
		return version(Json.read(answer.body(), question.toString()), question);
	}

	private static String version(JsonNode answer, HttpFile question) throws IOException {
		String version = Json.text(answer, "/model_version/version", question.toString());
		if (!VERSION.matcher(version).matches()) {
			throw new DownloadException("%s responds with a version that is no number".formatted(question), 200, false,
					null);
		}
		return version;
	}

	@Override
	public Fetched fetch(Checkout checkout) throws IOException {
		String number = (this.version != null) ? this.version
				: version(ask(checkout, aliasQuestion()), aliasQuestion());
		HttpFile question = question("model-versions/get-download-uri?name=%s&version=%s", number);
		String artifacts = Json.text(ask(checkout, question), "/artifact_uri", question.toString());
		String file = modelFile(checkout, artifacts);
		Path local = onDisk(artifacts);
		return new Fetched((local != null) ? local.resolve(file) : origin(artifacts, file).fetch(checkout).file(),
				number);
	}

	private HttpFile aliasQuestion() {
		return question("registered-models/alias?name=%s&alias=%s", Objects.requireNonNull(this.alias));
	}

	private HttpFile question(String format, String argument) {
		return at(tracking() + API + format.formatted(Json.encode(this.model), Json.encode(argument)));
	}

	private String tracking() {
		return String.valueOf(this.settings.trackingUri()).replaceAll("/+$", "");
	}

	private HttpFile at(String address) {
		return new HttpFile(URI.create(address), this.settings.headers(), null);
	}

	/** Through the cache, which has the last answer where the server is away. */
	private JsonNode ask(Checkout checkout, HttpFile question) throws IOException {
		Path answer = Files.createTempDirectory(checkout.directory(), "mlflow").resolve("answer");
		try {
			checkout.fetch(question, answer);
		}
		catch (DownloadException ex) {
			throw failure(question, ex);
		}
		return Json.read(answer, question.toString());
	}

	private DownloadException failure(HttpFile question, DownloadException ex) {
		String advice = switch (ex.status()) {
			case 401, 403 -> "; set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD";
			case 400, 404 -> "; see that the model is registered under this name, and has the version or the alias";
			default -> "";
		};
		String what = (this.alias != null) ? "@" + this.alias : "/" + this.version;
		return new DownloadException("models:/%s%s: %s%s".formatted(this.model, what, ex.getMessage(), advice),
				ex.status(), ex.isRetryable(), ex);
	}

	/** The file that the flavor "onnx" names. */
	private String modelFile(Checkout checkout, String artifacts) throws IOException {
		Path local = onDisk(artifacts);
		Path description = (local != null) ? local.resolve("MLmodel")
				: Files.createTempDirectory(checkout.directory(), "mlflow").resolve("MLmodel");
		if (local == null) {
			origin(artifacts, "MLmodel").copyTo(checkout, description);
		}
		if (!Files.isRegularFile(description)) {
			throw invalid("has no file MLmodel in " + artifacts);
		}
		YamlMapFactoryBean yaml = new YamlMapFactoryBean();
		yaml.setResources(new FileSystemResource(description));
		Object onnx;
		try {
			Map<String, Object> content = Objects.requireNonNullElse(yaml.getObject(), Map.of());
			onnx = (content.get("flavors") instanceof Map<?, ?> flavors) ? flavors.get("onnx") : null;
		}
		catch (RuntimeException ex) {
			throw invalid("has a file MLmodel that cannot be read: " + ex.getMessage());
		}
		if (!(onnx instanceof Map<?, ?> flavor)) {
			throw invalid("was not logged by mlflow.onnx: its MLmodel has no flavor \"onnx\"");
		}
		String file = String.valueOf((flavor.get("data") != null) ? flavor.get("data") : "model.onnx");
		if (RelativeNames.resolve(Path.of(""), file).isEmpty()) {
			throw invalid("names a file outside of its artifacts");
		}
		return file;
	}

	private DownloadException invalid(String problem) {
		return new DownloadException("models:/%s: the version %s".formatted(this.model, problem), 200, false, null);
	}

	private static @Nullable Path onDisk(String artifacts) {
		if (artifacts.startsWith("file:")) {
			return Path.of(URI.create(artifacts).getPath());
		}
		return artifacts.startsWith("/") ? Path.of(artifacts) : null;
	}

	/** The token goes to the tracking server only. */
	private Origin origin(String artifacts, String file) throws IOException {
		String path = artifacts.replaceAll("/+$", "") + "/" + file;
		int colon = path.indexOf(':');
		String scheme = (colon > 0) ? path.substring(0, colon) : "";
		try {
			return switch (scheme) {
				case "mlflow-artifacts" -> new HttpOrigin(this.downloads, at(proxied(path)), false);
				case "http", "https" -> HttpOrigin.of(this.downloads, path);
				case "s3", "gs" -> BucketOrigin.of(this.resources, path);
				default -> throw new IllegalArgumentException("is of no kind that can be read");
			};
		}
		catch (IllegalArgumentException ex) {
			throw invalid("has its artifacts at %s, which %s".formatted(artifacts, ex.getMessage()));
		}
	}

	private String proxied(String path) {
		String plain = path.replaceFirst("^mlflow-artifacts:(//[^/]*)?/*", "");
		if (RelativeNames.resolve(Path.of(""), plain).isEmpty()) {
			throw new IllegalArgumentException("leads outside");
		}
		return tracking() + PROXY + Json.encodePath(plain);
	}

}
