package io.modelserving.endpoint;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.modelserving.model.Quoted;

import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/**
 * What a caller gets instead of a response: the details of RFC 9457, as a value.
 *
 * @param status the status
 * @param detail what was wrong and what would be right
 * @param headers further headers of the response
 * @param members members of the details beside those of the standard
 */
record Problem(HttpStatus status, String detail, HttpHeaders headers, Map<String, Object> members) {

	/** Beyond this many, further mistakes are not listed. */
	static final int MAX_FIELDS = 20;

	Problem {
		detail = Quoted.message(detail);
	}

	static Problem of(HttpStatus status, @Nullable String detail) {
		return new Problem(status, (detail != null) ? detail : status.getReasonPhrase(), new HttpHeaders(), Map.of());
	}

	/**
	 * Return a 422 problem.
	 * @param fields what is wrong, one entry or more; the first {@value #MAX_FIELDS} are
	 * listed
	 * @return the problem
	 */
	static Problem invalid(List<InvalidField> fields) {
		String detail = (fields.size() == 1) ? "1 field of the request is invalid"
				: fields.size() + " fields of the request are invalid";
		String listed = (fields.size() > MAX_FIELDS) ? "; the first %d are listed".formatted(MAX_FIELDS) : "";
		return of(HttpStatus.UNPROCESSABLE_CONTENT, detail + listed).with("errors",
				fields.stream().limit(MAX_FIELDS).map(InvalidField::toMap).toList());
	}

	Problem with(String member, Object value) {
		Map<String, Object> extended = new LinkedHashMap<>(this.members);
		extended.put(member, value);
		return new Problem(this.status, this.detail, this.headers, extended);
	}

	Problem withHeader(String name, String value) {
		HttpHeaders extended = HttpHeaders.copyOf(this.headers);
		extended.set(name, value);
		return new Problem(this.status, this.detail, extended, this.members);
	}

	/**
	 * Tell the caller when to try again.
	 * @param delay the time, which is rounded up to whole seconds
	 * @return the problem with a {@code Retry-After} header
	 */
	Problem retryAfter(Duration delay) {
		long seconds = Math.max(1, delay.plusSeconds(1).minusNanos(1).toSeconds());
		return withHeader(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
	}

	/**
	 * Return the body of the response. It is a map, so that it looks the same whatever
	 * mapper writes it and however that is configured.
	 * @param path the path of the request
	 * @return the members in order
	 */
	Map<String, Object> toBody(String path) {
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("type", "about:blank");
		body.put("title", this.status.getReasonPhrase());
		body.put("status", this.status.value());
		body.put("detail", this.detail);
		body.put("instance", path);
		body.putAll(this.members);
		return body;
	}

	/**
	 * Write the response.
	 * @param path the path of the request
	 * @param response the response, not committed
	 * @param mapper writes the body
	 * @throws IOException if the caller is gone
	 */
	void write(String path, HttpServletResponse response, JsonMapper mapper) throws IOException {
		response.setStatus(this.status.value());
		this.headers.forEach((name, values) -> values.forEach((value) -> response.addHeader(name, value)));
		response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
		byte[] body = mapper.writeValueAsBytes(toBody(path));
		response.setContentLength(body.length);
		response.getOutputStream().write(body);
	}

	/**
	 * Return this problem as an exception.
	 * @return the exception
	 */
	RequestRejectedException asException() {
		return new RequestRejectedException(this);
	}

}
