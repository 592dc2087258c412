package io.modelserving.endpoint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;

import jakarta.validation.Validation;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

import io.modelserving.batching.Deadline;
import io.modelserving.image.Picture;
import io.modelserving.image.PictureDecoder;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Model;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceService;
import io.modelserving.sequence.SequenceStep;
import io.modelserving.serving.stream.ModelCalls;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Workspace;

/**
 * Tests a handler without a server: brings requests to it as an endpoint would, checked
 * alike. For use in the tests of applications. Immutable. <pre>
 * HandlerTester.of(new DigitEndpoint()).withModel(model).handleExample();
 * </pre>
 *
 * @param <I> the request
 * @param <O> the response
 */
public final class HandlerTester<I, O> {

	private final EndpointHandler<I, O> handler;

	private final UnaryOperator<NamedTensors> model;

	private HandlerTester(EndpointHandler<I, O> handler, UnaryOperator<NamedTensors> model) {
		this.handler = handler;
		this.model = model;
	}

	/**
	 * Test a handler.
	 * @param handler the handler
	 * @param <I> the request
	 * @param <O> the response
	 * @return a tester that still needs a model
	 */
	public static <I, O> HandlerTester<I, O> of(EndpointHandler<I, O> handler) {
		return new HandlerTester<>(handler, (inputs) -> {
			throw new IllegalStateException("there is no model: call withModel, withService or withFunction first");
		});
	}

	/**
	 * Use a function in place of a model.
	 * @param model gives the outputs for the inputs of an item
	 * @return the tester
	 */
	public HandlerTester<I, O> withFunction(UnaryOperator<NamedTensors> model) {
		return new HandlerTester<>(this.handler, model);
	}

	/**
	 * Use a loaded model.
	 * @param model the model, which the caller closes
	 * @return the tester
	 */
	public HandlerTester<I, O> withModel(Model model) {
		return withFunction((inputs) -> {
			model.signature().check(inputs);
			return model.run(inputs, new Workspace());
		});
	}

	/**
	 * Use the model of the handler's {@link ModelEndpoint} from a service.
	 * @param service the service
	 * @return the tester
	 */
	public HandlerTester<I, O> withService(InferenceService service) {
		ModelEndpoint endpoint = Objects.requireNonNull(this.handler.getClass().getAnnotation(ModelEndpoint.class),
				() -> this.handler.getClass() + " is not annotated @ModelEndpoint");
		Long version = (endpoint.version() != 0) ? endpoint.version() : null;
		return withFunction((inputs) -> join(
				service.infer(InferenceRequest.builder(endpoint.model(), inputs).version(version).build()))
			.outputs());
	}

	private static <T> T join(CompletableFuture<T> result) {
		try {
			return result.join();
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof RuntimeException cause) {
				throw cause;
			}
			throw ex;
		}
	}

	/**
	 * Handle a request.
	 * @param request the request
	 * @return the response
	 * @throws IllegalArgumentException if the request would get a 422; the message names
	 * the fields
	 * @throws InvalidInput if the handler rejects it, which would get a 400
	 * @throws IllegalStateException if the handler makes a mistake, such as inputs that
	 * the model does not take, which would get a 500
	 */
	public O handle(I request) {
		requireStreaming(false);
		check(request);
		if (this.handler instanceof PipelineHandler<I, O> pipeline) {
			return join(pipeline.pipeline().submit(request, Deadline.NONE));
		}
		HandlerCalls<I, O> calls = new HandlerCalls<>(this.handler);
		return calls.decode(request, calls.encode(request).stream().map((inputs) -> run(calls, inputs)).toList());
	}

	/**
	 * Have a streaming handler handle a request. The model keeps no state.
	 * @param request the request
	 * @return the events, in the order in which they were sent
	 * @throws IllegalArgumentException as {@link #handle(Object)} does
	 * @throws InvalidInput likewise
	 * @throws IllegalStateException likewise
	 */
	public List<O> stream(I request) {
		requireStreaming(true);
		check(request);
		HandlerCalls<I, O> calls = new HandlerCalls<>(this.handler);
		List<O> events = Collections.synchronizedList(new ArrayList<>());
		calls.stream(request, new ModelCalls() {

			@Override
			public List<NamedTensors> infer(List<NamedTensors> items) {
				return items.stream().map((inputs) -> run(calls, inputs)).toList();
			}

			@Override
			public NamedTensors infer(NamedTensors inputs, SequenceStep step) {
				return run(calls, inputs);
			}

		}, events::add);
		return List.copyOf(events);
	}

	private void requireStreaming(boolean expected) {
		if (expected != this.handler instanceof StreamingModelHandler<?, ?>) {
			throw new IllegalArgumentException("%s %s".formatted(this.handler.getClass().getName(),
					expected ? "is no StreamingModelHandler: call handle" : "is a StreamingModelHandler: call stream"));
		}
	}

	private NamedTensors run(HandlerCalls<I, O> calls, NamedTensors inputs) {
		try {
			return this.model.apply(inputs);
		}
		catch (InvalidInput ex) {
			throw (RuntimeException) calls.blame(ex);
		}
	}

	/**
	 * Handle a request in JSON.
	 * @param json the body
	 * @param mapper the application's mapper
	 * @return the response
	 * @throws tools.jackson.core.JacksonException if the body would get a 400
	 * @throws IllegalArgumentException as {@link #handle(Object)} does
	 */
	public O handle(String json, JsonMapper mapper) {
		ResolvableType type = ResolvableType.forClass(this.handler.getClass()).as(EndpointHandler.class).getGeneric(0);
		return handle(mapper.readValue(json, mapper.constructType(ResolvedTypes.withoutVariables(type).getType())));
	}

	/**
	 * Handle a picture.
	 * @param picture the picture
	 * @return the response
	 * @throws IllegalArgumentException as {@link #handle(Object)} does
	 */
	@SuppressWarnings("unchecked")
	public O handlePicture(Picture picture) {
		return handle((this.handler instanceof PictureRequest<?> pictures)
				? ((PictureRequest<I>) pictures).fromPicture(picture) : (I) picture);
	}

	/**
	 * Handle a picture as it is sent.
	 * @param encoded the encoded picture
	 * @return the response
	 * @throws IllegalArgumentException if the picture cannot be decoded, and as
	 * {@link #handle(Object)} does
	 */
	@SuppressWarnings("unchecked")
	public O handlePicture(byte[] encoded) {
		return (this.handler instanceof EncodedPictureRequest<?> pictures)
				? handle(((EncodedPictureRequest<I>) pictures).fromEncodedPicture(encoded))
				: handlePicture(PictureDecoder.fastest(PictureDecoder.DEFAULT_MAX_PIXELS).decode(encoded));
	}

	/**
	 * Handle the handler's own example.
	 * @return the response
	 * @throws IllegalStateException if the handler has none
	 */
	public O handleExample() {
		@Nullable I example = this.handler.example();
		if (example == null) {
			throw new IllegalStateException(this.handler.getClass() + " has no example");
		}
		return handle(example);
	}

	private static void check(Object request) {
		try {
			new RequestChecks(constraints()).check(request);
		}
		catch (RequestRejectedException ex) {
			throw new IllegalArgumentException(
					"the request is not valid: " + ex.problem().members().getOrDefault("errors", ex.getMessage()), ex);
		}
	}

	private static RequestValidation constraints() {
		return ClassUtils.isPresent("jakarta.validation.Validation", HandlerTester.class.getClassLoader())
				? JakartaConstraints.create() : RequestValidation.NONE;
	}

	/** Loaded only where there is Jakarta Validation. */
	private static final class JakartaConstraints {

		private static RequestValidation create() {
			return new BeanValidation(Validation.buildDefaultValidatorFactory().getValidator());
		}

	}

}
