package io.modelserving.sample;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import io.modelserving.tensor.DataType;

/**
 * Writes models of a few operators, as messages of {@code onnx.proto}.
 */
final class OnnxFile {

	private final Message graph = new Message();

	/**
	 * Write a model that gives back its input {@code x} as its output {@code y}.
	 * @param dataType the element type
	 * @param rank the number of dimensions, all of them open
	 */
	static OnnxFile identity(DataType dataType, int rank) {
		return new OnnxFile().input("x", dataType, open(rank))
			.output("y", dataType, open(rank))
			.node("Identity", "y", "x");
	}

	/**
	 * Write a model whose output {@code y} is its input {@code x} times a number.
	 * @param factor the number
	 */
	static OnnxFile times(float factor) {
		return new OnnxFile().input("x", DataType.FP32, open(2))
			.output("y", DataType.FP32, open(2))
			.constant("factor", 1, ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(factor).array())
			.node("Mul", "y", "x", "factor");
	}

	/**
	 * Write a model that adds up: its outputs {@code y} and {@code total} are its inputs
	 * {@code x} and {@code state} together.
	 */
	static OnnxFile counter() {
		return new OnnxFile().input("x", DataType.FP32, "batch", "1")
			.input("state", DataType.FP32, "batch", "1")
			.output("y", DataType.FP32, "batch", "1")
			.output("total", DataType.FP32, "batch", "1")
			.node("Add", "y", "x", "state")
			.node("Identity", "total", "y");
	}

	/**
	 * Write a model with two inputs, {@code a} and {@code b}, and two outputs.
	 */
	static OnnxFile sumAndDifference() {
		return new OnnxFile().input("a", DataType.FP32, open(2))
			.input("b", DataType.FP32, open(2))
			.output("sum", DataType.FP32, open(2))
			.output("difference", DataType.FP32, open(2))
			.node("Add", "sum", "a", "b")
			.node("Sub", "difference", "a", "b");
	}

	/**
	 * Write a model that multiplies matrices before it gives back its one number.
	 * @param size the rows and columns of the matrices
	 * @param times how often
	 */
	static OnnxFile slow(int size, int times) {
		ByteBuffer shape = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(size).putLong(size);
		OnnxFile file = new OnnxFile().input("x", DataType.FP32, "1", "1")
			.output("y", DataType.FP32, "1", "1")
			.constant("shape", 7, shape.array(), 2)
			.node("Expand", "m0", "x", "shape");
		for (int i = 0; i < times; i++) {
			file.node("MatMul", "m" + (i + 1), "m" + i, "m0");
		}
		return file.node("ReduceMean", "y", "m" + times);
	}

	private static String[] open(int rank) {
		String[] dimensions = new String[rank];
		for (int i = 0; i < rank; i++) {
			dimensions[i] = (i == 0) ? "batch" : "d" + i;
		}
		return dimensions;
	}

	private OnnxFile node(String operator, String output, String... inputs) {
		Message node = new Message();
		for (String input : inputs) {
			node.text(1, input);
		}
		this.graph.message(1, node.text(2, output).text(4, operator));
		return this;
	}

	private OnnxFile constant(String name, int type, byte[] littleEndian, long... dimensions) {
		Message tensor = new Message();
		for (long dimension : dimensions) {
			tensor.number(1, dimension);
		}
		this.graph.message(5, tensor.number(2, type).text(8, name).bytes(9, littleEndian));
		return this;
	}

	private OnnxFile input(String name, DataType dataType, String... dimensions) {
		this.graph.message(11, value(name, dataType, dimensions));
		return this;
	}

	private OnnxFile output(String name, DataType dataType, String... dimensions) {
		this.graph.message(12, value(name, dataType, dimensions));
		return this;
	}

	private static Message value(String name, DataType dataType, String... dimensions) {
		Message shape = new Message();
		for (String dimension : dimensions) {
			boolean open = !Character.isDigit(dimension.charAt(0));
			shape.message(1,
					open ? new Message().text(2, dimension) : new Message().number(1, Long.parseLong(dimension)));
		}
		Message tensor = new Message().number(1, number(dataType)).message(2, shape);
		return new Message().text(1, name).message(2, new Message().message(1, tensor));
	}

	private static int number(DataType dataType) {
		return switch (dataType) {
			case FP32 -> 1;
			case UINT8 -> 2;
			case INT8 -> 3;
			case UINT16 -> 4;
			case INT16 -> 5;
			case INT32 -> 6;
			case INT64 -> 7;
			case BYTES -> 8;
			case BOOL -> 9;
			case FP16 -> 10;
			case FP64 -> 11;
			case UINT32 -> 12;
			case UINT64 -> 13;
			case BF16 -> 16;
		};
	}

	byte[] toByteArray() {
		return new Message().number(1, 9)
			.message(7, this.graph.text(2, "test"))
			.message(8, new Message().text(1, "").number(2, 17))
			.toByteArray();
	}

	/**
	 * Write the file of a version into a repository.
	 * @param repository the repository
	 * @param model the name of the model
	 * @param version the version
	 */
	void write(Path repository, String model, long version) {
		try {
			Path directory = Files.createDirectories(repository.resolve(model).resolve(Long.toString(version)));
			Files.write(directory.resolve("model.onnx"), toByteArray());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A message of Protocol Buffers.
	 */
	private static final class Message {

		private final ByteArrayOutputStream target = new ByteArrayOutputStream();

		private Message number(int field, long value) {
			varint((long) field << 3);
			return varint(value);
		}

		private Message text(int field, String value) {
			return bytes(field, value.getBytes(StandardCharsets.UTF_8));
		}

		private Message message(int field, Message value) {
			return bytes(field, value.toByteArray());
		}

		private Message bytes(int field, byte[] value) {
			varint((long) field << 3 | 2).varint(value.length).target.writeBytes(value);
			return this;
		}

		private Message varint(long value) {
			long rest = value;
			while ((rest & ~0x7fL) != 0) {
				this.target.write((int) (rest & 0x7f | 0x80));
				rest >>>= 7;
			}
			this.target.write((int) rest);
			return this;
		}

		private byte[] toByteArray() {
			return this.target.toByteArray();
		}

	}

}
