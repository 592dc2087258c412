package io.modelserving.openinference.http;

import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

/**
 * A request whose body is for the protocol alone, whatever media type it claims to be:
 * Spring MVC would read a form of several parts to its end and reject it if it is none,
 * and it fails at a type with a wildcard.
 */
final class OpaqueRequest extends HttpServletRequestWrapper {

	private static final String FORM = "multipart/";

	private static final String TYPE = MediaType.APPLICATION_OCTET_STREAM_VALUE;

	private OpaqueRequest(HttpServletRequest request) {
		super(request);
	}

	/**
	 * Return a request that Spring MVC takes for bytes.
	 * @param request the request
	 * @return the request itself if its media type does no harm
	 */
	static HttpServletRequest of(HttpServletRequest request) {
		String type = request.getContentType();
		return (type != null && (type.indexOf('*') >= 0 || type.strip().regionMatches(true, 0, FORM, 0, FORM.length())))
				? new OpaqueRequest(request) : request;
	}

	@Override
	public String getContentType() {
		return TYPE;
	}

	@Override
	public @Nullable String getHeader(String name) {
		return HttpHeaders.CONTENT_TYPE.equalsIgnoreCase(name) ? TYPE : super.getHeader(name);
	}

	@Override
	public Enumeration<String> getHeaders(String name) {
		return HttpHeaders.CONTENT_TYPE.equalsIgnoreCase(name) ? Collections.enumeration(List.of(TYPE))
				: super.getHeaders(name);
	}

}
