package io.modelserving.batch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Tells whether an input is the same as before: its size and a digest. Of a file up to 64
 * MiB the digest is of all of it, of a larger one of 1024 pieces of 64 KiB, from the
 * first to the last one and evenly in between. Of a folder it is of the names and sizes
 * of its pictures.
 */
final class Fingerprint {

	private static final int PIECE = 64 << 10;

	private static final int PIECES = 1024;

	private Fingerprint() {
	}

	static String of(Path input, RowFormat format) throws IOException {
		MessageDigest digest = sha256();
		long size = 0;
		if (format == RowFormat.PICTURES) {
			for (Path picture : PictureRows.list(input)) {
				size += Files.size(picture);
				digest.update("%s %d%n".formatted(input.relativize(picture), Files.size(picture))
					.getBytes(StandardCharsets.UTF_8));
			}
		}
		else {
			size = Files.size(input);
			digest(input, size, digest);
		}
		return size + ":" + HexFormat.of().formatHex(digest.digest());
	}

	private static void digest(Path input, long size, MessageDigest digest) throws IOException {
		long gap = Math.max(PIECE, (size - PIECE) / (PIECES - 1));
		try (FileChannel channel = FileChannel.open(input)) {
			for (long from = 0; from < size; from += gap) {
				digest(channel, from, digest);
			}
			if (gap > PIECE) {
				digest(channel, size - PIECE, digest);
			}
		}
	}

	private static void digest(FileChannel channel, long from, MessageDigest digest) throws IOException {
		ByteBuffer piece = ByteBuffer.allocate(PIECE);
		int count = 0;
		while (piece.hasRemaining() && count >= 0) {
			count = channel.read(piece, from + piece.position());
		}
		digest.update(piece.flip());
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
