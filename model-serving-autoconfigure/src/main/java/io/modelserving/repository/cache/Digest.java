package io.modelserving.repository.cache;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A digest that a file must have.
 *
 * @param git whether it is that of Git, SHA-1 over the length and the content, and not
 * SHA-256
 * @param hex its hexadecimal digits, in lower case
 */
public record Digest(boolean git, String hex) {

	private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

	private static final Pattern SHA1 = Pattern.compile("[0-9a-f]{40}");

	/**
	 * Read a digest as it is written without a name of the algorithm.
	 * @param hex the digits
	 * @return SHA-256 if there are 64, that of Git if there are 40, empty otherwise
	 */
	public static Optional<Digest> of(String hex) {
		boolean git = SHA1.matcher(hex).matches();
		return (git || SHA256.matcher(hex).matches()) ? Optional.of(new Digest(git, hex)) : Optional.empty();
	}

	/**
	 * Return whether a file has this digest.
	 * @param file the file
	 * @return whether it does
	 * @throws IOException if it cannot be read
	 */
	public boolean matches(Path file) throws IOException {
		return this.hex.equals(hex(file));
	}

	/**
	 * Return the digest of a file, by the same algorithm.
	 */
	String of(Path file) throws IOException {
		return name() + hex(file);
	}

	private String hex(Path file) throws IOException {
		MessageDigest digest = Checksums.digest(this.git ? "SHA-1" : "SHA-256");
		if (this.git) {
			digest.update("blob %d\0".formatted(Files.size(file)).getBytes(StandardCharsets.US_ASCII));
		}
		try (InputStream content = Files.newInputStream(file)) {
			Checksums.update(digest, content);
		}
		return HexFormat.of().formatHex(digest.digest());
	}

	private String name() {
		return this.git ? "git:" : "sha256:";
	}

	@Override
	public String toString() {
		return name() + this.hex;
	}

}
