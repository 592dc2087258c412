package io.modelserving.endpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.model.InferenceException;
import io.modelserving.sequence.SequenceStep;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.serving.stream.StreamClosedException;
import io.modelserving.serving.stream.EventSink;
import io.modelserving.serving.stream.ModelCalls;

/**
 * Calls handlers of either kind alike, and sorts what goes wrong in them: the caller's
 * mistakes become {@link InvalidInput}, the handler's {@link HandlerFailedException}.
 * What the model does not take is the handler's mistake, as it made the tensors; what
 * {@code encode} itself rejects is the caller's.
 */
final class HandlerCalls<I, O> {

	private static final String ENCODE = "encode";

	private static final String SEQUENCE = "sequence";

	private static final String DECODE = "decode";

	private static final String STREAM = "stream";

	private final EndpointHandler<I, O> handler;

	HandlerCalls(EndpointHandler<I, O> handler) {
		this.handler = handler;
	}

	/**
	 * Encode a request.
	 * @param request the request
	 * @return the inputs of each item
	 */
	List<NamedTensors> encode(I request) {
		return ofRequest(ENCODE, () -> items(request));
	}

	private List<NamedTensors> items(I request) throws Exception {
		if (this.handler instanceof ModelHandler<I, O> single) {
			return List.of(notNull(single.encode(request), ENCODE));
		}
		List<NamedTensors> items = new ArrayList<>(notNull(multiItem().encode(request), ENCODE));
		int missing = items.indexOf(null);
		if (missing >= 0) {
			throw new HandlerFailedException(ENCODE + " item",
					"%s.encode returned null for item %d".formatted(name(), missing), null);
		}
		return items;
	}

	/**
	 * Ask for the place of a request in a sequence.
	 * @param request the request
	 * @return its place, or {@code null} if it belongs to none
	 */
	@Nullable SequenceStep sequence(I request) {
		return (this.handler instanceof ModelHandler<I, O> single) ? ofRequest(SEQUENCE, () -> single.sequence(request))
				: null;
	}

	/** What a handler does not take of a request is the caller's mistake. */
	private <T extends @Nullable Object> T ofRequest(String method, Callable<T> code) {
		try {
			return code.call();
		}
		catch (InferenceException | HandlerFailedException ex) {
			throw ex;
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidInput(String.valueOf(ex.getMessage()), ex);
		}
		catch (Exception | LinkageError | StackOverflowError | AssertionError ex) {
			throw failed(method, ex);
		}
	}

	/**
	 * Have a handler make its events.
	 * @param request the request
	 * @param model runs the model
	 * @param events takes the events
	 */
	void stream(I request, ModelCalls model, EventSink<O> events) {
		AtomicBoolean begun = new AtomicBoolean();
		try {
			((StreamingModelHandler<I, O>) this.handler).stream(request, new ModelCalls() {

				@Override
				public List<NamedTensors> infer(List<NamedTensors> items) {
					begun.set(true);
					return model.infer(items);
				}

				@Override
				public NamedTensors infer(NamedTensors inputs, SequenceStep step) {
					begun.set(true);
					return model.infer(inputs, step);
				}

			}, (event) -> {
				begun.set(true);
				events.send(notNull(event, STREAM));
			});
		}
		catch (InferenceException | HandlerFailedException | StreamClosedException | CancellationException ex) {
			throw ex;
		}
		catch (IllegalArgumentException ex) {
			throw begun.get() ? failed(STREAM, ex) : new InvalidInput(String.valueOf(ex.getMessage()), ex);
		}
		catch (Exception | LinkageError | StackOverflowError | AssertionError ex) {
			throw failed(STREAM, ex);
		}
	}

	/**
	 * Say whose fault it is that the model gave no result.
	 * @param failure why it did not
	 * @return the handler's if the model does not take what it made, otherwise the
	 * failure as it is
	 */
	Throwable blame(Throwable failure) {
		String method = (this.handler instanceof StreamingModelHandler<?, ?>) ? STREAM : ENCODE;
		return (failure instanceof InvalidInput invalid && !invalid.isByCaller()) ? new HandlerFailedException(method,
				"%s.%s made inputs that the model does not take: %s".formatted(name(), method, invalid.getMessage()),
				invalid) : failure;
	}

	/**
	 * Decode the result of the model.
	 * @param request the request
	 * @param outputs the outputs for each item
	 * @return the response
	 */
	O decode(I request, List<NamedTensors> outputs) {
		try {
			return (this.handler instanceof ModelHandler<I, O> single)
					? notNull(single.decode(request, outputs.get(0)), DECODE)
					: notNull(multiItem().decode(request, outputs), DECODE);
		}
		catch (ModelUnavailable | Overloaded | DeadlineExceeded | ExecutionFailed | HandlerFailedException ex) {
			throw ex;
		}
		catch (Exception | LinkageError | StackOverflowError | AssertionError ex) {
			throw failed(DECODE, ex);
		}
	}

	private MultiItemModelHandler<I, O> multiItem() {
		return (MultiItemModelHandler<I, O>) this.handler;
	}

	private <T> T notNull(@Nullable T result, String method) {
		if (result == null) {
			throw new HandlerFailedException(method, "%s.%s returned null".formatted(name(), method), null);
		}
		return result;
	}

	private HandlerFailedException failed(String method, Throwable cause) {
		return new HandlerFailedException(method, "%s.%s threw %s".formatted(name(), method, cause), cause);
	}

	private String name() {
		return this.handler.getClass().getName();
	}

}
