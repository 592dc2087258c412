package io.modelserving.openinference.grpc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.google.protobuf.ByteString;
import io.modelserving.codec.BinaryTensors;
import io.modelserving.codec.RequestBounds;
import io.modelserving.grpc.ModelInferRequest;
import io.modelserving.grpc.ModelInferRequest.InferInputTensor;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Quoted;
import io.modelserving.tensor.BufferPool;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

/**
 * Reads the inputs of a request. Either all of them are raw bytes, in the order of the
 * inputs, or each in the typed field of its own contents.
 */
final class RequestTensors {

	private static final int MAX_RANK = 32;

	private RequestTensors() {
	}

	/**
	 * Read the inputs.
	 * @param request the request
	 * @return the inputs; numbers in raw bytes share the memory of the message
	 * @throws InvalidInput if one is inconsistent, or two have one name
	 */
	static NamedTensors of(ModelInferRequest request) {
		RequestBounds.requireTensors("inputs", request.getInputsCount());
		request.getInputsList().forEach(RequestTensors::rejectSharedMemory);
		boolean raw = request.getRawInputContentsCount() > 0;
		if (raw && request.getRawInputContentsCount() != request.getInputsCount()) {
			throw new InvalidInput("there are %d raw_input_contents for %d inputs; one for each is needed"
				.formatted(request.getRawInputContentsCount(), request.getInputsCount()));
		}
		Map<String, Tensor> tensors = new LinkedHashMap<>();
		for (int i = 0; i < request.getInputsCount(); i++) {
			InferInputTensor input = request.getInputs(i);
			Tensor tensor = raw ? raw(input, request.getRawInputContents(i)) : typed(input);
			if (tensors.put(input.getName(), tensor) != null) {
				throw new InvalidInput("%s: there are two of it".formatted(label(input)));
			}
		}
		return NamedTensors.of(tensors);
	}

	private static Tensor raw(InferInputTensor input, ByteString bytes) {
		if (input.hasContents()) {
			throw new InvalidInput(
					"%s: contents and raw_input_contents; one of them is needed".formatted(label(input)));
		}
		DataType type = dataType(input);
		Shape shape = shape(input);
		if (type != DataType.BYTES) {
			return BinaryTensors.of(label(input), type, shape, bytes.asReadOnlyByteBuffer());
		}
		try (InputStream source = bytes.newInput()) {
			return BinaryTensors.read(label(input), type, shape, source, bytes.size(), BufferPool.NONE.acquire());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Tensor typed(InferInputTensor input) {
		return TypedContents.read(label(input), dataType(input), shape(input), input.getContents());
	}

	private static void rejectSharedMemory(InferInputTensor input) {
		if (input.containsParameters("shared_memory_region")) {
			throw new InvalidInput("%s: shared memory is not offered; send the elements".formatted(label(input)));
		}
	}

	private static DataType dataType(InferInputTensor input) {
		try {
			return DataType.valueOf(input.getDatatype());
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidInput("%s: datatype %s is none of %s".formatted(label(input),
					Quoted.name(input.getDatatype()), Arrays.toString(DataType.values())), ex);
		}
	}

	private static Shape shape(InferInputTensor input) {
		List<Long> dimensions = input.getShapeList();
		if (dimensions.size() > MAX_RANK) {
			throw new InvalidInput("%s: shape has more than %d dimensions".formatted(label(input), MAX_RANK));
		}
		for (int i = 0; i < dimensions.size(); i++) {
			long dimension = dimensions.get(i);
			if (dimension < 0 || dimension > Integer.MAX_VALUE) {
				throw new InvalidInput("%s: dimension %d of the shape is %d; it must be 0 to %d".formatted(label(input),
						i, dimension, Integer.MAX_VALUE));
			}
		}
		return Shape.of(dimensions.stream().mapToLong(Long::longValue).toArray());
	}

	private static String label(InferInputTensor input) {
		return "input " + Quoted.name(input.getName());
	}

}
