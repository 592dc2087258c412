package io.modelserving.openinference.http;

import java.io.IOException;

import jakarta.servlet.http.HttpServletResponse;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Writes small objects as JSON, with the names that the protocol prescribes whatever the
 * application's own mapper does to names.
 */
final class JsonBodies {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private JsonBodies() {
	}

	static ServerResponse ok(Object body) {
		return ServerResponse.ok().build((request, response) -> {
			write(body, response);
			return null;
		});
	}

	static void write(Object body, HttpServletResponse response) throws IOException {
		byte[] json = MAPPER.writeValueAsBytes(body);
		response.setContentType(MediaType.APPLICATION_JSON_VALUE);
		response.setContentLength(json.length);
		response.getOutputStream().write(json);
	}

}
