package io.modelserving.endpoint;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

import io.modelserving.batching.Deadline;
import io.modelserving.pipeline.WaitingCalls;
import io.modelserving.serving.InferenceRequest.Origin;
import io.modelserving.serving.InferenceService;
import io.modelserving.web.RequestExecution;
import io.modelserving.web.stream.EventStream;
import io.modelserving.web.stream.StreamFormat;
import io.modelserving.web.stream.Streams;
import io.modelserving.serving.stream.ModelCalls;

/**
 * Responds to the requests of an endpoint whose handler makes events. Thread-safe.
 *
 * @param <I> the request
 * @param <E> the event
 */
final class StreamedEndpoint<I, E> {

	static final List<MediaType> MEDIA_TYPES = MediaType.parseMediaTypes(StreamFormat.MEDIA_TYPES);

	private final Endpoint<I, E> endpoint;

	private final HandlerCalls<I, E> handler;

	private final InferenceService service;

	private final RequestExecution execution;

	private final Streams streams;

	private final ProblemWriter problems;

	private final ObjectWriter events;

	private final QueryReader<I> query;

	StreamedEndpoint(Endpoint<I, E> endpoint, InferenceService service, RequestExecution execution, Streams streams,
			JsonMapper mapper) {
		this.endpoint = endpoint;
		this.handler = new HandlerCalls<>(endpoint.handler());
		this.service = service;
		this.execution = execution;
		this.streams = streams;
		this.problems = new ProblemWriter(mapper);
		this.query = new QueryReader<>(endpoint.requestType(), mapper);
		this.events = mapper.writerFor(mapper.constructType(endpoint.responseType().getType()));
	}

	/**
	 * Read a request.
	 * @param request the request
	 * @param reader reads its body, if it has one
	 * @return gives what it says, not checked
	 */
	Supplier<I> read(ServerRequest request, RequestReader<I> reader) throws ServletException, IOException {
		return request.method().equals(HttpMethod.GET) ? this.query.read(request.servletRequest().getParameterMap())
				: reader.read(request);
	}

	/**
	 * Respond to a request.
	 * @param sent the request
	 * @param request what it says, checked
	 * @param deadline until when its client waits
	 * @param routingKey calls of the same key get the same version
	 * @param mediaType the media type that was chosen
	 * @param problems makes what the client gets of a failure
	 * @return the response
	 * @throws io.modelserving.model.InferenceException.ModelUnavailable if too many
	 * streams are open
	 */
	ServerResponse respond(HttpServletRequest sent, I request, Deadline deadline, @Nullable String routingKey,
			MediaType mediaType, Function<Throwable, Problem> problems) {
		this.streams.reserve();
		StreamFormat format = StreamFormat.of(mediaType.getType() + "/" + mediaType.getSubtype());
		String path = sent.getRequestURI();
		return this.execution.detach(sent,
				(detached) -> this.streams.open(this.endpoint.path(), detached, format, this.streams.limit(deadline),
						(stream) -> this.handler.stream(request, calls(stream, routingKey),
								(event) -> stream.send(write(event))),
						(failure) -> this.problems.write(problems.apply(failure), path)),
				this.streams::release);
	}

	private ModelCalls calls(EventStream stream, @Nullable String routingKey) {
		return new WaitingCalls(this.endpoint.model(), this.endpoint.version(), this.service, routingKey,
				Origin.HANDLER, stream::remaining, stream::await, this.handler::blame);
	}

	private byte[] write(E event) {
		try {
			return this.events.writeValueAsBytes(event);
		}
		catch (JacksonException ex) {
			throw new HandlerFailedException("event", "%s sent an event that is not written as JSON: %s"
				.formatted(this.endpoint.handler().getClass().getName(), ex.getOriginalMessage()), ex);
		}
	}

	static boolean isFor(Endpoint<?, ?> endpoint) {
		return endpoint.handler() instanceof StreamingModelHandler<?, ?>;
	}

	/** Return whether requests to an endpoint may be made by {@code GET}, too. */
	static boolean takesGet(Endpoint<?, ?> endpoint) {
		return isFor(endpoint) && QueryReader.suits(endpoint.requestType());
	}

}
