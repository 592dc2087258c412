package io.modelserving.codec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.exc.JacksonIOException;

/**
 * A response, ready to be written. If bytes follow its JSON, the lengths are known before
 * anything is written; otherwise the JSON is made while it is written. To be written
 * once.
 */
public final class EncodedResponse {

	private static final int CHUNK_BYTES = 8192;

	private final InferenceResponseBody response;

	private final Map<String, ByteBuffer> binary;

	private final byte[] head;

	private EncodedResponse(InferenceResponseBody response, Map<String, ByteBuffer> binary) {
		this.response = response;
		this.binary = binary;
		this.head = hasBytes() ? head() : new byte[0];
	}

	static EncodedResponse of(InferenceResponseBody response, Set<String> binary) {
		Map<String, ByteBuffer> bytes = new LinkedHashMap<>();
		response.outputs().asMap().forEach((name, tensor) -> {
			if (binary.contains(name)) {
				bytes.put(name, BinaryTensors.toBytes(tensor));
			}
		});
		return new EncodedResponse(response, bytes);
	}

	private boolean hasBytes() {
		return this.binary.values().stream().anyMatch(ByteBuffer::hasRemaining);
	}

	private byte[] head() {
		ByteArrayOutputStream json = new ByteArrayOutputStream();
		writeJson(json);
		return json.toByteArray();
	}

	/**
	 * Return the length of the JSON, if bytes follow it.
	 * @return the number of bytes, or empty if the response is nothing but JSON
	 */
	public OptionalLong jsonLength() {
		return hasBytes() ? OptionalLong.of(this.head.length) : OptionalLong.empty();
	}

	/**
	 * Return the length of all.
	 * @return the number of bytes, or empty if it is not known before writing
	 */
	public OptionalLong length() {
		return hasBytes()
				? OptionalLong
					.of(this.head.length + this.binary.values().stream().mapToLong(ByteBuffer::remaining).sum())
				: OptionalLong.empty();
	}

	/**
	 * Write the response.
	 * @param target where to write; left open
	 * @throws IOException if the target fails
	 */
	public void writeTo(OutputStream target) throws IOException {
		if (!hasBytes()) {
			try {
				writeJson(target);
			}
			catch (JacksonIOException ex) {
				throw ex.getCause();
			}
			return;
		}
		target.write(this.head);
		byte[] chunk = new byte[CHUNK_BYTES];
		for (ByteBuffer bytes : this.binary.values()) {
			write(bytes.duplicate(), chunk, target);
		}
	}

	private void writeJson(OutputStream target) {
		try (JsonGenerator generator = JsonText.FACTORY.createGenerator(target, JsonEncoding.UTF8)) {
			new JsonResponseWriter(generator, this.binary).write(this.response);
		}
	}

	private static void write(ByteBuffer bytes, byte[] chunk, OutputStream target) throws IOException {
		while (bytes.hasRemaining()) {
			int length = Math.min(chunk.length, bytes.remaining());
			bytes.get(chunk, 0, length);
			target.write(chunk, 0, length);
		}
	}

}
