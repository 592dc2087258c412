package io.modelserving.repository.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import io.modelserving.repository.cache.Checkout;
import io.modelserving.repository.cache.Checksums;
import io.modelserving.repository.cache.Digest;
import io.modelserving.repository.cache.DownloadException;
import io.modelserving.repository.cache.Downloader;

/**
 * A model in an OCI registry: in the directory {@code models} of an image, as KServe has
 * it, or as files of an artifact whose layers are named by their titles, as ORAS has it.
 *
 * @param location which image
 * @param settings credentials and limits
 * @param downloads fetches
 */
record OciSource(OciLocation location, SourceSettings settings, Downloader downloads) implements RemoteSource {

	private static final String TITLE = "org.opencontainers.image.title";

	private static final String MODELS = "models/";

	private static final int MAX_LAYERS = 1000;

	static OciSource of(String location, SourceSettings settings, Downloader downloads) {
		return new OciSource(OciLocation.of(location), settings, downloads);
	}

	private OciRegistry registry() {
		return new OciRegistry(this.location, this.settings.oci().get(this.location.registry()), this.downloads);
	}

	@Override
	public String revision() throws IOException {
		return this.location.isDigest() ? this.location.reference() : registry().digest();
	}

	@Override
	public Fetched fetch(Checkout checkout) throws IOException {
		OciRegistry registry = registry();
		Path work = Files.createTempDirectory(checkout.directory(), "oci");
		String reference = this.location.reference();
		Path file = manifest(registry, checkout, reference, work.resolve("manifest"));
		String revision = "sha256:" + Checksums.sha256(file);
		JsonNode manifest = Json.read(file, this.location.toString());
		if (manifest.has("manifests")) {
			manifest = Json.read(manifest(registry, checkout, platform(manifest), work.resolve("of-platform")),
					this.location.toString());
		}
		Path files = Files.createDirectory(work.resolve("files"));
		unpack(registry, checkout, manifest, files);
		return new Fetched(model(files), revision);
	}

	private static Path manifest(OciRegistry registry, Checkout checkout, String reference, Path target)
			throws IOException {
		Digest digest = reference.startsWith("sha256:") ? digest(reference) : null;
		registry.fetch(checkout, "manifests/" + reference, digest, target);
		return target;
	}

	private static Digest digest(String text) throws DownloadException {
		return Digest.of(text.replaceFirst("^sha256:", ""))
			.filter((digest) -> !digest.git())
			.orElseThrow(() -> new DownloadException("the registry responds with a digest that is no SHA-256", 200,
					false, null));
	}

	/** Models are the same for all platforms; the files beside may not be. */
	private String platform(JsonNode index) throws IOException {
		String architecture = System.getProperty("os.arch").toLowerCase(Locale.ROOT).equals("aarch64") ? "arm64"
				: "amd64";
		List<JsonNode> manifests = index.path("manifests").valueStream().toList();
		JsonNode chosen = manifests.stream()
			.filter((manifest) -> manifest.at("/platform/architecture").asString("").equals(architecture))
			.findFirst()
			.or(() -> manifests.stream().findFirst())
			.orElseThrow(
					() -> new DownloadException("%s is an empty index".formatted(this.location), 200, false, null));
		return Json.text(chosen, "/digest", this.location.toString());
	}

	private void unpack(OciRegistry registry, Checkout checkout, JsonNode manifest, Path files) throws IOException {
		TarFiles tar = new TarFiles(files, (name) -> name.startsWith(MODELS), this.settings.maxBytes());
		List<JsonNode> layers = manifest.path("layers").valueStream().limit(MAX_LAYERS).toList();
		for (JsonNode layer : layers) {
			String digest = Json.text(layer, "/digest", this.location.toString());
			String title = layer.path("annotations").path(TITLE).asString("");
			boolean packed = layer.path("mediaType").asString("").contains("tar");
			Path target = files.resolveSibling("layer");
			if (!title.isEmpty() && !packed) {
				target = RelativeNames.resolve(files, title)
					.orElseThrow(() -> new DownloadException(
							"%s has a layer whose title leads out of its directory".formatted(this.location), 200,
							false, null));
				Files.createDirectories(target.getParent());
			}
			registry.fetch(checkout, "blobs/sha256:" + digest(digest).hex(), digest(digest), target);
			if (packed) {
				extract(tar, target, digest);
			}
		}
	}

	private void extract(TarFiles tar, Path layer, String digest) throws IOException {
		try {
			tar.extract(layer);
		}
		catch (TarFiles.TarException ex) {
			throw new DownloadException(
					"%s: the layer %s is not unpacked: %s".formatted(this.location, digest, ex.getMessage()), 200,
					false, ex);
		}
		Files.delete(layer);
	}

	private Path model(Path files) throws IOException {
		List<String> models;
		try (Stream<Path> all = Files.walk(files)) {
			models = all.filter((file) -> file.toString().endsWith(".onnx"))
				.map((file) -> files.relativize(file).toString().replace('\\', '/'))
				.sorted()
				.toList();
		}
		@Nullable String wanted = this.location.path();
		List<String> usual = (wanted != null) ? List.of(wanted)
				: List.of("models/model.onnx", "models/1/model.onnx", "model.onnx");
		String chosen = usual.stream()
			.filter(models::contains)
			.findFirst()
			.or(() -> models.stream().filter((model) -> wanted == null && models.size() == 1).findFirst())
			.orElseThrow(
					() -> new DownloadException(
							"%s has none of %s; let the location end in # and the file of the model, which is one of %s"
								.formatted(this.location, usual, models.stream().limit(20).toList()),
							404, false, null));
		return files.resolve(chosen);
	}

}
