package io.modelserving.repository.source;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.modelserving.model.InvalidModelException;
import io.modelserving.repository.cache.Digest;

/**
 * A repository in the cache of Hugging Face's tools, which they and we read and write:
 * <pre>
 * models--org--name/refs/main               the commit
 * models--org--name/snapshots/&lt;commit&gt;/...   links to
 * models--org--name/blobs/&lt;etag&gt;            the content
 * </pre> Links are followed into the blobs of this repository, and nowhere else.
 * Thread-safe, also with others that write: what is written appears as a whole.
 *
 * @param directory the directory of the repository
 */
record HuggingFaceCache(Path directory) {

	private static final Logger logger = LoggerFactory.getLogger(HuggingFaceCache.class);

	private static final int MAX_DEPTH = 8;

	static HuggingFaceCache of(Path cache, String repository) {
		return new HuggingFaceCache(cache.toAbsolutePath().resolve("models--" + repository.replace("/", "--")));
	}

	private Path ref(String revision) {
		return this.directory.resolve("refs").resolve(revision);
	}

	Optional<String> commit(String revision) throws IOException {
		Path ref = ref(revision);
		return Files.isRegularFile(ref)
				? Optional.of(Files.readString(ref).strip()).filter(HuggingFaceLocation::isCommit) : Optional.empty();
	}

	void setCommit(String revision, String commit) throws IOException {
		if (!commit(revision).filter(commit::equals).isPresent()) {
			Path ref = ref(revision);
			Files.createDirectories(ref.getParent());
			Path draft = Files.writeString(draft(ref), commit);
			Files.move(draft, ref, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		}
	}

	private static Path draft(Path file) {
		return file.resolveSibling("." + UUID.randomUUID() + ".incomplete");
	}

	/**
	 * Return where a file is, or has to be.
	 */
	Path file(String commit, String path) {
		return this.directory.resolve("snapshots").resolve(commit).resolve(path);
	}

	/**
	 * Return the files of a snapshot, which need not be all that the repository has.
	 */
	List<String> files(String commit) throws IOException {
		Path snapshot = file(commit, "");
		if (!Files.isDirectory(snapshot)) {
			return List.of();
		}
		try (Stream<Path> files = Files.walk(snapshot, MAX_DEPTH)) {
			return files.filter(Files::isRegularFile)
				.map((file) -> snapshot.relativize(file).toString().replace('\\', '/'))
				.sorted()
				.toList();
		}
	}

	/**
	 * Return whether a file is there, as it was downloaded. One that is not is removed.
	 * @throws InvalidModelException if it is a link to somewhere else
	 */
	boolean isIntact(String commit, String path) throws IOException {
		Path file = file(commit, path);
		if (!Files.isRegularFile(file)) {
			return false;
		}
		Path real = file.toRealPath();
		Path root = this.directory.toRealPath();
		Path blobs = root.resolve("blobs");
		if (!real.startsWith(blobs) && !real.startsWith(root.resolve("snapshots").resolve(commit))) {
			throw new InvalidModelException(
					"%s is a link to %s, which is outside of the repository's blobs".formatted(file, real),
					"Remove the link, and download the repository again.", false, null);
		}
		Optional<Digest> digest = real.startsWith(blobs) ? Digest.of(real.getFileName().toString()) : Optional.empty();
		if (digest.isEmpty() || digest.get().matches(real)) {
			return true;
		}
		logger.warn("{} is not what was downloaded once, and is removed", real);
		Files.deleteIfExists(file);
		Files.deleteIfExists(real);
		return false;
	}

	/**
	 * Return where the content of an entity tag is kept.
	 */
	Path blob(String etag) throws IOException {
		return Files.createDirectories(this.directory.resolve("blobs")).resolve(etag);
	}

	/**
	 * Keep a file.
	 * @param content the content
	 * @param etag its entity tag
	 */
	void keep(Path content, String etag) throws IOException {
		Path blob = blob(etag);
		Path draft = draft(blob);
		try {
			link(content, draft);
			Files.move(draft, blob, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		}
		finally {
			Files.deleteIfExists(draft);
		}
	}

	private static void link(Path content, Path target) throws IOException {
		try {
			Files.createLink(target, content);
		}
		catch (UnsupportedOperationException | IOException ex) {
			Files.copy(content, target);
		}
	}

	/**
	 * Make the link of a snapshot to its content.
	 */
	void link(String commit, String path, String etag) throws IOException {
		Path file = file(commit, path);
		Path parent = Files.createDirectories(Objects.requireNonNull(file.getParent()));
		try {
			Files.createSymbolicLink(file, parent.relativize(blob(etag)));
		}
		catch (FileAlreadyExistsException ex) {
			logger.debug("{} exists", file);
		}
		catch (UnsupportedOperationException | IOException ex) {
			Files.copy(blob(etag), file, StandardCopyOption.REPLACE_EXISTING);
		}
	}

}
