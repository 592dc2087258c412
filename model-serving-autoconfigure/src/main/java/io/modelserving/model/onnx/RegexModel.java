package io.modelserving.model.onnx;

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
		byte[] attribute = Protobuf.join(Protobuf.text(1, "pattern"), Protobuf.text(4, pattern),
				Protobuf.number(20, 3));
		byte[] node = Protobuf.join(Protobuf.text(1, INPUT), Protobuf.text(2, OUTPUT),
				Protobuf.text(4, "RegexFullMatch"), Protobuf.message(5, attribute));
		byte[] graph = Protobuf.join(Protobuf.message(1, node), Protobuf.text(2, "regex"),
				Protobuf.message(11, value(INPUT, STRING)), Protobuf.message(12, value(OUTPUT, BOOL)));
		byte[] operators = Protobuf.join(Protobuf.text(1, ""), Protobuf.number(2, 20));
		return Protobuf.join(Protobuf.number(1, 9), Protobuf.message(7, graph), Protobuf.message(8, operators));
	}

	private static byte[] value(String name, int elementType) {
		byte[] tensor = Protobuf.number(1, elementType);
		return Protobuf.join(Protobuf.text(1, name), Protobuf.message(2, Protobuf.message(1, tensor)));
	}

}
