package io.modelserving.sample.embeddings;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;
import org.springframework.web.util.WebUtils;

/**
 * Says what went wrong in the words of OpenAI's API, so that its clients show it: they
 * read the member {@code error} and know nothing of problem details.
 */
@Component
class OpenAiErrors extends OncePerRequestFilter {

	private final JsonMapper json;

	OpenAiErrors(JsonMapper json) {
		this.json = json;
	}

	@Override
	protected boolean shouldNotFilter(HttpServletRequest request) {
		return !request.getRequestURI().startsWith("/v1/");
	}

	@Override
	protected boolean shouldNotFilterAsyncDispatch() {
		return false;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		ContentCachingResponseWrapper earlier = WebUtils.getNativeResponse(response,
				ContentCachingResponseWrapper.class);
		ContentCachingResponseWrapper wrapped = (earlier != null) ? earlier : new WaitingResponse(response);
		chain.doFilter(request, wrapped);
		if (!isAsyncStarted(request)) {
			finish(wrapped);
		}
	}

	private void finish(ContentCachingResponseWrapper wrapped) throws IOException {
		String type = wrapped.getContentType();
		if (type != null && type.startsWith(MediaType.APPLICATION_PROBLEM_JSON_VALUE)) {
			byte[] error = this.json.writeValueAsBytes(error(this.json.readTree(wrapped.getContentAsByteArray())));
			wrapped.resetBuffer();
			wrapped.setContentType(MediaType.APPLICATION_JSON_VALUE);
			wrapped.getOutputStream().write(error);
		}
		wrapped.copyBodyToResponse();
	}

	private static Map<String, Object> error(JsonNode problem) {
		Map<String, Object> error = new LinkedHashMap<>();
		error.put("message", message(problem));
		error.put("type", (problem.path("status").asInt() < 500) ? "invalid_request_error" : "server_error");
		error.put("param", null);
		error.put("code", null);
		return Map.of("error", error);
	}

	private static String message(JsonNode problem) {
		String fields = StreamSupport.stream(problem.path("errors").spliterator(), false)
			.map(field -> field.path("field").asString() + " " + field.path("message").asString())
			.collect(Collectors.joining("; "));
		return fields.isEmpty() ? problem.path("detail").asString() : fields;
	}

	/** Holds back what may have to be told in other words, but no stream. */
	private static final class WaitingResponse extends ContentCachingResponseWrapper {

		WaitingResponse(HttpServletResponse response) {
			super(response);
		}

		private boolean isStream() {
			return MediaType.TEXT_EVENT_STREAM_VALUE.equals(getContentType());
		}

		@Override
		public ServletOutputStream getOutputStream() throws IOException {
			return isStream() ? getResponse().getOutputStream() : super.getOutputStream();
		}

		@Override
		public void flushBuffer() throws IOException {
			if (isStream()) {
				getResponse().flushBuffer();
			}
		}

	}

}
