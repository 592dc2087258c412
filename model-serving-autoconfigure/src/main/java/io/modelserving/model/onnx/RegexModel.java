package io.modelserving.model.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes a model that says which strings a regular expression matches as a whole, as a
 * message of {@code onnx.proto}: one {@code RegexFullMatch} (operator set 20) from a
 * tensor of strings to a tensor of booleans, of any shape.
 */
final class RegexModel {

	static final String INPUT = "text";

	private static final String OUTPUT = "matches";

	private static final int STRING = 8;

	private static final int BOOL = 9;

	private RegexModel() {
	}

	static byte[] of(String pattern) {
		byte[] attribute = join(text(1, "pattern"), text(4, pattern), number(20, 3));
		byte[] node = join(text(1, INPUT), text(2, OUTPUT), text(4, "RegexFullMatch"), message(5, attribute));
		byte[] graph = join(message(1, node), text(2, "regex"), message(11, value(INPUT, STRING)),
				message(12, value(OUTPUT, BOOL)));
		byte[] operators = join(text(1, ""), number(2, 20));
		return join(number(1, 9), message(7, graph), message(8, operators));
	}

	private static byte[] value(String name, int elementType) {
		byte[] tensor = number(1, elementType);
		return join(text(1, name), message(2, message(1, tensor)));
	}

	private static byte[] text(int field, String value) {
		return message(field, value.getBytes(StandardCharsets.UTF_8));
	}

	private static byte[] message(int field, byte[] content) {
		return join(varint((field << 3) | 2), varint(content.length), content);
	}

	private static byte[] number(int field, int value) {
		return join(varint(field << 3), varint(value));
	}

	private static byte[] varint(int value) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		int rest = value;
		for (; rest > 0x7f; rest >>>= 7) {
			bytes.write((rest & 0x7f) | 0x80);
		}
		bytes.write(rest);
		return bytes.toByteArray();
	}

	private static byte[] join(byte[]... parts) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		for (byte[] part : parts) {
			bytes.writeBytes(part);
		}
		return bytes.toByteArray();
	}

}
