package io.modelserving.serving.lifecycle;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedSet;
import java.util.TreeSet;

import io.modelserving.model.graph.ExternalData;

/**
 * The SHA-256 of a model: of its file, and of those that have its weights.
 */
final class FileDigest {

	private FileDigest() {
	}

	/**
	 * Return the digest of a model.
	 * @param file the file of the model
	 * @return 64 hexadecimal digits
	 * @throws IOException if a file cannot be read
	 */
	static String of(Path file) throws IOException {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			if (Files.isRegularFile(file)) {
				add(file, digest);
				for (String location : weights(file)) {
					digest.update(location.getBytes(StandardCharsets.UTF_8));
					add(file.resolveSibling(location), digest);
				}
			}
			return HexFormat.of().formatHex(digest.digest());
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java runtime has SHA-256", ex);
		}
	}

	private static void add(Path file, MessageDigest digest) throws IOException {
		digest.update(Long.toString(Files.size(file)).getBytes(StandardCharsets.UTF_8));
		try (InputStream content = Files.newInputStream(file);
				OutputStream target = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
			content.transferTo(target);
		}
	}

	/** A file in another format names no others. */
	private static SortedSet<String> weights(Path file) throws IOException {
		try {
			return ExternalData.locations(file);
		}
		catch (IllegalArgumentException ex) {
			return new TreeSet<>();
		}
	}

}
