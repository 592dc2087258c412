package io.modelserving.repository.source;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.modelserving.repository.cache.DownloadException;

/**
 * What the services of sources say.
 */
final class Json {

	private static final JsonMapper MAPPER = new JsonMapper();

	private static final long MAX_BYTES = 16 * 1024 * 1024;

	private Json() {
	}

	static JsonNode read(Path file, String location) throws IOException {
		if (Files.size(file) > MAX_BYTES) {
			throw new DownloadException("%s has more than %d bytes".formatted(location, MAX_BYTES), 200, false, null);
		}
		return read(Files.readAllBytes(file), location);
	}

	static JsonNode read(byte[] content, String location) throws IOException {
		try {
			return MAPPER.readTree(content);
		}
		catch (JacksonException ex) {
			throw new DownloadException(
					"%s does not respond with JSON: %s".formatted(location, ex.getOriginalMessage()), 200, false, ex);
		}
	}

	/**
	 * Return a text that has to be there.
	 */
	static String text(JsonNode json, String pointer, String location) throws IOException {
		JsonNode value = json.at(pointer);
		if (!value.isString() || value.stringValue().isBlank()) {
			throw new DownloadException("%s responds without %s".formatted(location, pointer.substring(1)), 200, false,
					null);
		}
		return value.stringValue();
	}

	/** For a part of a path or of a query. */
	static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
	}

	/** For a path. */
	static String encodePath(String path) {
		return encode(path).replace("%2F", "/");
	}

}
