package io.modelserving.endpoint.codec;

import java.io.IOException;
import java.util.Map;

import org.msgpack.core.MessagePacker;
import tools.jackson.databind.JsonNode;

/**
 * Writes a tree as MessagePack.
 */
final class MessagePackWriter {

	private MessagePackWriter() {
	}

	static void write(MessagePacker packer, JsonNode node) throws IOException {
		switch (node.getNodeType()) {
			case NULL, MISSING -> packer.packNil();
			case BOOLEAN -> packer.packBoolean(node.booleanValue());
			case NUMBER -> writeNumber(packer, node);
			case STRING -> packer.packString(node.stringValue());
			case BINARY, POJO -> {
				byte[] bytes = node.binaryValue();
				packer.packBinaryHeader(bytes.length).writePayload(bytes);
			}
			case ARRAY -> {
				packer.packArrayHeader(node.size());
				for (JsonNode element : node.values()) {
					write(packer, element);
				}
			}
			case OBJECT -> {
				packer.packMapHeader(node.size());
				for (Map.Entry<String, JsonNode> entry : node.properties()) {
					packer.packString(entry.getKey());
					write(packer, entry.getValue());
				}
			}
		}
	}

	/** What MessagePack has no integer for is written as text, as its clients do. */
	private static void writeNumber(MessagePacker packer, JsonNode number) throws IOException {
		if (number.isFloat()) {
			packer.packFloat(number.floatValue());
		}
		else if (number.isFloatingPointNumber()) {
			packer.packDouble(number.doubleValue());
		}
		else if (number.canConvertToLong()) {
			packer.packLong(number.longValue());
		}
		else if (number.bigIntegerValue().signum() > 0 && number.bigIntegerValue().bitLength() <= Long.SIZE) {
			packer.packBigInteger(number.bigIntegerValue());
		}
		else {
			packer.packString(number.bigIntegerValue().toString());
		}
	}

}
