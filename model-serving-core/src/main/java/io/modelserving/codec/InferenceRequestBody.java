package io.modelserving.codec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.modelserving.tensor.BufferPool;
import io.modelserving.tensor.BufferPool.PooledBuffers;
import io.modelserving.tensor.NamedTensors;
import org.jspecify.annotations.Nullable;

/**
 * An inference request of the Open Inference Protocol.
 *
 * @param id the caller's name for the request, if any
 * @param parameters what the caller says about the request; strings, numbers and booleans
 * @param inputs the inputs, in the caller's order
 * @param outputs the outputs wanted, in the caller's order; empty if all are
 * @param memory the pooled buffers of the inputs, of which the owner of the request is
 * the one user
 */
public record InferenceRequestBody(@Nullable String id, Map<String, Object> parameters, NamedTensors inputs,
		List<RequestedOutput> outputs, PooledBuffers memory) {

	public InferenceRequestBody {
		parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
		outputs = List.copyOf(outputs);
	}

	/**
	 * Create a request without pooled buffers.
	 */
	public InferenceRequestBody(@Nullable String id, Map<String, Object> parameters, NamedTensors inputs,
			List<RequestedOutput> outputs) {
		this(id, parameters, inputs, outputs, BufferPool.NONE.acquire());
	}

}
