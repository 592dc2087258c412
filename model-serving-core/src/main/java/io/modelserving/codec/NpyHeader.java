package io.modelserving.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;

/**
 * What an {@code .npy} file says before its elements.
 *
 * @param byteOrder the order of the bytes of an element
 * @param kind the kind of the elements, one letter as NumPy writes it
 * @param size the size that goes with the kind: bytes, or characters for text
 * @param shape the shape
 */
record NpyHeader(ByteOrder byteOrder, char kind, int size, Shape shape) {

	private static final byte[] MAGIC = { (byte) 0x93, 'N', 'U', 'M', 'P', 'Y' };

	/** Magic, version and length of the header. */
	private static final int PREFIX = 10;

	/** The elements begin at a multiple. */
	private static final int ALIGNMENT = 64;

	private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([<>|=])([a-zA-Z])(\\d{1,9})'");

	private static final Pattern COLUMN_MAJOR = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");

	private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9,\\s]*)\\)");

	/**
	 * Read the header.
	 * @param file the content of the file, left at the first element
	 * @return the header
	 */
	static NpyHeader read(ByteBuffer file) {
		byte[] magic = new byte[MAGIC.length];
		if (file.remaining() < PREFIX || !Arrays.equals(MAGIC, read(file, magic))) {
			throw new InvalidInput("no .npy file: it does not begin with \\x93NUMPY");
		}
		int version = file.get();
		file.get();
		file.order(ByteOrder.LITTLE_ENDIAN);
		if (version < 1 || version > 3) {
			throw new InvalidInput("the .npy file is of version %d; versions 1 to 3 are known".formatted(version));
		}
		long length = (version == 1) ? Short.toUnsignedLong(file.getShort())
				: (file.remaining() >= 4) ? Integer.toUnsignedLong(file.getInt()) : Long.MAX_VALUE;
		if (length > file.remaining()) {
			throw new InvalidInput("the .npy file ends inside of its header");
		}
		return parse(new String(read(file, new byte[(int) length]),
				(version == 3) ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1));
	}

	/**
	 * Write the header of a file of version 1, padded as NumPy pads it.
	 * @param type the type of the elements, which are in the machine's byte order
	 * @param shape the shape
	 * @return the bytes before the first element
	 */
	static byte[] of(DataType type, Shape shape) {
		if (type == DataType.BF16 || type == DataType.BYTES) {
			throw new IllegalArgumentException("a .npy file cannot hold elements of type " + type);
		}
		char order = (type.elementBytes() == 1) ? '|' : (ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN) ? '>' : '<';
		char kind = (type == DataType.BOOL) ? 'b'
				: type.isFloatingPoint() ? 'f' : type.name().startsWith("U") ? 'u' : 'i';
		String dimensions = IntStream.range(0, shape.rank())
			.mapToObj((axis) -> Long.toString(shape.dimension(axis)))
			.collect(Collectors.joining(", ", "(", (shape.rank() == 1) ? ",)" : ")"));
		String text = "{'descr': '%c%c%d', 'fortran_order': False, 'shape': %s, }".formatted(order, kind,
				type.elementBytes(), dimensions);
		int length = (PREFIX + text.length() + ALIGNMENT) / ALIGNMENT * ALIGNMENT - PREFIX;
		byte[] header = (" ".repeat(PREFIX) + text + " ".repeat(length - text.length() - 1) + "\n")
			.getBytes(StandardCharsets.ISO_8859_1);
		ByteBuffer.wrap(header)
			.order(ByteOrder.LITTLE_ENDIAN)
			.put(MAGIC)
			.put((byte) 1)
			.put((byte) 0)
			.putShort((short) length);
		return header;
	}

	private static byte[] read(ByteBuffer file, byte[] target) {
		file.get(target);
		return target;
	}

	private static NpyHeader parse(String text) {
		Matcher type = find(TYPE, text, "one element type such as '<f4'");
		Matcher columnMajor = find(COLUMN_MAJOR, text, "'fortran_order'");
		Matcher shape = find(SHAPE, text, "a 'shape'");
		if (columnMajor.group(1).equals("True")) {
			throw new InvalidInput(
					"the .npy file is in Fortran order; save numpy.ascontiguousarray(x), which is row-major");
		}
		ByteOrder byteOrder = type.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
		return new NpyHeader(byteOrder, type.group(2).charAt(0), Integer.parseInt(type.group(3)),
				shape(shape.group(1)));
	}

	private static Matcher find(Pattern pattern, String text, String what) {
		Matcher matcher = pattern.matcher(text);
		if (!matcher.find()) {
			throw new InvalidInput("the header of the .npy file has not %s: %s".formatted(what, text.strip()));
		}
		return matcher;
	}

	private static Shape shape(String text) {
		try {
			return Shape.of(Arrays.stream(text.split(","))
				.map(String::strip)
				.filter((dimension) -> !dimension.isEmpty())
				.mapToLong(Long::parseLong)
				.toArray());
		}
		catch (NumberFormatException ex) {
			throw new InvalidInput("the .npy file has the shape (%s), which is out of range".formatted(text));
		}
	}

}
