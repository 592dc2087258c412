package io.modelserving.web;

import org.jspecify.annotations.Nullable;

/**
 * Knows which requests are for models. Implementations are thread-safe.
 */
@FunctionalInterface
public interface BodyRules {

	/**
	 * Return how the body of a request is received.
	 * @param head what the request, a {@code POST}, says before its body
	 * @return the rule, or {@code null} if the request is for somebody else
	 */
	@Nullable BodyRule find(RequestHead head);

}
