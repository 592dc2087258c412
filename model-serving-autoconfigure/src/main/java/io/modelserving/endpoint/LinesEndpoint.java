package io.modelserving.endpoint;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

import io.modelserving.batching.Deadline;
import io.modelserving.endpoint.EndpointCall.Started;
import io.modelserving.serving.cache.CacheUse;
import io.modelserving.serving.stream.StreamClosedException;
import io.modelserving.web.BodyTooSlow;
import io.modelserving.web.ContentCoding;
import io.modelserving.web.DetachedRequest;
import io.modelserving.web.RequestExecution;
import io.modelserving.web.stream.EventStream;
import io.modelserving.web.stream.EventStream.Part;
import io.modelserving.web.stream.RequestChannel;
import io.modelserving.web.stream.StreamFormat;
import io.modelserving.web.stream.StreamProblem;
import io.modelserving.web.stream.Streams;

/**
 * Responds to uploads of any length that have a request on each line: a line of the
 * response for each, in the same order, as soon as it and those before it are complete. A
 * request that fails has an error on its line. Only so many are under way at once; while
 * they are, no more is read, so that the sender waits. Thread-safe.
 *
 * @param <I> the request on a line
 * @param <O> the response on a line
 */
final class LinesEndpoint<I, O> {

	static final MediaType MEDIA_TYPE = MediaType.APPLICATION_NDJSON;

	/** Enough to fill batches, a fraction of a queue's usual capacity. */
	static final int MAX_UNDER_WAY = 64;

	private static final int PIECE = 16 << 10;

	private final Endpoint<I, O> endpoint;

	private final RequestReader<I> reader;

	private final RequestChecks checks;

	private final EndpointCall<I, O> call;

	private final RequestExecution execution;

	private final Streams streams;

	private final ProblemWriter problems;

	private final ObjectWriter responses;

	private final int maxLine;

	private final Duration lineTimeout;

	LinesEndpoint(Endpoint<I, O> endpoint, RequestReader<I> reader, RequestChecks checks, EndpointCall<I, O> call,
			RequestExecution execution, Streams streams, JsonMapper mapper, RequestLimits limits) {
		this.endpoint = endpoint;
		this.reader = reader;
		this.checks = checks;
		this.call = call;
		this.execution = execution;
		this.streams = streams;
		this.problems = new ProblemWriter(mapper);
		this.responses = mapper.writerFor(mapper.constructType(endpoint.responseType().getType()));
		this.maxLine = (int) Math.min(Integer.MAX_VALUE / 4, limits.bounds().maxBytes());
		this.lineTimeout = limits.bodyTimeout();
	}

	/** Return whether a request has lines of JSON, which are no codec's to read. */
	boolean takes(ServerRequest request) {
		String type = request.servletRequest().getContentType();
		return type != null && isLines(type) && !this.reader.reads(request.messageConverters(), MEDIA_TYPE)
				&& this.reader.reads(request.messageConverters(), MediaType.APPLICATION_JSON);
	}

	static boolean isLines(String contentType) {
		int end = contentType.indexOf(';');
		return MediaType.APPLICATION_NDJSON_VALUE
			.equalsIgnoreCase(((end < 0) ? contentType : contentType.substring(0, end)).strip());
	}

	/**
	 * Respond to an upload.
	 * @param request the request
	 * @param timeout how long the request of each line may take, or {@code null} if the
	 * caller does not say
	 * @param arrival when the upload began
	 * @param routingKey calls of the same key get the same version
	 * @param cache what the calls may take from the cache of the model
	 * @param problem makes what the client gets of a failure
	 * @return the response
	 */
	ServerResponse respond(ServerRequest request, @Nullable Duration timeout, long arrival, @Nullable String routingKey,
			CacheUse cache, Function<Throwable, Problem> problem) {
		HttpServletRequest sent = request.servletRequest();
		ResponseTypes.choose(request, List.of(MEDIA_TYPE));
		if (ContentCoding.of(sent) != ContentCoding.IDENTITY) {
			throw Problem.of(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "Lines of JSON are not read with a Content-Encoding")
				.asException();
		}
		Function<byte[], I> json = this.reader.json(request.messageConverters());
		String path = sent.getRequestURI();
		this.streams.reserve();
		return this.execution.detach(sent,
				(detached) -> open(sent, detached, Deadline.after(null, arrival),
						new Upload<>(json, timeout, routingKey, cache,
								(failure) -> this.problems.write(problem.apply(failure), path))),
				this.streams::release);
	}

	private void open(HttpServletRequest sent, DetachedRequest detached, Deadline deadline, Upload<I> upload) {
		RequestChannel channel;
		try {
			channel = new RequestChannel(sent, this.lineTimeout, "model-serving.endpoints.body-timeout");
		}
		catch (IOException ex) {
			this.streams.release();
			detached.abort(true);
			return;
		}
		detached.reading(true);
		this.streams.open(this.endpoint.path(), detached, StreamFormat.LINES, deadline,
				(stream) -> new Lines(upload, stream, channel, detached).run(), upload.problem());
	}

	/**
	 * What holds for all lines of an upload.
	 */
	private record Upload<I>(Function<byte[], I> json, @Nullable Duration timeout, @Nullable String routingKey,
			CacheUse cache, Function<Throwable, StreamProblem> problem) {
	}

	/**
	 * The lines of one upload, read and responded to by the thread of its stream.
	 */
	private final class Lines {

		private final Upload<I> upload;

		private final EventStream stream;

		private final RequestChannel channel;

		private final DetachedRequest request;

		private final LineBuffer buffer;

		private final Deque<Line<O>> underWay = new ArrayDeque<>();

		private final byte[] piece = new byte[PIECE];

		private long bytesUnderWay;

		private boolean finished;

		private long waitingSince = System.nanoTime();

		private Lines(Upload<I> upload, EventStream stream, RequestChannel channel, DetachedRequest request) {
			this.upload = upload;
			this.stream = stream;
			this.channel = channel;
			this.request = request;
			this.buffer = new LineBuffer(LinesEndpoint.this.maxLine);
		}

		private void run() {
			try {
				BodyTooSlow tooSlow = null;
				while (!this.finished || !this.underWay.isEmpty()) {
					writeComplete();
					if (!this.underWay.isEmpty() && this.underWay.element().result().isDone()) {
						continue;
					}
					boolean reading = !this.finished && hasRoom();
					if (reading && advance()) {
						continue;
					}
					try {
						if (reading || !this.underWay.isEmpty()) {
							this.stream.await(this.channel, reading, this.waitingSince);
						}
					}
					catch (BodyTooSlow ex) {
						tooSlow = ex;
						this.finished = true;
					}
				}
				if (tooSlow != null) {
					throw tooSlow;
				}
			}
			finally {
				this.underWay.forEach((line) -> line.result().cancel(false));
			}
		}

		private boolean hasRoom() {
			return this.underWay.size() < MAX_UNDER_WAY
					&& (this.underWay.isEmpty() || this.bytesUnderWay < LinesEndpoint.this.maxLine);
		}

		/** Start the next line, or read on; returns whether there was something to do. */
		private boolean advance() {
			byte[] line = this.buffer.next();
			if (line == null) {
				int count = this.stream.read(this.channel, this.piece);
				if (count >= 0) {
					this.buffer.add(this.piece, count);
					return count > 0;
				}
				this.finished = true;
				this.request.reading(false);
				line = this.buffer.last();
			}
			if (line != null) {
				this.waitingSince = System.nanoTime();
				start(line);
			}
			return true;
		}

		private void start(byte[] line) {
			CompletableFuture<Started<O>> result;
			try {
				result = LinesEndpoint.this.call.start(item(line),
						Deadline.after(this.upload.timeout(), this.waitingSince), this.upload.routingKey(),
						this.upload.cache());
			}
			catch (RuntimeException ex) {
				result = CompletableFuture.failedFuture(ex);
			}
			this.underWay.add(new Line<>(line.length, result));
			this.bytesUnderWay += line.length;
			result.whenComplete((value, failure) -> this.channel.wake());
		}

		private I item(byte[] line) {
			if (line == LineBuffer.TOO_LONG) {
				throw Problem
					.of(HttpStatus.CONTENT_TOO_LARGE,
							"The line has more than %d bytes (model-serving.endpoints.max-request-size)"
								.formatted(LinesEndpoint.this.maxLine))
					.asException();
			}
			I item = this.upload.json().apply(line);
			LinesEndpoint.this.checks.check(item);
			return item;
		}

		private void writeComplete() {
			List<Part> parts = new ArrayList<>();
			int length = 0;
			while (length < PIECE && !this.underWay.isEmpty() && this.underWay.element().result().isDone()) {
				Line<O> line = this.underWay.remove();
				this.bytesUnderWay -= line.length();
				Part part = part(line.result());
				parts.add(part);
				length += part.json().length;
			}
			if (!parts.isEmpty()) {
				this.stream.sendAll(parts);
			}
		}

		private Part part(CompletableFuture<Started<O>> result) {
			try {
				return new Part(json(this.stream.await(result).response().get()), false);
			}
			catch (ExecutionException | CompletionException ex) {
				return error((ex.getCause() != null) ? ex.getCause() : ex);
			}
			catch (StreamClosedException ex) {
				throw ex;
			}
			catch (RuntimeException ex) {
				return error(ex);
			}
		}

		private Part error(Throwable failure) {
			return new Part(this.upload.problem().apply(failure).body(), true);
		}

		private byte[] json(O response) {
			try {
				return LinesEndpoint.this.responses.writeValueAsBytes(response);
			}
			catch (JacksonException ex) {
				throw new HandlerFailedException("response",
						"%s gave a response that is not written as JSON: %s".formatted(
								LinesEndpoint.this.endpoint.handler().getClass().getName(), ex.getOriginalMessage()),
						ex);
			}
		}

	}

	/**
	 * A line that is under way.
	 */
	private record Line<O>(int length, CompletableFuture<Started<O>> result) {
	}

}
