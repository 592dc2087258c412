package io.modelserving.model.graph;

import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;

/**
 * A tensor of a test.
 *
 * @param type the type of the elements
 * @param shape the dimensions
 * @param elements the elements, numbers or texts
 */
record Rows(OnnxJavaType type, long[] shape, Object[] elements) {

	private static final double TOLERANCE = 1e-4;

	/**
	 * Run a model.
	 * @return the outputs, or {@code null} if it does not take the inputs
	 */
	static Map<String, Rows> run(OrtSession session, Map<String, Rows> inputs) throws OrtException {
		Map<String, OnnxTensor> tensors = new HashMap<>();
		try {
			for (Map.Entry<String, Rows> input : inputs.entrySet()) {
				tensors.put(input.getKey(), input.getValue().tensor());
			}
			try (OrtSession.Result result = session.run(tensors)) {
				Map<String, Rows> outputs = new HashMap<>();
				for (Map.Entry<String, OnnxValue> output : result) {
					outputs.put(output.getKey(), of((OnnxTensor) output.getValue()));
				}
				return outputs;
			}
			catch (OrtException ex) {
				return null;
			}
		}
		finally {
			tensors.values().forEach(OnnxTensor::close);
		}
	}

	private OnnxTensor tensor() throws OrtException {
		OrtEnvironment environment = OrtEnvironment.getEnvironment();
		int count = this.elements.length;
		return switch (this.type) {
			case FLOAT -> {
				FloatBuffer buffer = FloatBuffer.allocate(count);
				Arrays.stream(this.elements).forEach((element) -> buffer.put(((Number) element).floatValue()));
				yield OnnxTensor.createTensor(environment, buffer.flip(), this.shape);
			}
			case INT64 -> {
				LongBuffer buffer = LongBuffer.allocate(count);
				Arrays.stream(this.elements).forEach((element) -> buffer.put(((Number) element).longValue()));
				yield OnnxTensor.createTensor(environment, buffer.flip(), this.shape);
			}
			case INT32 -> {
				IntBuffer buffer = IntBuffer.allocate(count);
				Arrays.stream(this.elements).forEach((element) -> buffer.put(((Number) element).intValue()));
				yield OnnxTensor.createTensor(environment, buffer.flip(), this.shape);
			}
			case UINT8 -> {
				ByteBuffer buffer = ByteBuffer.allocateDirect(count);
				Arrays.stream(this.elements).forEach((element) -> buffer.put(((Number) element).byteValue()));
				yield OnnxTensor.createTensor(environment, buffer.flip(), this.shape, OnnxJavaType.UINT8);
			}
			case STRING ->
				OnnxTensor.createTensor(environment, Arrays.copyOf(this.elements, count, String[].class), this.shape);
			default -> throw new IllegalArgumentException("no test has inputs of " + this.type);
		};
	}

	private static Rows of(OnnxTensor tensor) throws OrtException {
		TensorInfo info = tensor.getInfo();
		long count = Arrays.stream(info.getShape()).reduce(1, (a, b) -> a * b);
		Object[] elements = new Object[(int) count];
		if (count > 0) {
			flatten(tensor.getValue(), elements, 0);
		}
		return new Rows(info.type, info.getShape(), elements);
	}

	private static int flatten(Object value, Object[] elements, int from) {
		if (value == null || !value.getClass().isArray()) {
			elements[from] = (value instanceof Boolean flag) ? (flag ? 1 : 0) : value;
			return from + 1;
		}
		int next = from;
		for (int i = 0; i < Array.getLength(value); i++) {
			next = flatten(Array.get(value, i), elements, next);
		}
		return next;
	}

	/**
	 * Join tensors along an axis.
	 * @return the whole, or {@code null} if they do not fit together
	 */
	static Rows join(List<Rows> parts, int axis) {
		Rows first = parts.get(0);
		if (axis >= first.shape.length) {
			return null;
		}
		long[] shape = first.shape.clone();
		shape[axis] = 0;
		for (Rows part : parts) {
			long[] other = part.shape.clone();
			if (other.length != shape.length) {
				return null;
			}
			long size = other[axis];
			other[axis] = shape[axis];
			if (!Arrays.equals(other, shape)) {
				return null;
			}
			shape[axis] += size;
		}
		int outer = (int) Arrays.stream(shape, 0, axis).reduce(1, (a, b) -> a * b);
		Object[] elements = new Object[parts.stream().mapToInt((part) -> part.elements.length).sum()];
		int next = 0;
		for (int i = 0; i < outer; i++) {
			for (Rows part : parts) {
				int length = part.elements.length / outer;
				System.arraycopy(part.elements, i * length, elements, next, length);
				next += length;
			}
		}
		return new Rows(first.type, shape, elements);
	}

	String difference(Rows other) {
		if (!Arrays.equals(this.shape, other.shape)) {
			return "shape %s instead of %s".formatted(Arrays.toString(other.shape), Arrays.toString(this.shape));
		}
		for (int i = 0; i < this.elements.length; i++) {
			if (!equal(this.elements[i], other.elements[i])) {
				return "element %d is %s instead of %s".formatted(i, other.elements[i], this.elements[i]);
			}
		}
		return null;
	}

	private static boolean equal(Object a, Object b) {
		if (!(a instanceof Number one) || !(b instanceof Number two)) {
			return a.equals(b);
		}
		double x = one.doubleValue();
		double y = two.doubleValue();
		return Double.compare(x, y) == 0
				|| Math.abs(x - y) <= TOLERANCE * Math.max(1, Math.max(Math.abs(x), Math.abs(y))) && Double.isFinite(x)
						&& Double.isFinite(y);
	}

	@Override
	public String toString() {
		return Arrays.toString(this.shape) + Arrays.toString(this.elements);
	}

}
