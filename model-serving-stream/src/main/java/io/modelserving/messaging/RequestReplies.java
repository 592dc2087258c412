package io.modelserving.messaging;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.ResolvableType;
import org.springframework.util.MimeType;

import io.modelserving.batching.Deadline;
import io.modelserving.endpoint.EndpointInvoker;
import io.modelserving.model.DerivedFutures;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.pipeline.Pipeline;

/**
 * Replies to messages that are requests: in JSON, or pictures where the handler takes
 * them.
 *
 * @param <I> the request
 * @param <O> the response
 */
final class RequestReplies<I, O> implements Replies {

	private static final Set<String> JSON = Set.of("application/json", "text/json", "application/octet-stream");

	private final ObjectReader reader;

	private final ObjectWriter writer;

	private final @Nullable Function<byte[], I> pictures;

	private final Function<I, CompletableFuture<O>> call;

	private RequestReplies(JsonMapper mapper, ResolvableType request, ResolvableType response,
			@Nullable Function<byte[], I> pictures, Function<I, CompletableFuture<O>> call) {
		this.reader = mapper.readerFor(mapper.constructType(request.getType()));
		this.writer = mapper.writerFor(mapper.constructType(response.getType()));
		this.pictures = pictures;
		this.call = call;
	}

	static <I, O> Replies of(EndpointInvoker<I, O> endpoint, JsonMapper mapper) {
		return new RequestReplies<I, O>(mapper, endpoint.requestType(), endpoint.responseType(),
				endpoint.takesPictures() ? endpoint::fromPicture : null, endpoint::invoke);
	}

	static <I, O> Replies of(Pipeline<I, O> pipeline, ResolvableType type, JsonMapper mapper) {
		return new RequestReplies<I, O>(mapper, type.getGeneric(0), type.getGeneric(1), null,
				(item) -> pipeline.submit(item, Deadline.after(null, System.nanoTime())));
	}

	@Override
	public CompletableFuture<byte[]> reply(byte[] payload, MimeType contentType) {
		try {
			return DerivedFutures.map(this.call.apply(read(payload, contentType)), this.writer::writeValueAsBytes);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private I read(byte[] payload, MimeType contentType) {
		if (this.pictures != null && contentType.getType().equals("image")) {
			return picture(payload, this.pictures);
		}
		if (!isJson(contentType)) {
			throw new InvalidInput("Content type %s is not read; send %s".formatted(contentType,
					(this.pictures != null) ? "application/json or image/*" : "application/json"));
		}
		I request = parse(payload);
		if (request == null) {
			throw new InvalidInput("The message is null");
		}
		return request;
	}

	private @Nullable I parse(byte[] payload) {
		try {
			return this.reader.readValue(payload);
		}
		catch (JacksonException ex) {
			throw new InvalidInput(EndpointInvoker.reason(ex).replace("The row", "The message"));
		}
	}

	/** What the picture is not, or does not suit, is the sender's mistake. */
	private static <I> I picture(byte[] payload, Function<byte[], I> pictures) {
		try {
			return pictures.apply(payload);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidInput("The message is no picture that can be read: " + ex.getMessage(), ex);
		}
	}

	/** What does not say what it is, is taken for JSON. */
	static boolean isJson(MimeType type) {
		return JSON.contains(type.getType() + "/" + type.getSubtype()) || type.getSubtype().endsWith("+json");
	}

}
