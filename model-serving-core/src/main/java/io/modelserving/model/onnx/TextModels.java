package io.modelserving.model.onnx;

import java.io.ByteArrayOutputStream;
import java.util.List;

import io.modelserving.tensor.Shape;

/**
 * Writes the small models by which text goes in and out of the runtime as it is, as
 * messages of {@code onnx.proto}.
 */
final class TextModels {

	static final String INPUT = "text";

	static final String INDEX = "index";

	static final String OUTPUT = "output";

	static final String SECOND_OUTPUT = "output2";

	private static final String CONTRIBUTED = "com.microsoft";

	private static final int INT32 = 6;

	private static final int INT64 = 7;

	private static final int STRING = 8;

	private static final int BOOL = 9;

	private TextModels() {
	}

	/**
	 * Write a model without inputs whose output is a tensor of strings.
	 * @param elements the strings, of any characters
	 * @param shape the shape of the tensor
	 * @return the model
	 */
	static byte[] constant(List<String> elements, Shape shape) {
		ByteArrayOutputStream tensor = new ByteArrayOutputStream();
		for (long dimension : shape.toArray()) {
			tensor.writeBytes(Protobuf.number(1, dimension));
		}
		tensor.writeBytes(Protobuf.number(2, STRING));
		elements.forEach((element) -> tensor.writeBytes(Protobuf.text(6, element)));
		tensor.writeBytes(Protobuf.text(8, OUTPUT));
		return model(Protobuf.message(5, tensor.toByteArray()), Protobuf.message(12, value(OUTPUT, STRING)));
	}

	/**
	 * Write a model that says which strings a regular expression matches as a whole: from
	 * a tensor of strings to a tensor of booleans, of any shape.
	 * @param pattern the regular expression
	 * @return the model
	 */
	static byte[] matches(String pattern) {
		byte[] node = node("", "RegexFullMatch", List.of(INPUT), OUTPUT, Protobuf.message(5,
				Protobuf.join(Protobuf.text(1, "pattern"), Protobuf.text(4, pattern), Protobuf.number(20, 3))));
		return model(Protobuf.message(1, node), Protobuf.message(11, value(INPUT, STRING)),
				Protobuf.message(12, value(OUTPUT, BOOL)));
	}

	/**
	 * Write a model that takes one string of a tensor of any shape, by its index, apart
	 * into characters, and gives two hashes of each.
	 * @param seed the seed of the first hash
	 * @param secondSeed the seed of the second hash
	 * @return the model
	 */
	static byte[] characterHashes(int seed, int secondSeed) {
		byte[] flat = Protobuf.join(Protobuf.number(1, 1), Protobuf.number(2, INT64), Protobuf.number(7, -1),
				Protobuf.text(8, "flat"));
		byte[] separators = Protobuf.message(5,
				Protobuf.join(Protobuf.text(1, "separators"), Protobuf.text(9, ""), Protobuf.number(20, 8)));
		byte[] padding = Protobuf.message(5,
				Protobuf.join(Protobuf.text(1, "pad_value"), Protobuf.text(4, ""), Protobuf.number(20, 3)));
		return model(Protobuf.message(5, flat), Protobuf.message(1, node("", "Reshape", List.of(INPUT, "flat"), "all")),
				Protobuf.message(1, node("", "Gather", List.of("all", INDEX), "one")),
				Protobuf.message(1,
						node(CONTRIBUTED, "Tokenizer", List.of("one"), "characters", separators, padding,
								integer("mark", 0), integer("mincharnum", 1))),
				Protobuf.message(1, hash(seed, OUTPUT)), Protobuf.message(1, hash(secondSeed, SECOND_OUTPUT)),
				Protobuf.message(11, value(INPUT, STRING)), Protobuf.message(11, value(INDEX, INT64)),
				Protobuf.message(12, value(OUTPUT, INT32)), Protobuf.message(12, value(SECOND_OUTPUT, INT32)));
	}

	private static byte[] hash(int seed, String output) {
		return node(CONTRIBUTED, "MurmurHash3", List.of("characters"), output, integer("seed", seed),
				integer("positive", 0));
	}

	private static byte[] integer(String name, int value) {
		return Protobuf.message(5,
				Protobuf.join(Protobuf.text(1, name), Protobuf.number(3, value), Protobuf.number(20, 2)));
	}

	private static byte[] node(String domain, String operator, List<String> inputs, String output,
			byte[]... attributes) {
		ByteArrayOutputStream node = new ByteArrayOutputStream();
		inputs.forEach((input) -> node.writeBytes(Protobuf.text(1, input)));
		node.writeBytes(Protobuf.join(Protobuf.text(2, output), Protobuf.text(4, operator), Protobuf.join(attributes),
				Protobuf.text(7, domain)));
		return node.toByteArray();
	}

	private static byte[] value(String name, int elementType) {
		byte[] tensor = Protobuf.number(1, elementType);
		return Protobuf.join(Protobuf.text(1, name), Protobuf.message(2, Protobuf.message(1, tensor)));
	}

	private static byte[] model(byte[]... graph) {
		byte[] content = Protobuf.join(Protobuf.join(graph), Protobuf.text(2, "text"));
		byte[] operators = Protobuf.join(Protobuf.text(1, ""), Protobuf.number(2, 20));
		byte[] contributed = Protobuf.join(Protobuf.text(1, CONTRIBUTED), Protobuf.number(2, 1));
		return Protobuf.join(Protobuf.number(1, 9), Protobuf.message(7, content), Protobuf.message(8, operators),
				Protobuf.message(8, contributed));
	}

}
