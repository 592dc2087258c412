package io.modelserving.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What to ask a model. Immutable.
 *
 * @param id the caller's name for the request, which the response repeats
 * @param parameters what to say about the request; strings, numbers and booleans
 * @param inputs the inputs
 * @param outputs the outputs wanted, all if empty
 * @param binary whether tensors go as bytes behind the JSON, an extension of the protocol
 * that is faster and exact for every value, and are asked for in the same way
 */
public record InferRequest(@Nullable String id, Map<String, Object> parameters, NamedTensors inputs,
		List<WantedOutput> outputs, boolean binary) {

	public InferRequest {
		parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
		outputs = List.copyOf(outputs);
	}

	/**
	 * Ask with binary tensors for all outputs.
	 * @param inputs the inputs
	 * @return the request
	 */
	public static InferRequest of(NamedTensors inputs) {
		return new InferRequest(null, Map.of(), inputs, List.of(), true);
	}

	public static InferRequest of(String input, Tensor tensor) {
		return of(NamedTensors.of(input, tensor));
	}

	/**
	 * Ask with JSON alone, for servers without the extension.
	 * @return a new request
	 */
	public InferRequest asJson() {
		return new InferRequest(this.id, this.parameters, this.inputs, this.outputs, false);
	}

	public InferRequest withId(String id) {
		return new InferRequest(id, this.parameters, this.inputs, this.outputs, this.binary);
	}

	/**
	 * Say something about the request.
	 * @param name the parameter
	 * @param value a string, a number or a boolean
	 * @return a new request
	 */
	public InferRequest withParameter(String name, Object value) {
		Map<String, Object> more = new LinkedHashMap<>(this.parameters);
		more.put(name, value);
		return new InferRequest(this.id, more, this.inputs, this.outputs, this.binary);
	}

	/**
	 * Say how long the server may take.
	 * @param timeout the time, counted in microseconds
	 * @return a new request
	 */
	public InferRequest withTimeout(Duration timeout) {
		return withParameter("timeout", TimeUnit.NANOSECONDS.toMicros(timeout.toNanos()));
	}

	/**
	 * Say how urgent the request is.
	 * @param priority 1 is served first; 0 leaves it to the server
	 * @return a new request
	 */
	public InferRequest withPriority(int priority) {
		return withParameter("priority", priority);
	}

	/**
	 * Say to which sequence the request belongs, for a model that keeps state.
	 * @param sequence the sequence
	 * @param start whether it begins with this request
	 * @param end whether it ends with this request
	 * @return a new request
	 */
	public InferRequest inSequence(String sequence, boolean start, boolean end) {
		return withParameter("sequence_id", sequence).withParameter("sequence_start", start)
			.withParameter("sequence_end", end);
	}

	/**
	 * Ask for an output.
	 * @param name the output
	 * @return a new request, for this output and those named before
	 */
	public InferRequest withOutput(String name) {
		return withOutput(new WantedOutput(name, 0));
	}

	/**
	 * Ask for the best classes of an output, which are text {@code value:index[:label]}.
	 * @param name the output
	 * @param classes how many classes of each row
	 * @return a new request, for this output and those named before
	 */
	public InferRequest withClasses(String name, int classes) {
		return withOutput(new WantedOutput(name, classes));
	}

	private InferRequest withOutput(WantedOutput output) {
		List<WantedOutput> more = new ArrayList<>(this.outputs);
		more.add(output);
		return new InferRequest(this.id, this.parameters, this.inputs, more, this.binary);
	}

	/**
	 * An output wanted.
	 *
	 * @param name the name
	 * @param classes how many classes of it, 0 for the tensor itself
	 */
	public record WantedOutput(String name, int classes) {
	}

}
