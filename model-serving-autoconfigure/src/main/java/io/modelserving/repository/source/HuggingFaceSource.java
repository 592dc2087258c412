package io.modelserving.repository.source;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import io.modelserving.repository.cache.Checkout;
import io.modelserving.repository.cache.Digest;
import io.modelserving.repository.cache.DownloadException;
import io.modelserving.repository.cache.Downloader;
import io.modelserving.repository.cache.Downloader.Answer;
import io.modelserving.repository.cache.HttpFile;

/**
 * A model in a repository of Hugging Face, used where its tools keep it. What is missing
 * there is downloaded, unless that is forbidden.
 *
 * @param location which model
 * @param settings how to reach the hub
 * @param downloads asks it
 * @param cache where the repository is kept
 */
record HuggingFaceSource(HuggingFaceLocation location, SourceSettings.HuggingFace settings, Downloader downloads,
		HuggingFaceCache cache) implements RemoteSource {

	private static final Pattern ETAG = Pattern.compile("[0-9A-Za-z_-][0-9A-Za-z._-]{0,127}");

	/** Where exporters put a model, the first one first. */
	private static final List<String> USUAL = List.of("onnx/model.onnx", "model.onnx");

	static HuggingFaceSource of(String text, SourceSettings.HuggingFace settings, Downloader downloads) {
		HuggingFaceLocation location = HuggingFaceLocation.of(text);
		settings.headers();
		return new HuggingFaceSource(location, settings, downloads,
				HuggingFaceCache.of(settings.cache(), location.repository()));
	}

	@Override
	public String revision() throws IOException {
		if (this.location.isCommit()) {
			return this.location.revision();
		}
		return this.settings.offline() ? "" : commit(repository(this.location.revision()));
	}

	@Override
	public Fetched fetch(Checkout checkout) throws IOException {
		Repository repository = find(checkout);
		String path = (this.location.path() != null) ? this.location.path() : choose(checkout, repository);
		Path file = file(checkout, repository.commit(), path);
		String directory = path.substring(0, path.lastIndexOf('/') + 1);
		for (String external : ExternalFiles.of(file).keySet()) {
			file(checkout, repository.commit(), directory + external);
		}
		return new Fetched(file, repository.commit());
	}

	private Repository find(Checkout checkout) throws IOException {
		if (this.location.isCommit()) {
			return new Repository(this.location.revision(), null);
		}
		Optional<String> known = this.cache.commit(this.location.revision());
		if (this.settings.offline()) {
			return new Repository(known.orElseThrow(() -> missing(this.location.toString(), null)), null);
		}
		try {
			JsonNode answer = repository(this.location.revision());
			String commit = commit(answer);
			this.cache.setCommit(this.location.revision(), commit);
			return new Repository(commit, answer);
		}
		catch (DownloadException ex) {
			if (!ex.isUnreachable()) {
				throw ex;
			}
			String commit = known.orElseThrow(() -> missing(this.location.toString(), ex));
			checkout.noteUnreached(this.location.toString(), String.valueOf(ex.getMessage()));
			return new Repository(commit, null);
		}
	}

	private JsonNode repository(String revision) throws IOException {
		HttpFile address = address("/api/models/%s/revision/%s", this.location.repository(), Json.encode(revision),
				null);
		Answer answer = this.downloads.ask("GET", address, false);
		require(answer, address);
		return Json.read(answer.body(), address.toString());
	}

	private static String commit(JsonNode repository) throws IOException {
		String commit = Json.text(repository, "/sha", "the hub of Hugging Face");
		if (!HuggingFaceLocation.isCommit(commit)) {
			throw new DownloadException("the hub of Hugging Face responds with a sha that is no commit", 200, false,
					null);
		}
		return commit;
	}

	private HttpFile address(String format, String repository, String revision, @Nullable Digest digest) {
		String base = this.settings.endpoint().toString().replaceAll("/+$", "");
		return new HttpFile(URI.create(base + format.formatted(repository, revision)), this.settings.headers(), digest);
	}

	private void require(Answer answer, HttpFile address) throws DownloadException {
		int status = answer.status();
		if (status >= 400) {
			String advice = switch (status) {
				case 401, 403, 404 ->
					": see that the repository, its revision and the file exist, and set HF_TOKEN if it is private or gated";
				default -> "";
			};
			throw new DownloadException("%s cannot be downloaded: %s responds with the status %d%s"
				.formatted(this.location, address, status, advice), status, status >= 500 || status == 429, null);
		}
	}

	/** The first usual name needs no list of files. */
	private String choose(Checkout checkout, Repository repository) throws IOException {
		List<String> present = this.cache.files(repository.commit());
		JsonNode listed = repository.listed();
		if (listed == null && !present.contains(USUAL.get(0)) && !this.settings.offline()) {
			try {
				listed = repository(repository.commit());
			}
			catch (DownloadException ex) {
				if (present.isEmpty() || !ex.isUnreachable()) {
					throw ex;
				}
				checkout.noteUnreached(this.location.toString(), String.valueOf(ex.getMessage()));
			}
		}
		List<String> names = (listed != null)
				? listed.path("siblings").valueStream().map((file) -> file.path("rfilename").asString("")).toList()
				: present;
		return choose(names);
	}

	private String choose(List<String> names) throws DownloadException {
		List<String> models = names.stream().filter((name) -> name.endsWith(".onnx")).sorted().toList();
		for (String usual : USUAL) {
			if (models.contains(usual)) {
				return usual;
			}
		}
		if (models.size() != 1 || RelativeNames.resolve(Path.of(""), models.get(0)).isEmpty()) {
			throw new DownloadException(
					"%s has none of %s; let the location end in the file of the model, which is one of %s"
						.formatted(this.location, USUAL, models.stream().limit(20).toList()),
					404, false, null);
		}
		return models.get(0);
	}

	private Path file(Checkout checkout, String commit, String path) throws IOException {
		if (!this.cache.isIntact(commit, path)) {
			if (this.settings.offline()) {
				throw missing(path, null);
			}
			download(checkout, commit, path);
		}
		return this.cache.file(commit, path);
	}

	private DownloadException missing(String what, @Nullable DownloadException cause) {
		String why = (cause != null) ? String.valueOf(cause.getMessage())
				: "downloads are switched off by HF_HUB_OFFLINE or model-serving.sources.hugging-face.offline";
		return new DownloadException(
				"%s: %s is not in the cache %s, and %s; download it there, as by \"hf download %s\", or set HF_HOME to the cache that has it"
					.formatted(this.location, what, this.cache.directory().getParent(), why,
							this.location.repository()),
				0, cause != null, cause);
	}

	private void download(Checkout checkout, String commit, String path) throws IOException {
		String format = "/%s/resolve/%s/" + Json.encodePath(path).replace("%", "%%");
		HttpFile address = address(format, this.location.repository(), commit, null);
		Answer head = this.downloads.ask("HEAD", address, false);
		require(head, address);
		String etag = head.headers()
			.firstValue("X-Linked-Etag")
			.or(() -> head.headers().firstValue("ETag"))
			.orElse("")
			.replaceFirst("^W/", "")
			.replace("\"", "");
		if (!ETAG.matcher(etag).matches()
				|| !commit.equals(head.headers().firstValue("X-Repo-Commit").orElse(commit))) {
			throw new DownloadException(
					"%s cannot be downloaded: %s responds without a usable ETag, or for another commit"
						.formatted(this.location, address),
					200, false, null);
		}
		if (Files.notExists(this.cache.blob(etag))) {
			HttpFile file = address(format, this.location.repository(), commit, Digest.of(etag).orElse(null));
			Path arrived = Files.createTempDirectory(checkout.directory(), "hf").resolve("file");
			checkout.fetch(file, arrived);
			this.cache.keep(arrived, etag);
			checkout.forget(file.uri().toString());
		}
		this.cache.link(commit, path, etag);
	}

	/**
	 * A repository at a commit.
	 *
	 * @param listed what the hub says of it, {@code null} if it was not asked
	 */
	private record Repository(String commit, @Nullable JsonNode listed) {
	}

}
