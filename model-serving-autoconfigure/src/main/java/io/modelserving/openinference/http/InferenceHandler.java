package io.modelserving.openinference.http;

import io.modelserving.batching.Deadline;
import io.modelserving.codec.InferenceRequestBody;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.model.Outcome;
import io.modelserving.openinference.InferenceRequests;
import io.modelserving.openinference.ModelLookup;
import io.modelserving.openinference.OutputFormats;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceService;
import java.util.Objects;
import io.modelserving.web.Arrival;
import io.modelserving.web.RequestExecution;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Runs models.
 */
final class InferenceHandler {

	/** What a request says of its priority is in its body. */
	private static final int FIRST = 1;

	private final InferenceService service;

	private final ModelLookup models;

	private final InferenceBodies bodies;

	private final InferenceResponses responses;

	private final RequestExecution execution;

	/**
	 * Create a handler.
	 * @param service runs the models
	 * @param models finds them
	 * @param bodies reads the requests
	 * @param responses makes the responses
	 * @param execution how requests wait for their results
	 */
	InferenceHandler(InferenceService service, ModelLookup models, InferenceBodies bodies, InferenceResponses responses,
			RequestExecution execution) {
		this.service = service;
		this.models = models;
		this.bodies = bodies;
		this.responses = responses;
		this.execution = execution;
	}

	/**
	 * Decide by its path whether a request would be rejected now.
	 * @param path the model that it is for
	 * @param arrival the time at which it arrived
	 * @return what it is rejected with, or {@code null} if it is to be read
	 */
	@Nullable Overloaded rejection(ModelPath path, long arrival) {
		return this.service.rejection(path.model(), path.version(), FIRST, arrival).orElse(null);
	}

	ServerResponse infer(ServerRequest request) {
		ModelPath path = ModelPath.of(request, this.models);
		long arrival = Arrival.time(request.servletRequest());
		Overloaded rejection = rejection(path, arrival);
		if (rejection != null) {
			return rejected(request, rejection);
		}
		InferenceRequestBody body = this.bodies.read(path, request.servletRequest());
		OutputFormats formats;
		InferenceRequest call;
		try {
			formats = OutputFormats.of(body);
			call = InferenceRequests.of(path.model(), path.version(), body,
					routingKey(path.model(), request.servletRequest()), Deadline.after(null, arrival),
					String.join(",", request.headers().header(HttpHeaders.CACHE_CONTROL)));
		}
		catch (RuntimeException ex) {
			body.memory().release();
			throw ex;
		}
		return this.execution.respond(request.servletRequest(), this.service.infer(call),
				(result, failure) -> new ReleasingResponse(
						(result != null) ? this.responses.of(result, body.id(), formats)
								: ErrorResponses.of(Objects.requireNonNull(failure)),
						body.memory()));
	}

	/**
	 * Respond to a request that is rejected. For its model it counts if there was no
	 * room.
	 * @param request the request
	 * @param reason why
	 * @return an error
	 */
	ServerResponse rejected(ServerRequest request, RuntimeException reason) {
		if (reason instanceof Overloaded) {
			ModelPath path = ModelPath.of(request, this.models);
			this.service.notMade(path.model(), path.version(), Outcome.OVERLOADED,
					Arrival.time(request.servletRequest()));
		}
		return ErrorResponses.of(reason);
	}

	private @Nullable String routingKey(String model, HttpServletRequest request) {
		String header = this.models.stickyHeader(model);
		return (header != null) ? request.getHeader(header) : null;
	}

}
