package io.modelserving.cache;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.LinkedHashMap;
import java.util.Map;

import io.modelserving.codec.BinaryTensors;
import io.modelserving.tensor.BufferPool;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

/**
 * Results as bytes, which any cache can hold: the format, when the result was given, and
 * of each tensor the name, the type, the shape, and the elements as the Open Inference
 * Protocol has them.
 */
final class ResultBytes {

	private static final int FORMAT = 1;

	private ResultBytes() {
	}

	/**
	 * Write a result.
	 * @param outputs the result
	 * @param millis when it was given
	 * @return the bytes
	 */
	static byte[] write(NamedTensors outputs, long millis) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (DataOutputStream target = new DataOutputStream(bytes)) {
			target.writeByte(FORMAT);
			target.writeLong(millis);
			target.writeInt(outputs.names().size());
			for (String name : outputs.names()) {
				write(name, outputs.get(name), target);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return bytes.toByteArray();
	}

	private static void write(String name, Tensor tensor, DataOutputStream target) throws IOException {
		target.writeUTF(name);
		target.writeUTF(tensor.dataType().name());
		long[] shape = tensor.shape().toArray();
		target.writeInt(shape.length);
		for (long dimension : shape) {
			target.writeLong(dimension);
		}
		ByteBuffer elements = BinaryTensors.toBytes(tensor);
		target.writeInt(elements.remaining());
		Channels.newChannel(target).write(elements);
	}

	/**
	 * Read when a result was given.
	 * @param bytes the bytes
	 * @return the time in milliseconds
	 * @throws IllegalArgumentException if they are no result
	 */
	static long millis(byte[] bytes) {
		if (bytes.length < 1 + Long.BYTES || bytes[0] != FORMAT) {
			throw new IllegalArgumentException("%d bytes are in the cache that are no result".formatted(bytes.length));
		}
		return ByteBuffer.wrap(bytes).getLong(1);
	}

	/**
	 * Read a result.
	 * @param bytes the bytes
	 * @return the result, in memory of its own
	 * @throws RuntimeException if they are no result
	 */
	static NamedTensors read(byte[] bytes) {
		Map<String, Tensor> outputs = new LinkedHashMap<>();
		try (DataInputStream source = new DataInputStream(new ByteArrayInputStream(bytes))) {
			source.skipNBytes(1 + Long.BYTES);
			int count = source.readInt();
			for (int i = 0; i < count; i++) {
				String name = source.readUTF();
				DataType type = DataType.valueOf(source.readUTF());
				int rank = source.readInt();
				if (rank < 0 || rank > source.available()) {
					throw new IllegalArgumentException("a result in the cache has a tensor of rank " + rank);
				}
				long[] shape = new long[rank];
				for (int axis = 0; axis < shape.length; axis++) {
					shape[axis] = source.readLong();
				}
				int size = source.readInt();
				if (size < 0 || size > source.available()) {
					throw new IllegalArgumentException("a result in the cache ends too early");
				}
				outputs.put(name,
						BinaryTensors.read(name, type, Shape.of(shape), source, size, BufferPool.NONE.acquire()));
			}
			return NamedTensors.of(outputs);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
