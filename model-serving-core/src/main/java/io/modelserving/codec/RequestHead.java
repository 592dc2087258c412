package io.modelserving.codec;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What the JSON of a request says.
 *
 * @param id the caller's name for the request, if any
 * @param parameters what the caller says about the request
 * @param inputs the inputs, in the caller's order
 * @param outputs the outputs wanted, in the caller's order; empty if all are
 */
record RequestHead(@Nullable String id, Map<String, Object> parameters, List<InputHeader> inputs,
		List<RequestedOutput> outputs) {
}
