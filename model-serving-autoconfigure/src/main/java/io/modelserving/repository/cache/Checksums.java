package io.modelserving.repository.cache;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Checksums of files and texts.
 */
public final class Checksums {

	private static final int BUFFER_BYTES = 64 * 1024;

	private static final String SHA256 = "SHA-256";

	private Checksums() {
	}

	/**
	 * Return the SHA-256 of a file (FIPS 180-4).
	 * @param file the file, read piece by piece
	 * @return 64 lower-case hexadecimal digits
	 * @throws IOException if the file cannot be read
	 */
	public static String sha256(Path file) throws IOException {
		MessageDigest digest = digest(SHA256);
		try (InputStream content = Files.newInputStream(file)) {
			update(digest, content);
		}
		return HexFormat.of().formatHex(digest.digest());
	}

	static String sha256(String text) {
		return HexFormat.of().formatHex(digest(SHA256).digest(text.getBytes(StandardCharsets.UTF_8)));
	}

	static void update(MessageDigest digest, InputStream content) throws IOException {
		byte[] buffer = new byte[BUFFER_BYTES];
		for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
			digest.update(buffer, 0, read);
		}
	}

	static MessageDigest digest(String algorithm) {
		try {
			return MessageDigest.getInstance(algorithm);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java platform has " + algorithm, ex);
		}
	}

}
