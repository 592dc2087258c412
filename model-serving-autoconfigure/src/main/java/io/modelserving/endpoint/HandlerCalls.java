package io.modelserving.endpoint;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException;
import io.modelserving.tensor.NamedTensors;

/**
 * Calls handlers of either kind alike, and sorts what goes wrong in them: the caller's
 * mistakes become {@link InvalidInput}, the handler's {@link HandlerFailedException}.
 */
final class HandlerCalls<I, O> {

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
		try {
			return (this.handler instanceof ModelHandler<I, O> single)
					? List.of(notNull(single.encode(request), "encode"))
					: notNull(multiItem().encode(request), "encode");
		}
		catch (InferenceException | HandlerFailedException ex) {
			throw ex;
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidInput(String.valueOf(ex.getMessage()), ex);
		}
		catch (RuntimeException ex) {
			throw failed("encode", ex);
		}
	}

	/**
	 * Decode what the model answered.
	 * @param request the request
	 * @param outputs the outputs for each item
	 * @return the response
	 */
	O decode(I request, List<NamedTensors> outputs) {
		try {
			return (this.handler instanceof ModelHandler<I, O> single)
					? notNull(single.decode(request, outputs.get(0)), "decode")
					: notNull(multiItem().decode(request, outputs), "decode");
		}
		catch (InferenceException | HandlerFailedException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			throw failed("decode", ex);
		}
	}

	private MultiItemModelHandler<I, O> multiItem() {
		return (MultiItemModelHandler<I, O>) this.handler;
	}

	private <T> T notNull(@Nullable T result, String method) {
		if (result == null) {
			throw new HandlerFailedException("%s.%s returned null".formatted(name(), method));
		}
		return result;
	}

	private HandlerFailedException failed(String method, RuntimeException cause) {
		return new HandlerFailedException("%s.%s threw %s".formatted(name(), method, cause), cause);
	}

	private String name() {
		return this.handler.getClass().getName();
	}

}
