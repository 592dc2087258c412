package io.modelserving.openinference.grpc;

import java.util.stream.LongStream;

import com.google.protobuf.UnsafeByteOperations;
import io.modelserving.codec.BinaryTensors;
import io.modelserving.grpc.ModelInferResponse;
import io.modelserving.grpc.ModelInferResponse.InferOutputTensor;
import io.modelserving.model.ModelKey;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Tensor;

/**
 * Makes the responses of calls. The elements of each output are raw bytes, which is what
 * the clients read.
 */
final class ResponseMessages {

	private ResponseMessages() {
	}

	/**
	 * Make a response.
	 * @param model the model and version that gave it
	 * @param id the caller's name for the request, empty if there is none
	 * @param outputs the outputs, in the order wanted; numbers are not copied
	 * @return the response
	 */
	static ModelInferResponse of(ModelKey model, String id, NamedTensors outputs) {
		ModelInferResponse.Builder response = ModelInferResponse.newBuilder()
			.setModelName(model.name())
			.setModelVersion(Long.toString(model.version()))
			.setId(id);
		outputs.asMap().forEach((name, tensor) -> {
			response.addOutputs(describe(name, tensor));
			// nobody writes to the memory of a tensor, so the message may share it
			response.addRawOutputContents(UnsafeByteOperations.unsafeWrap(BinaryTensors.toBytes(tensor)));
		});
		return response.build();
	}

	private static InferOutputTensor describe(String name, Tensor tensor) {
		return InferOutputTensor.newBuilder()
			.setName(name)
			.setDatatype(tensor.dataType().name())
			.addAllShape(LongStream.of(tensor.shape().toArray()).boxed().toList())
			.build();
	}

}
