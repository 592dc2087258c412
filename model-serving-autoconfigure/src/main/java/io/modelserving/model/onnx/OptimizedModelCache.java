package io.modelserving.model.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory of optimized graphs. The name of an entry comes from everything that the
 * graph depends on: the model and the files beside it, the version of the runtime, the
 * options, and the kind of processor.
 */
final class OptimizedModelCache {

	private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

	private final Path directory;

	OptimizedModelCache(Path directory) {
		this.directory = directory;
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
		try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
			in.transferTo(OutputStream.nullOutputStream());
		}
		update(digest, version, options.graphOptimization().name(), options.configEntries().toString(),
				System.getProperty("os.arch"), processor());
		for (Path sibling : siblings(file)) {
			BasicFileAttributes attributes = Files.readAttributes(sibling, BasicFileAttributes.class);
			update(digest, sibling.getFileName() + " " + attributes.size() + " " + attributes.lastModifiedTime());
		}
		return this.directory.resolve(HexFormat.of().formatHex(digest.digest(), 0, 16) + "-" + file.getFileName());
	}

	/**
	 * Return where the runtime shall write a new entry.
	 * @return a file that does not exist
	 * @throws IOException if the directory cannot be written to
	 */
	Path draft() throws IOException {
		Path draft = Files.createTempFile(this.directory, "draft-", ".onnx");
		Files.delete(draft);
		return draft;
	}

	/**
	 * Keep what the runtime wrote.
	 * @param draft the file that it wrote
	 * @param entry its place
	 * @throws IOException if it cannot be moved there
	 */
	static void keep(Path draft, Path entry) throws IOException {
		Files.move(draft, entry, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
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
