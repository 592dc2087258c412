package io.modelserving.web;

import java.util.Collections;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.http.HttpHeaders;
import org.springframework.util.unit.DataSize;

/**
 * Whether responses with results are compressed. Other responses never are: a client that
 * asks for compressed tensors may not read anything else that is compressed.
 *
 * @param enabled Whether responses with results are compressed for clients that accept
 * it. No other response ever is.
 * @param minResponseSize Size from which on they are compressed.
 */
public record ResponseCompression(@DefaultValue("true") boolean enabled,
		@DefaultValue("2KB") DataSize minResponseSize) {

	/**
	 * Attribute of a request with the header {@code Accept-Encoding}, where it was taken
	 * away so that the server does not compress by itself.
	 */
	public static final String ACCEPT_ENCODING_ATTRIBUTE = ResponseCompression.class.getName() + ".ACCEPT_ENCODING";

	/**
	 * Return a response that compresses its body, if the client accepts that and it pays.
	 * @param request the request
	 * @param response the response; nothing must have been written yet
	 * @return the response, to be finished and closed
	 */
	public CompressedResponse apply(HttpServletRequest request, HttpServletResponse response) {
		if (this.enabled) {
			response.addHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
		}
		return new CompressedResponse(response, this.enabled ? codingFor(request) : ContentCoding.IDENTITY,
				this.minResponseSize.toBytes());
	}

	private static ContentCoding codingFor(HttpServletRequest request) {
		String hidden = (String) request.getAttribute(ACCEPT_ENCODING_ATTRIBUTE);
		return AcceptEncoding.choose((hidden != null) ? hidden
				: String.join(",", Collections.list(request.getHeaders(HttpHeaders.ACCEPT_ENCODING))));
	}

}
