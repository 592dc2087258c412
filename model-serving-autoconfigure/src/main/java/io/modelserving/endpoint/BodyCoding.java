package io.modelserving.endpoint;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

import io.modelserving.model.Quoted;

/**
 * How the body of a request is compressed. {@code deflate} is the zlib format, as RFC
 * 9110 has it.
 */
enum BodyCoding {

	IDENTITY, GZIP, DEFLATE;

	private static final String ACCEPTED = "gzip, deflate";

	/** The headers that say something of the body as it is sent only. */
	private static final List<String> HEADERS = List.of(HttpHeaders.CONTENT_ENCODING, HttpHeaders.CONTENT_LENGTH);

	/**
	 * Return how a body is compressed.
	 * @param request the request
	 * @return the coding
	 * @throws RequestRejectedException if it is another one, or more than one
	 */
	static BodyCoding of(HttpServletRequest request) {
		String header = String.join(",", Collections.list(request.getHeaders(HttpHeaders.CONTENT_ENCODING)));
		return switch (header.strip().toLowerCase(Locale.ROOT)) {
			case "", "identity" -> IDENTITY;
			case "gzip", "x-gzip" -> GZIP;
			case "deflate" -> DEFLATE;
			default -> throw Problem
				.of(HttpStatus.UNSUPPORTED_MEDIA_TYPE,
						"Content-Encoding %s is not read; send the body as it is, or by one of %s"
							.formatted(Quoted.name(header), ACCEPTED))
				.withHeader(HttpHeaders.ACCEPT_ENCODING, ACCEPTED)
				.asException();
		};
	}

	/**
	 * Return whether a header is not true any more of the body once it is inflated.
	 */
	static boolean isOfSentBody(String header) {
		return HEADERS.stream().anyMatch(header::equalsIgnoreCase);
	}

	/**
	 * Read what is compressed.
	 * @param source the compressed bytes
	 * @return what they stand for
	 * @throws IOException if the source fails, or is not compressed so
	 */
	InputStream inflate(InputStream source) throws IOException {
		return switch (this) {
			case IDENTITY -> source;
			case GZIP -> new GZIPInputStream(source);
			case DEFLATE -> new InflaterInputStream(source);
		};
	}

}
