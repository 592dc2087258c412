package io.modelserving.endpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.ResolvableType;
import org.springframework.http.MediaType;

import io.modelserving.batching.Deadline;
import io.modelserving.image.PictureDecoder;
import io.modelserving.model.Outcome;
import io.modelserving.pipeline.Pipeline;
import io.modelserving.serving.InferenceRequest.Origin;
import io.modelserving.serving.InferenceService;

/**
 * Calls the handler of an endpoint without HTTP, as its endpoint would: the request is
 * checked alike, and its items share batches with those of all callers. Thread-safe.
 *
 * @param <I> the request
 * @param <O> the response
 */
public final class EndpointInvoker<I, O> {

	private final Endpoint<I, O> endpoint;

	private final EndpointCall<I, O> call;

	private final RequestChecks checks;

	private final PictureDecoder decoder;

	private EndpointInvoker(Endpoint<I, O> endpoint, EndpointCall<I, O> call, RequestChecks checks,
			PictureDecoder decoder) {
		this.endpoint = endpoint;
		this.call = call;
		this.checks = checks;
		this.decoder = decoder;
	}

	/**
	 * Find the beans annotated {@link ModelEndpoint} that give one response for each
	 * request, which a {@link StreamingModelHandler} does not.
	 * @param beans where to look
	 * @param service runs the models
	 * @param validation checks the constraints of requests
	 * @param decoder reads pictures
	 * @return the invokers, in the order of the beans
	 * @throws RuntimeException if an endpoint is declared wrongly
	 */
	public static List<EndpointInvoker<?, ?>> find(ConfigurableListableBeanFactory beans, InferenceService service,
			RequestValidation validation, PictureDecoder decoder) {
		RequestChecks checks = new RequestChecks(validation);
		List<EndpointInvoker<?, ?>> invokers = new ArrayList<>();
		for (Endpoint<?, ?> endpoint : new EndpointScanner(beans).scan()) {
			if (!StreamedEndpoint.isFor(endpoint)) {
				invokers.add(of(endpoint, service, checks, decoder));
			}
		}
		return invokers;
	}

	private static <I, O> EndpointInvoker<I, O> of(Endpoint<I, O> endpoint, InferenceService service,
			RequestChecks checks, PictureDecoder decoder) {
		return new EndpointInvoker<>(endpoint,
				EndpointCall.of(endpoint.handler(), service, endpoint.model(), endpoint.version(), Origin.HANDLER),
				checks, decoder);
	}

	/**
	 * Return the name of the handler's bean.
	 */
	public String beanName() {
		return this.endpoint.beanName();
	}

	/**
	 * Return the path of the endpoint.
	 */
	public String path() {
		return this.endpoint.path();
	}

	/**
	 * Return the handler.
	 */
	public EndpointHandler<I, O> handler() {
		return this.endpoint.handler();
	}

	/**
	 * Return the models that requests go to.
	 * @return their names, or those of the stages of a pipeline
	 */
	public List<String> models() {
		return (this.endpoint.handler() instanceof PipelineHandler<I, O> pipeline) ? stages(pipeline.pipeline())
				: List.of(this.endpoint.model());
	}

	private static List<String> stages(Pipeline<?, ?> pipeline) {
		return pipeline.loads().stream().map((load) -> load.name()).toList();
	}

	/**
	 * Return the version of the model that is called.
	 * @return the version, or {@code null} for the one that its traffic gives
	 */
	public @Nullable Long version() {
		return this.endpoint.version();
	}

	public ResolvableType requestType() {
		return this.endpoint.requestType();
	}

	public ResolvableType responseType() {
		return this.endpoint.responseType();
	}

	/**
	 * Return whether a request can be made of a picture.
	 */
	public boolean takesPictures() {
		return this.endpoint.takesPictures();
	}

	/**
	 * Make a request of a picture.
	 * @param encoded the picture
	 * @return the request, if the endpoint {@linkplain #takesPictures() takes pictures}
	 * @throws RuntimeException if it is no picture, or does not suit the handler;
	 * {@link #reason} says why
	 */
	public I fromPicture(byte[] encoded) {
		return this.endpoint.fromPicture(encoded, this.decoder);
	}

	/**
	 * Call the handler. Never throws. Encoding runs on this thread.
	 * @param request the request
	 * @return the response, or what went wrong, not wrapped; {@link #reason} says it in
	 * words. Cancelling it gives up what has not run yet
	 */
	public CompletableFuture<O> invoke(I request) {
		try {
			this.checks.check(request);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		return this.call.respond(request, Deadline.after(null, System.nanoTime()), null);
	}

	/**
	 * Say what is wrong with a request.
	 * @param failure what reading it or {@link #invoke} has failed with
	 * @return a sentence, with the fields that are invalid
	 */
	public static String reason(Throwable failure) {
		if (failure instanceof RequestRejectedException rejected) {
			List<String> fields = new ArrayList<>();
			if (rejected.problem().members().get("errors") instanceof List<?> errors) {
				errors.forEach((error) -> fields.add(field((Map<?, ?>) error)));
			}
			return fields.isEmpty() ? rejected.problem().detail() : String.join("; ", fields);
		}
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof JacksonException) {
				return MalformedBody.describe(cause, MediaType.APPLICATION_JSON)
					.replace("The body", "The row")
					.replace("(line 1, column", "(column");
			}
		}
		return (failure.getMessage() != null) ? failure.getMessage() : failure.getClass().getSimpleName();
	}

	/**
	 * Say how a call ended.
	 * @param failure what {@link #invoke} has failed with
	 * @return the outcome; a request that was rejected before its handler got it is
	 * invalid
	 */
	public static Outcome outcome(Throwable failure) {
		return (failure instanceof RequestRejectedException) ? Outcome.INVALID : Outcome.of(failure);
	}

	private static String field(Map<?, ?> error) {
		Object rejected = error.get("rejected");
		String text = error.get("field") + " " + error.get("message");
		return (rejected != null) ? text + " and is " + rejected : text;
	}

}
