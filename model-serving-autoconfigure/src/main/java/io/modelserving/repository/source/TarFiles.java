package io.modelserving.repository.source;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

import org.jspecify.annotations.Nullable;

import org.springframework.util.FileSystemUtils;

/**
 * Takes files out of a tar archive (POSIX.1-2001, and GNU's long names). Nothing is
 * written but plain files below a directory: links and devices are passed over, and names
 * that lead elsewhere end the reading. Used by one thread.
 */
final class TarFiles {

	private static final int BLOCK = 512;

	private static final int MAX_ENTRIES = 1_000_000;

	private static final int MAX_HEADER_BYTES = 1024 * 1024;

	/** Begins the name of a file that removes another of a layer below. */
	private static final String WHITEOUT = ".wh.";

	private final Path directory;

	private final Predicate<String> wanted;

	private long bytesLeft;

	/**
	 * Create the reader.
	 * @param directory where files go to
	 * @param wanted says by its name whether to take a file
	 * @param maxBytes the most bytes that all files may have together
	 */
	TarFiles(Path directory, Predicate<String> wanted, long maxBytes) {
		this.directory = directory;
		this.wanted = wanted;
		this.bytesLeft = maxBytes;
	}

	/**
	 * Take the files of an archive, over those that are there.
	 * @param archive the archive, compressed by gzip or not
	 * @throws TarException if it is no such archive, or does what it must not
	 * @throws IOException if it cannot be read, or the files not be written
	 */
	void extract(Path archive) throws IOException {
		try (InputStream file = new BufferedInputStream(Files.newInputStream(archive)); InputStream tar = plain(file)) {
			extract(tar);
		}
		catch (EOFException | ZipException ex) {
			throw new TarException("it is cut off or damaged: " + ex.getMessage());
		}
	}

	private static InputStream plain(InputStream file) throws IOException {
		file.mark(4);
		byte[] magic = file.readNBytes(4);
		file.reset();
		if (magic.length == 4 && magic[0] == 0x28 && (magic[1] & 0xff) == 0xb5 && magic[2] == 0x2f) {
			throw new TarException("it is compressed by zstd; build the image with gzip");
		}
		boolean gzip = magic.length > 1 && magic[0] == 0x1f && (magic[1] & 0xff) == 0x8b;
		return gzip ? new BufferedInputStream(new GZIPInputStream(file, 64 * 1024)) : file;
	}

	private void extract(InputStream tar) throws IOException {
		Map<String, String> extended = new HashMap<>();
		for (int entries = 0; entries < MAX_ENTRIES; entries++) {
			byte[] header = tar.readNBytes(BLOCK);
			if (header.length == 0 || header[0] == 0) {
				return;
			}
			check(header);
			char type = (char) header[156];
			long size = extended.containsKey("size") ? number(extended.get("size")) : octal(header, 124, 12);
			if (type == 'x' || type == 'L' || type == 'g' || type == 'K') {
				byte[] content = small(tar, size);
				if (type == 'x') {
					pax(content, extended);
				}
				else if (type == 'L') {
					extended.put("path", text(content, 0, content.length));
				}
			}
			else {
				entry(tar, type, extended.getOrDefault("path", name(header)), size);
				extended.clear();
			}
			skip(tar, (BLOCK - size % BLOCK) % BLOCK);
		}
		throw new TarException("it has more than %d entries".formatted(MAX_ENTRIES));
	}

	private static void check(byte[] header) throws IOException {
		if (header.length < BLOCK) {
			throw new EOFException("a header is missing");
		}
		long sum = 0;
		for (int i = 0; i < BLOCK; i++) {
			sum += (i >= 148 && i < 156) ? ' ' : header[i] & 0xff;
		}
		if (sum != octal(header, 148, 8)) {
			throw new TarException("it is no tar archive");
		}
	}

	private void entry(InputStream tar, char type, String raw, long size) throws IOException {
		String name = raw.replaceFirst("^(\\./|/)+", "");
		boolean file = type == '0' || type == 0 || type == '7';
		String last = name.substring(name.lastIndexOf('/') + 1);
		boolean whiteout = last.startsWith(WHITEOUT) && last.length() > WHITEOUT.length();
		String target = whiteout ? name.substring(0, name.length() - last.length()) + last.substring(WHITEOUT.length())
				: name;
		if (!file || name.endsWith("/") || !this.wanted.test(target)) {
			skip(tar, size);
			return;
		}
		Path path = RelativeNames.resolve(this.directory, target)
			.orElseThrow(() -> new TarException("it has a file whose name leads out of its directory"));
		if (whiteout) {
			FileSystemUtils.deleteRecursively(path);
			skip(tar, size);
			return;
		}
		this.bytesLeft -= size;
		if (this.bytesLeft < 0) {
			throw new TarException("its files have more bytes than model-serving.downloads.max-size allows");
		}
		Files.createDirectories(path.getParent());
		Files.deleteIfExists(path);
		try (OutputStream output = Files.newOutputStream(path)) {
			byte[] buffer = new byte[64 * 1024];
			for (long left = size; left > 0;) {
				int read = tar.read(buffer, 0, (int) Math.min(buffer.length, left));
				if (read < 0) {
					throw new EOFException("a file ends early");
				}
				output.write(buffer, 0, read);
				left -= read;
			}
		}
	}

	private static byte[] small(InputStream tar, long size) throws IOException {
		if (size > MAX_HEADER_BYTES) {
			throw new TarException("it has a header of %d bytes".formatted(size));
		}
		byte[] content = tar.readNBytes((int) size);
		if (content.length < size) {
			throw new EOFException("a header ends early");
		}
		return content;
	}

	/** Records such as {@code 18 path=a/b.onnx}, whose length counts the whole record. */
	private static void pax(byte[] content, Map<String, String> extended) throws TarException {
		for (int start = 0; start < content.length;) {
			int space = start;
			while (space < content.length && content[space] != ' ') {
				space++;
			}
			long length = number(text(content, start, space - start));
			if (length <= space - start + 1L || length > content.length - start) {
				throw new TarException("it has a header that is none");
			}
			String record = new String(content, space + 1, (int) length - (space - start) - 2, StandardCharsets.UTF_8);
			int equals = record.indexOf('=');
			if (equals > 0) {
				extended.put(record.substring(0, equals), record.substring(equals + 1));
			}
			start += (int) length;
		}
	}

	private static void skip(InputStream tar, long bytes) throws IOException {
		tar.skipNBytes(bytes);
	}

	private static String name(byte[] header) {
		String prefix = (text(header, 257, 5).equals("ustar") && header[262] == 0) ? text(header, 345, 155) : "";
		String name = text(header, 0, 100);
		return prefix.isEmpty() ? name : prefix + "/" + name;
	}

	private static String text(byte[] bytes, int start, int length) {
		int end = start;
		while (end < start + length && bytes[end] != 0) {
			end++;
		}
		return new String(bytes, start, end - start, StandardCharsets.UTF_8);
	}

	private static long octal(byte[] header, int start, int length) throws TarException {
		if ((header[start] & 0x80) != 0) {
			long value = header[start] & 0x7f;
			for (int i = start + 1; i < start + length; i++) {
				if (value > Long.MAX_VALUE >> 8) {
					throw new TarException("it has a number that is none");
				}
				value = value << 8 | header[i] & 0xff;
			}
			return value;
		}
		String digits = text(header, start, length).strip();
		return digits.isEmpty() ? 0 : number(digits, 8);
	}

	private static long number(@Nullable String digits) throws TarException {
		return number(String.valueOf(digits), 10);
	}

	private static long number(String digits, int radix) throws TarException {
		try {
			return Optional.of(Long.parseLong(digits, radix)).filter((value) -> value >= 0).orElseThrow();
		}
		catch (RuntimeException ex) {
			throw new TarException("it has a number that is none");
		}
	}

	/** An archive that is not taken. */
	static final class TarException extends IOException {

		private static final long serialVersionUID = 1L;

		TarException(String message) {
			super(message);
		}

	}

}
