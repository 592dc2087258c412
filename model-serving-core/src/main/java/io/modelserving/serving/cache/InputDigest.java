package io.modelserving.serving.cache;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeSet;

import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.StringTensor;
import io.modelserving.tensor.Tensor;

/**
 * The SHA-256 of inputs: of their names, types, shapes and elements, bit by bit. Whatever
 * has a length is preceded by it, so that no two sets of inputs are written alike; inputs
 * are taken by name, as their order means nothing to a model. Used once, by one thread.
 */
final class InputDigest {

	private final MessageDigest digest;

	private final ByteBuffer buffer = ByteBuffer.allocate(4096);

	private InputDigest() {
		try {
			this.digest = MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java runtime has SHA-256", ex);
		}
	}

	/**
	 * Return the digest of inputs.
	 * @param inputs the inputs
	 * @return 64 hexadecimal digits
	 */
	static String of(NamedTensors inputs) {
		InputDigest digest = new InputDigest();
		// the same bytes are another number where the order of bytes is another
		digest.add(ByteOrder.nativeOrder().toString());
		digest.add(inputs.names().size());
		for (String name : new TreeSet<>(inputs.names())) {
			digest.add(name);
			digest.add(inputs.get(name));
		}
		digest.flush();
		return HexFormat.of().formatHex(digest.digest.digest());
	}

	private void add(Tensor tensor) {
		add(tensor.dataType().name());
		long[] shape = tensor.shape().toArray();
		add(shape.length);
		for (long dimension : shape) {
			add(dimension);
		}
		if (tensor instanceof StringTensor strings) {
			add(strings.elements().size());
			strings.elements().forEach(this::add);
		}
		else {
			ByteBuffer elements = ((NumericTensor) tensor).data();
			add(elements.remaining());
			flush();
			this.digest.update(elements);
		}
	}

	/** An encoding would write halves of characters alike, which a string may hold. */
	private void add(String text) {
		add(text.length());
		for (int i = 0; i < text.length(); i++) {
			room(Character.BYTES).putChar(text.charAt(i));
		}
	}

	private void add(long number) {
		room(Long.BYTES).putLong(number);
	}

	private ByteBuffer room(int bytes) {
		if (this.buffer.remaining() < bytes) {
			flush();
		}
		return this.buffer;
	}

	private void flush() {
		this.digest.update(this.buffer.flip());
		this.buffer.clear();
	}

}
