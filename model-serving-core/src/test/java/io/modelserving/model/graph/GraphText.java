package io.modelserving.model.graph;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import tools.jackson.databind.json.JsonMapper;

import io.modelserving.tensor.DataType;
import io.modelserving.tensor.HalfPrecision;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

/**
 * Reads small models that are written as text, a statement a line. {@code in} and
 * {@code out} declare inputs and outputs, without {@code []} if the rank is not known;
 * {@code const} adds an initializer, whose elements repeat, which is optional if it is an
 * input, too; {@code function NAME INPUTS -> OUTPUTS} and an attribute of <code>{</code>
 * are followed by lines up to one of <code>}</code>:
 *
 * <pre>
 * opset 17
 * in x float[batch,2]
 * out y float[batch,2]
 * const k float[2] 1 2.5
 * y = Add x k
 * </pre>
 */
public final class GraphText {

	private final Map<String, ElementType> types = new HashMap<>();

	private final ModelBuilder model;

	private GraphText(ModelBuilder model) {
		this.model = model;
	}

	/**
	 * Read a model.
	 */
	public static GraphText read(List<String> lines) {
		GraphText text = new GraphText(ModelBuilder.model());
		text.read(lines.iterator());
		return text;
	}

	/**
	 * Return what was read.
	 */
	public ModelBuilder model() {
		return this.model;
	}

	/**
	 * Read the inputs or outputs of a call, {@code NAME[SHAPE] ELEMENTS}, with {@code ;}
	 * between.
	 */
	public NamedTensors tensors(String text) {
		Map<String, Tensor> tensors = new LinkedHashMap<>();
		for (String part : text.isBlank() ? new String[0] : text.split(" ; ")) {
			int bracket = part.indexOf('[');
			String name = part.substring(0, bracket).strip();
			tensors.put(name, tensor(type(name), part.substring(bracket)));
		}
		return NamedTensors.of(tensors);
	}

	/**
	 * Return the type of an input or output.
	 */
	public ElementType type(String name) {
		ElementType type = this.types.get(name);
		if (type == null) {
			throw new IllegalArgumentException("no input or output " + name);
		}
		return type;
	}

	private void read(Iterator<String> lines) {
		while (lines.hasNext()) {
			String line = lines.next().strip();
			if (line.equals("}")) {
				return;
			}
			String[] words = line.split(" ", 3);
			switch (words[0]) {
				case "opset" -> this.model.operatorSet(Long.parseLong(words[1]));
				case "in" -> addInput(words[1], words[2]);
				case "out" -> addOutput(words[1], words[2]);
				case "const" -> {
					int bracket = words[2].indexOf('[');
					ElementType type = typeOf(words[2].substring(0, bracket));
					this.model.initializer(words[1], type, tensor(type, words[2].substring(bracket)));
				}
				case "function" -> {
					String[] sides = words[2].replace(" {", "").split(" -> ");
					this.model.function(words[1], sides[0], sides[1], inner(lines));
				}
				default -> addNode(line, lines);
			}
		}
	}

	private static ModelBuilder inner(Iterator<String> lines) {
		GraphText inner = new GraphText(ModelBuilder.model());
		inner.read(lines);
		return inner.model;
	}

	private void addInput(String name, String declared) {
		int bracket = declared.indexOf('[');
		ElementType type = typeOf((bracket < 0) ? declared : declared.substring(0, bracket));
		this.types.put(name, type);
		if (bracket < 0) {
			this.model.inputOfAnyShape(name, type);
		}
		else {
			this.model.input(name, type, dimensions(declared));
		}
	}

	private void addOutput(String name, String declared) {
		int bracket = declared.indexOf('[');
		ElementType type = typeOf((bracket < 0) ? declared : declared.substring(0, bracket));
		this.types.put(name, type);
		if (bracket < 0) {
			this.model.output(name, type);
		}
		else {
			this.model.output(name, type, dimensions(declared));
		}
	}

	private void addNode(String line, Iterator<String> lines) {
		String[] sides = line.split(" = ", 2);
		String[] words = sides[1].split(" ");
		List<String> operands = new ArrayList<>();
		List<Object> attributes = new ArrayList<>();
		for (String word : Arrays.asList(words).subList(1, words.length)) {
			int equals = word.indexOf('=');
			if (equals < 0) {
				operands.add(word);
			}
			else {
				String value = word.substring(equals + 1);
				attributes.add(word.substring(0, equals));
				attributes.add(value.equals("{") ? inner(lines) : attribute(value));
			}
		}
		this.model.node(words[0], String.join(" ", operands), sides[0], attributes.toArray());
	}

	private static Object attribute(String text) {
		if (text.startsWith("'")) {
			return text.substring(1, text.length() - 1);
		}
		if (!text.startsWith("[")) {
			return text.contains(".") ? (Object) Double.parseDouble(text) : (Object) Long.parseLong(text);
		}
		String[] elements = text.substring(1, text.length() - 1).split(",");
		if (text.contains("'")) {
			return Arrays.stream(elements).map((one) -> one.replace("'", "")).toArray(String[]::new);
		}
		return text.contains(".") ? (Object) Arrays.stream(elements).mapToDouble(Double::parseDouble).toArray()
				: (Object) Arrays.stream(elements).mapToLong(Long::parseLong).toArray();
	}

	private static ElementType typeOf(String name) {
		return ElementType.valueOf(name.toUpperCase(Locale.ROOT));
	}

	private static Object[] dimensions(String declared) {
		String inside = declared.substring(declared.indexOf('[') + 1, declared.indexOf(']'));
		return Arrays.stream(inside.split(","))
			.filter((dimension) -> !dimension.isEmpty())
			.map((dimension) -> dimension.matches("\\d+") ? (Object) Long.parseLong(dimension)
					: dimension.replace("_", ""))
			.toArray();
	}

	private static Tensor tensor(ElementType type, String shapeAndElements) {
		Shape shape = Shape
			.of(Arrays.stream(dimensions(shapeAndElements)).mapToLong((size) -> ((Number) size).longValue()).toArray());
		int count = Math.toIntExact(shape.elementCount());
		String elements = shapeAndElements.substring(shapeAndElements.indexOf(']') + 1).strip();
		if (type == ElementType.STRING) {
			return Tensor.of(shape, JsonMapper.shared().readValue(elements, String[].class));
		}
		DataType dataType = dataType(type);
		String[] words = elements.split(" ");
		ByteBuffer data = ByteBuffer.allocate(count * dataType.elementBytes()).order(ByteOrder.nativeOrder());
		for (int i = 0; i < count; i++) {
			put(data, dataType, words[i % words.length]);
		}
		return Tensor.of(dataType, shape, data.flip());
	}

	private static void put(ByteBuffer data, DataType type, String element) {
		switch (type) {
			case FP32 -> data.putFloat(Float.parseFloat(element));
			case FP64 -> data.putDouble(Double.parseDouble(element));
			case FP16 -> data.putShort(HalfPrecision.floatToFp16(Float.parseFloat(element)));
			case INT64, UINT64 -> data.putLong(Long.parseLong(element));
			case INT32, UINT32 -> data.putInt((int) Long.parseLong(element));
			case INT16, UINT16 -> data.putShort((short) Integer.parseInt(element));
			default -> data.put((byte) Integer.parseInt(element));
		}
	}

	private static DataType dataType(ElementType type) {
		return switch (type) {
			case FLOAT -> DataType.FP32;
			case DOUBLE -> DataType.FP64;
			case FLOAT16 -> DataType.FP16;
			default -> DataType.valueOf(type.name());
		};
	}

}
