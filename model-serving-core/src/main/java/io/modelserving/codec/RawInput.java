package io.modelserving.codec;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.ModelSignature;
import io.modelserving.tensor.BufferPool.PooledBuffers;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;

/**
 * The only input of a model, from bytes without JSON. Its shape is that of the model,
 * where the dimension that the model leaves open is chosen such that all bytes are used.
 * Where the model leaves the rows and one more dimension open, there is one row. A string
 * is the bytes as they are, without its length.
 */
record RawInput(TensorSpec spec) {

	static RawInput of(ModelSignature signature) {
		List<TensorSpec> inputs = signature.inputs();
		if (inputs.size() != 1) {
			throw new InvalidInput("a body without JSON is the one input of a model, but this one takes %d: %s"
				.formatted(inputs.size(), inputs));
		}
		return new RawInput(inputs.get(0));
	}

	/**
	 * Read the input.
	 * @param source where to read from; read to its end
	 * @param most the most bytes that there can be
	 * @param memory where the memory of numbers is taken from
	 * @return the input, under its name
	 * @throws InvalidInput if there is no shape for as many bytes
	 * @throws IOException if the source fails
	 */
	NamedTensors read(InputStream source, int most, PooledBuffers memory) throws IOException {
		return NamedTensors.of(this.spec.name(),
				(this.spec.dataType() == DataType.BYTES) ? readString(source) : readNumbers(source, most, memory));
	}

	private Tensor readString(InputStream source) throws IOException {
		Shape shape = this.spec.shape();
		for (int i = 0; i < shape.rank(); i++) {
			shape = (shape.dimension(i) == Shape.DYNAMIC) ? shape.with(i, 1) : shape;
		}
		if (shape.elementCount() != 1) {
			throw new InvalidInput("%s: a body without JSON is one string, but shape %s takes %d".formatted(label(),
					this.spec.shape(), shape.elementCount()));
		}
		return Tensor.of(shape, BinaryStrings.decode(label(), 0, source.readAllBytes()));
	}

	private Tensor readNumbers(InputStream source, int most, PooledBuffers memory) throws IOException {
		requireOpenDimensions();
		ElementBuffer buffer = new ElementBuffer(most, memory);
		buffer.fillFrom(source);
		int size = buffer.position();
		return BinaryTensors.of(label(), this.spec.dataType(), shape(size), buffer.toBuffer());
	}

	private void requireOpenDimensions() {
		int most = this.spec.hasDynamicRows() ? 2 : 1;
		if (openDimensions() > most) {
			throw new InvalidInput(
					"%s: the shape cannot be derived from a body without JSON, as %s leaves more than one dimension open"
						.formatted(label(), this.spec.shape()));
		}
	}

	private int openDimensions() {
		int open = 0;
		for (long dimension : this.spec.shape().toArray()) {
			open += (dimension == Shape.DYNAMIC) ? 1 : 0;
		}
		return open;
	}

	private Shape shape(int size) {
		Shape shape = (openDimensions() > 1) ? this.spec.shape().with(0, 1) : this.spec.shape();
		for (int i = 0; i < shape.rank(); i++) {
			if (shape.dimension(i) == Shape.DYNAMIC) {
				long bytesEach = shape.with(i, 1).elementCount() * this.spec.dataType().elementBytes();
				if (bytesEach == 0 || size % bytesEach != 0) {
					throw new InvalidInput("%s: %d bytes do not fit %s%s, where each step of dimension %d takes %d"
						.formatted(label(), size, this.spec.dataType(), this.spec.shape(), i, bytesEach));
				}
				return shape.with(i, size / bytesEach);
			}
		}
		return shape;
	}

	private String label() {
		return InputHeader.label(this.spec.name());
	}

}
