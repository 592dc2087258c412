package io.modelserving.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Collections;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import com.github.luben.zstd.util.Native;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * How a body is compressed. {@code deflate} is the zlib format, as RFC 9110 has it.
 */
public enum ContentCoding {

	/** Of the codings that a client likes equally, the first is taken. */
	GZIP,

	/** By RFC 8878, where {@code com.github.luben:zstd-jni} is on the class path. */
	ZSTD,

	DEFLATE, IDENTITY;

	private static final int BUFFER_BYTES = 8192;

	/**
	 * Return what callers may use.
	 * @return the names, as the header {@code Accept-Encoding} has them
	 */
	public static String accepted() {
		return ZSTD.isAvailable() ? "gzip, zstd, deflate" : "gzip, deflate";
	}

	/**
	 * Return how the body of a request is compressed.
	 * @param request the request
	 * @return the coding
	 * @throws UnsupportedCoding if it is another one, or more than one
	 */
	public static ContentCoding of(HttpServletRequest request) {
		String header = String.join(",", Collections.list(request.getHeaders(HttpHeaders.CONTENT_ENCODING)));
		ContentCoding coding = header.isBlank() ? IDENTITY : find(header.strip());
		if (coding == null) {
			throw new UnsupportedCoding(header);
		}
		return coding;
	}

	/**
	 * Find a coding.
	 * @param token its name, as headers have it
	 * @return the coding, or {@code null} if it is another one
	 */
	public static @Nullable ContentCoding find(String token) {
		return switch (token.toLowerCase(Locale.ROOT)) {
			case "identity" -> IDENTITY;
			case "gzip", "x-gzip" -> GZIP;
			case "deflate" -> DEFLATE;
			case "zstd" -> ZSTD.isAvailable() ? ZSTD : null;
			default -> null;
		};
	}

	boolean isAvailable() {
		return this != ZSTD || ZstdLibrary.LOADED;
	}

	/**
	 * Return the name, as headers have it.
	 * @return the name in lower case
	 */
	public String token() {
		return name().toLowerCase(Locale.ROOT);
	}

	/**
	 * Read what is compressed.
	 * @param source the compressed bytes
	 * @return what they stand for; closing it frees its native memory
	 * @throws IOException if the source fails, or is not compressed so
	 */
	public InputStream inflate(InputStream source) throws IOException {
		return switch (this) {
			case IDENTITY -> source;
			case GZIP -> new GZIPInputStream(source, BUFFER_BYTES);
			case DEFLATE -> new InflaterInputStream(source);
			case ZSTD -> Zstd.inflate(source);
		};
	}

	/**
	 * Compress what is written, as fast as that goes.
	 * @param target where the compressed bytes go
	 * @return where to write; closing it writes the rest and closes the target
	 * @throws IOException if the target fails
	 */
	public OutputStream deflate(OutputStream target) throws IOException {
		return switch (this) {
			case IDENTITY -> target;
			case GZIP -> new FastGzip(target);
			case DEFLATE -> new FastDeflate(target);
			case ZSTD -> Zstd.deflate(target);
		};
	}

	private static final class FastGzip extends GZIPOutputStream {

		private FastGzip(OutputStream target) throws IOException {
			super(target, BUFFER_BYTES);
			this.def.setLevel(Deflater.BEST_SPEED);
		}

	}

	private static final class FastDeflate extends DeflaterOutputStream {

		private FastDeflate(OutputStream target) {
			super(target, new Deflater(Deflater.BEST_SPEED), BUFFER_BYTES);
		}

		@Override
		public void close() throws IOException {
			try {
				super.close();
			}
			finally {
				this.def.end();
			}
		}

	}

	/** Knows no more of the library than whether it is there. */
	private static final class ZstdLibrary {

		static final boolean LOADED = load();

		private static boolean load() {
			try {
				Native.load();
				return true;
			}
			catch (LinkageError | UnsupportedOperationException ex) {
				// no library, or none for this machine
				return false;
			}
		}

	}

	/** Cannot be loaded where the library is missing. */
	private static final class Zstd {

		/** Of 8 MB, which RFC 9659 has for bodies; a frame may ask for gigabytes. */
		private static final int LARGEST_WINDOW = 23;

		private static InputStream inflate(InputStream source) throws IOException {
			return new ZstdInputStreamNoFinalizer(source).setLongMax(LARGEST_WINDOW);
		}

		private static OutputStream deflate(OutputStream target) throws IOException {
			return new ZstdOutputStreamNoFinalizer(target, 1);
		}

	}

}
