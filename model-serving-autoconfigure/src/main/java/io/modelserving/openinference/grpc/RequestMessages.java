package io.modelserving.openinference.grpc;

import java.util.List;

import io.modelserving.codec.InferenceRequestBody;
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
	 * @param request the message
	 * @return the request
	 * @throws InvalidInput if its tensors are inconsistent
	 */
	static InferenceRequestBody body(ModelInferRequest request) {
		List<RequestedOutput> outputs = request.getOutputsList()
			.stream()
			.map((output) -> new RequestedOutput(output.getName(), RequestParameters.of(output.getParametersMap())))
			.toList();
		return new InferenceRequestBody(request.getId().isEmpty() ? null : request.getId(),
				RequestParameters.of(request.getParametersMap()), RequestTensors.of(request), outputs);
	}

}
