package io.modelserving.openinference.grpc;

import java.util.List;

import io.modelserving.codec.InferenceRequestBody;
import io.modelserving.codec.RequestBounds;
import io.modelserving.codec.RequestedOutput;
import io.modelserving.grpc.ModelInferRequest;
import io.modelserving.model.InferenceException.InvalidInput;

/**
 * Turns messages into what every carrier of the protocol gives.
 */
final class RequestMessages {

	private RequestMessages() {
	}

	/**
	 * Read a request.
	 * @param request the message and its memory, which the result keeps
	 * @return the request
	 * @throws InvalidInput if its tensors are inconsistent
	 */
	static InferenceRequestBody body(PooledRequest request) {
		ModelInferRequest message = request.message();
		RequestBounds.requireTensors("outputs", message.getOutputsCount());
		List<RequestedOutput> outputs = message.getOutputsList()
			.stream()
			.map((output) -> new RequestedOutput(output.getName(), RequestParameters.of(output.getParametersMap())))
			.toList();
		return new InferenceRequestBody(message.getId().isEmpty() ? null : message.getId(),
				RequestParameters.of(message.getParametersMap()), RequestTensors.of(message), outputs,
				request.memory());
	}

}
