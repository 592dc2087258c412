package io.modelserving.openinference.http;

import java.util.Collections;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.HttpHeaders;
import org.springframework.util.unit.DataSize;

import io.modelserving.web.ContentCoding;

/**
 * Whether responses with tensors are compressed. Other responses never are: a client that
 * asks for compressed tensors may not read anything else that is compressed.
 *
 * @param enabled whether they are, for clients that like it
 * @param minResponseSize the size from which on they are
 */
public record Compression(boolean enabled, DataSize minResponseSize) {

	/**
	 * Attribute of a request with the header {@code Accept-Encoding}, where it was taken
	 * away so that the server does not compress by itself.
	 */
	public static final String ACCEPT_ENCODING_ATTRIBUTE = Compression.class.getName() + ".ACCEPT_ENCODING";

	ContentCoding codingFor(HttpServletRequest request) {
		if (!this.enabled) {
			return ContentCoding.IDENTITY;
		}
		String hidden = (String) request.getAttribute(ACCEPT_ENCODING_ATTRIBUTE);
		return AcceptEncoding.choose((hidden != null) ? hidden
				: String.join(",", Collections.list(request.getHeaders(HttpHeaders.ACCEPT_ENCODING))));
	}

	int threshold() {
		return Math.toIntExact(this.minResponseSize.toBytes());
	}

}
