package io.modelserving.model.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.SequenceInfo;
import org.jspecify.annotations.Nullable;

import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;

/**
 * An output that is a sequence of tensors, stacked to one tensor with the sequence as its
 * first dimension. The runtime does not tell the rank of the elements beforehand, so the
 * specification has the first dimension alone.
 *
 * @param spec the tensor that the output becomes
 * @param reader reads strings, {@code null} where there are none
 */
record SequenceOutput(TensorSpec spec, @Nullable TextReader reader) implements OnnxOutput {

	/**
	 * Describe an output.
	 * @param name its name
	 * @param info the type of the elements
	 * @param reader reads strings
	 * @return the output
	 * @throws UnsupportedValueException if the elements are of a type that cannot be read
	 */
	static SequenceOutput of(String name, SequenceInfo info, @Nullable TextReader reader) {
		DataType type = OnnxTypes.elementType(info.sequenceType);
		if (type == null) {
			throw new UnsupportedValueException(
					"output \"%s\" is a sequence of tensors of %s, which the Java API of ONNX Runtime cannot read"
						.formatted(name, info.sequenceType));
		}
		return new SequenceOutput(TensorSpec.of(name, type, Shape.of(Shape.DYNAMIC)), reader);
	}

	@Override
	public List<TensorSpec> specs() {
		return List.of(this.spec);
	}

	@Override
	public void read(OnnxValue value, Map<String, Tensor> tensors) throws OrtException {
		List<? extends OnnxValue> elements = elements((OnnxSequence) value);
		try {
			List<Tensor> parts = new ArrayList<>(elements.size());
			for (OnnxValue element : elements) {
				parts.add(TensorOutput.read((OnnxTensor) element, this.spec, this.reader));
			}
			tensors.put(name(), stack(parts));
		}
		finally {
			elements.forEach(OnnxValue::close);
		}
	}

	/**
	 * Return the elements of a sequence.
	 * @param sequence the sequence; the runtime does not know the type of an empty one
	 * and fails to give its elements
	 * @return the elements, to be closed each
	 * @throws OrtException if the runtime cannot give them
	 */
	static List<? extends OnnxValue> elements(OnnxSequence sequence) throws OrtException {
		return (sequence.getInfo().length == 0) ? List.of() : sequence.getValue();
	}

	/**
	 * Stack tensors.
	 * @param parts the tensors
	 * @return one tensor
	 * @throws ExecutionFailed if they differ in shape
	 */
	Tensor stack(List<Tensor> parts) {
		Shape element = parts.isEmpty() ? Shape.of() : parts.get(0).shape();
		for (int i = 1; i < parts.size(); i++) {
			if (!parts.get(i).shape().equals(element)) {
				throw new ExecutionFailed(
						"output \"%s\": element %d of the sequence has the shape %s where element 0 has %s, so they make no tensor"
							.formatted(name(), i, parts.get(i).shape(), element),
						null);
			}
		}
		long[] dimensions = new long[element.rank() + 1];
		dimensions[0] = parts.size();
		System.arraycopy(element.toArray(), 0, dimensions, 1, element.rank());
		return Elements.stack(this.spec.dataType(), Shape.of(dimensions), parts);
	}

}
