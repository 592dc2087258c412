package io.modelserving.web;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.InferenceException.Overloaded;

/**
 * Decides whether a model would reject a request now, before anything is spent on reading
 * it. It counts nothing: the code that responds does. Implementations are thread-safe.
 */
@FunctionalInterface
public interface EarlyRejection {

	/**
	 * Decide about a request.
	 * @param head what the request says before its body
	 * @param arrival the {@link System#nanoTime()} at which it arrived
	 * @return what it is rejected with, or {@code null} if it is to be read
	 * @throws RuntimeException if the head makes no sense
	 */
	@Nullable Overloaded decide(RequestHead head, long arrival);

}
