package io.modelserving.model.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory of optimized graphs. The name of an entry comes from everything that the
 * graph depends on: the model and the files beside it, the version of the runtime, the
 * options, and the kind of processor. Beside each entry stands its SHA-256, in the form
 * of {@code sha256sum}, without which it is not used. Several processes may share a
 * directory: files are written under other names and moved to their places.
 */
final class OptimizedModelCache {

	private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

	private static final String DRAFT = "draft-";

	private static final String DIGEST = ".sha256";

	private static final String UNUSABLE = ".unusable";

	/** A draft that is older was left by a process that ended while it loaded. */
	private static final Duration LONGEST_LOAD = Duration.ofHours(1);

	private static final Logger logger = LoggerFactory.getLogger(OptimizedModelCache.class);

	private final Path directory;

	private final Clock clock;

	OptimizedModelCache(Path directory, Clock clock) {
		this.directory = directory;
		this.clock = clock;
	}

	/**
	 * Return the place of an optimized graph.
	 * @param file the file of the model
	 * @param options how the model is run
	 * @param version the version of the runtime
	 * @return the place, where there may be a file or not
	 * @throws IOException if the directory cannot be made or a file not be read
	 */
	Path entry(Path file, OnnxOptions options, String version) throws IOException {
		Files.createDirectories(this.directory);
		MessageDigest digest = sha256();
		update(digest, file);
		update(digest, version, options.graphOptimization().name(), options.configEntries().toString(),
				System.getProperty("os.arch"), processor());
		for (Path sibling : siblings(file)) {
			BasicFileAttributes attributes = Files.readAttributes(sibling, BasicFileAttributes.class);
			update(digest, sibling.getFileName() + " " + attributes.size() + " " + attributes.lastModifiedTime());
		}
		return this.directory.resolve(HexFormat.of().formatHex(digest.digest(), 0, 16) + "-" + file.getFileName());
	}

	/**
	 * Return where the runtime shall write a new entry. Drafts that other processes have
	 * left are deleted.
	 * @return a file that does not exist
	 * @throws IOException if the directory cannot be written to
	 */
	Path draft() throws IOException {
		Instant oldest = this.clock.instant().minus(LONGEST_LOAD);
		try (DirectoryStream<Path> drafts = Files.newDirectoryStream(this.directory, DRAFT + "*")) {
			for (Path draft : drafts) {
				if (Files.exists(draft) && Files.getLastModifiedTime(draft).toInstant().isBefore(oldest)) {
					deleteQuietly(draft);
				}
			}
		}
		Path draft = Files.createTempFile(this.directory, DRAFT, ".onnx");
		Files.delete(draft);
		return draft;
	}

	/**
	 * Keep what the runtime wrote. Where another process was first, its entry stays.
	 * @param draft the file that it wrote
	 * @param entry its place
	 * @throws IOException if it cannot be moved there
	 */
	static void keep(Path draft, Path entry) throws IOException {
		if (isIntact(entry)) {
			Files.delete(draft);
			return;
		}
		Path digest = draft.resolveSibling(draft.getFileName() + DIGEST);
		try {
			Files.writeString(digest, digest(draft) + "  " + entry.getFileName() + "\n");
			Files.move(digest, digestOf(entry), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
			Files.move(draft, entry, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		}
		finally {
			deleteQuietly(digest);
		}
	}

	/**
	 * Return whether an entry exists and is what was written once. One that is not is
	 * deleted.
	 * @param entry the place of the entry
	 * @return {@code true} if its digest is that beside it
	 * @throws IOException if it cannot be read, or not be deleted
	 */
	static boolean isIntact(Path entry) throws IOException {
		if (!Files.exists(entry)) {
			return false;
		}
		Path digest = digestOf(entry);
		if (Files.exists(digest) && Files.readString(digest).startsWith(digest(entry) + " ")) {
			return true;
		}
		logger.warn("The optimized graph {} is not what was stored, and is deleted", entry);
		Files.deleteIfExists(entry);
		Files.deleteIfExists(digest);
		return false;
	}

	/**
	 * Return whether the entry of a model was found to be of no use.
	 * @param entry the place of the entry
	 * @return {@code true} if none is to be stored again
	 */
	static boolean isUnusable(Path entry) {
		return Files.exists(entry.resolveSibling(entry.getFileName() + UNUSABLE));
	}

	/**
	 * Delete an entry and let none be stored again in its place.
	 * @param entry the place of the entry
	 */
	static void markUnusable(Path entry) {
		deleteQuietly(entry);
		deleteQuietly(digestOf(entry));
		try {
			Files.write(entry.resolveSibling(entry.getFileName() + UNUSABLE), new byte[0]);
		}
		catch (IOException ex) {
			logger.warn("The cache of optimized models cannot be written to: {}", ex.toString());
		}
	}

	static void deleteQuietly(Path file) {
		try {
			Files.deleteIfExists(file);
		}
		catch (IOException ex) {
			logger.warn("{} cannot be deleted: {}", file, ex.toString());
		}
	}

	private static Path digestOf(Path entry) {
		return entry.resolveSibling(entry.getFileName() + DIGEST);
	}

	private static String digest(Path file) throws IOException {
		MessageDigest digest = sha256();
		update(digest, file);
		return HexFormat.of().formatHex(digest.digest());
	}

	private static void update(MessageDigest digest, Path file) throws IOException {
		try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
			in.transferTo(OutputStream.nullOutputStream());
		}
	}

	private static List<Path> siblings(Path file) throws IOException {
		try (Stream<Path> files = Files.list(file.toAbsolutePath().getParent())) {
			return files.filter(Files::isRegularFile)
				.filter((other) -> !other.getFileName().equals(file.getFileName()))
				.sorted()
				.toList();
		}
	}

	private static String processor() throws IOException {
		if (!Files.isReadable(PROCESSORS)) {
			return "";
		}
		try (Stream<String> lines = Files.lines(PROCESSORS)) {
			return lines.filter((line) -> line.startsWith("flags") || line.startsWith("Features"))
				.findFirst()
				.orElse("");
		}
	}

	private static void update(MessageDigest digest, String... parts) {
		for (String part : parts) {
			digest.update(part.getBytes(StandardCharsets.UTF_8));
			digest.update((byte) 0);
		}
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
