package io.modelserving.endpoint.codec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import org.msgpack.core.MessageFormat;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import io.modelserving.model.InferenceException.InvalidInput;

/**
 * Reads MessagePack as a tree. Lengths are checked against what is left of the body
 * before memory is taken for them, so a short body cannot ask for much. For one thread.
 */
final class MessagePackReader {

	/** As deep as Jackson reads JSON. */
	private static final int MAX_DEPTH = 500;

	private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

	private final byte[] body;

	private final MessageUnpacker unpacker;

	MessagePackReader(byte[] body) {
		this.body = body;
		this.unpacker = MessagePack.newDefaultUnpacker(body);
	}

	/**
	 * Read the body.
	 * @return the one value that it has
	 * @throws InvalidInput if it has none or more, or is none
	 */
	JsonNode read() throws IOException {
		try {
			JsonNode value = value(0);
			if (this.unpacker.hasNext()) {
				throw new InvalidInput("The body goes on after its value, at byte %d".formatted(position()));
			}
			return value;
		}
		catch (MessagePackException ex) {
			throw new InvalidInput("The body is no valid MessagePack: it breaks off at byte %d".formatted(position()));
		}
	}

	private long position() {
		return this.unpacker.getTotalReadBytes();
	}

	private JsonNode value(int depth) throws IOException {
		if (depth > MAX_DEPTH) {
			throw new InvalidInput("The body is nested more than %d deep".formatted(MAX_DEPTH));
		}
		MessageFormat format = this.unpacker.getNextFormat();
		return switch (format.getValueType()) {
			case NIL -> {
				this.unpacker.unpackNil();
				yield NODES.nullNode();
			}
			case BOOLEAN -> NODES.booleanNode(this.unpacker.unpackBoolean());
			case INTEGER -> (format == MessageFormat.UINT64) ? NODES.numberNode(this.unpacker.unpackBigInteger())
					: NODES.numberNode(this.unpacker.unpackLong());
			case FLOAT -> (format == MessageFormat.FLOAT32) ? NODES.numberNode(this.unpacker.unpackFloat())
					: NODES.numberNode(this.unpacker.unpackDouble());
			case STRING -> NODES.stringNode(text());
			case BINARY -> NODES.binaryNode(bytes(this.unpacker.unpackBinaryHeader()));
			case ARRAY -> array(depth);
			case MAP -> object(depth);
			case EXTENSION -> throw new InvalidInput(
					"Extension types of MessagePack are not read, there is one at byte %d".formatted(position()));
		};
	}

	private ArrayNode array(int depth) throws IOException {
		int elements = this.unpacker.unpackArrayHeader();
		requireRest(elements);
		ArrayNode array = NODES.arrayNode();
		for (int i = 0; i < elements; i++) {
			array.add(value(depth + 1));
		}
		return array;
	}

	private ObjectNode object(int depth) throws IOException {
		int entries = this.unpacker.unpackMapHeader();
		requireRest(2L * entries);
		ObjectNode object = NODES.objectNode();
		for (int i = 0; i < entries; i++) {
			if (!this.unpacker.getNextFormat().getValueType().isStringType()) {
				throw new InvalidInput("The keys of maps must be strings, one at byte %d is %s".formatted(position(),
						this.unpacker.getNextFormat().getValueType().name()));
			}
			object.set(text(), value(depth + 1));
		}
		return object;
	}

	private String text() throws IOException {
		return new String(bytes(this.unpacker.unpackRawStringHeader()), StandardCharsets.UTF_8);
	}

	private byte[] bytes(int length) throws IOException {
		requireRest(length);
		return this.unpacker.readPayload(length);
	}

	/** Each element takes a byte at least. */
	private void requireRest(long bytes) {
		if (bytes < 0 || bytes > this.body.length - position()) {
			throw new InvalidInput("The body is no valid MessagePack: it breaks off, %d bytes are missing after byte %d"
				.formatted(bytes - (this.body.length - position()), position()));
		}
	}

}
