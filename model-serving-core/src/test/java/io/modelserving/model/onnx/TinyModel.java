package io.modelserving.model.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes models of one operator that no exporter would.
 */
final class TinyModel {

	private static final int FLOAT = 1;

	private static final int STRING = 8;

	private TinyModel() {
	}

	/**
	 * Write a model whose output {@code y} is given the same symbolic dimension as its
	 * input {@code x}, while it is the input twice, one after the other.
	 */
	static Path thatLiesAboutItsShape(Path directory) throws IOException {
		byte[] axis = Protobuf.join(Protobuf.text(1, "axis"), Protobuf.number(3, 0), Protobuf.number(20, 2));
		byte[] node = Protobuf.join(Protobuf.text(1, "x"), Protobuf.text(1, "x"), Protobuf.text(2, "y"),
				Protobuf.text(4, "Concat"), Protobuf.message(5, axis));
		return write(directory, Protobuf.message(1, node), Protobuf.message(11, value("x", FLOAT, "batch")),
				Protobuf.message(12, value("y", FLOAT, "batch")));
	}

	/**
	 * Write a model whose output {@code y} is given the same symbolic dimension as its
	 * input {@code x}, of which it has what is not zero.
	 */
	static Path thatDropsZeros(Path directory) throws IOException {
		byte[] bool = Protobuf.join(Protobuf.text(1, "to"), Protobuf.number(3, 9), Protobuf.number(20, 2));
		byte[] cast = Protobuf.join(Protobuf.text(1, "x"), Protobuf.text(2, "keep"), Protobuf.text(4, "Cast"),
				Protobuf.message(5, bool));
		byte[] compress = Protobuf.join(Protobuf.text(1, "x"), Protobuf.text(1, "keep"), Protobuf.text(2, "y"),
				Protobuf.text(4, "Compress"));
		return write(directory, Protobuf.message(1, cast), Protobuf.message(1, compress),
				Protobuf.message(11, value("x", FLOAT, "batch")), Protobuf.message(12, value("y", FLOAT, "batch")));
	}

	/**
	 * Write a model whose output {@code y} is a string of these bytes.
	 */
	static Path thatSays(byte[] text, Path directory) throws IOException {
		byte[] tensor = Protobuf.join(Protobuf.number(1, 1), Protobuf.number(2, STRING), Protobuf.message(6, text));
		byte[] attribute = Protobuf.join(Protobuf.text(1, "value"), Protobuf.message(5, tensor),
				Protobuf.number(20, 4));
		byte[] node = Protobuf.join(Protobuf.text(2, "y"), Protobuf.text(4, "Constant"),
				Protobuf.message(5, attribute));
		return write(directory, Protobuf.message(1, node), Protobuf.message(11, value("x", FLOAT, "batch")),
				Protobuf.message(12, value("y", STRING, "n")));
	}

	private static byte[] value(String name, int elementType, String dimension) {
		byte[] shape = Protobuf.message(1, Protobuf.text(2, dimension));
		byte[] tensor = Protobuf.join(Protobuf.number(1, elementType), Protobuf.message(2, shape));
		return Protobuf.join(Protobuf.text(1, name), Protobuf.message(2, Protobuf.message(1, tensor)));
	}

	private static Path write(Path directory, byte[]... graph) throws IOException {
		byte[] content = Protobuf.join(Protobuf.join(graph), Protobuf.text(2, "tiny"));
		byte[] operators = Protobuf.join(Protobuf.text(1, ""), Protobuf.number(2, 20));
		return Files.write(Files.createTempFile(directory, "tiny", ".onnx"),
				Protobuf.join(Protobuf.number(1, 9), Protobuf.message(7, content), Protobuf.message(8, operators)));
	}

}
