package io.modelserving.openinference.http;

import java.time.Duration;
import java.util.Optional;

import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.serving.InferenceService;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Judges a request for inference by its path, once: what the model would refuse now is
 * refused unread. Thread-safe.
 *
 * @param service knows what would be refused
 */
record EarlyRefusal(InferenceService service) {

	private static final String ARRIVAL = EarlyRefusal.class.getName() + ".ARRIVAL";

	/** What a request says of its priority is in its body. */
	private static final int FIRST = 1;

	/**
	 * Judge a request, unless that was done before.
	 * @param request the request
	 * @param path the model that it is for
	 * @return what it is refused with, or empty if it is to be read
	 */
	Optional<Overloaded> judge(HttpServletRequest request, ModelPath path) {
		if (request.getAttribute(ARRIVAL) != null) {
			return Optional.empty();
		}
		long arrival = System.nanoTime();
		request.setAttribute(ARRIVAL, arrival);
		return this.service.refusal(path.model(), path.version(), FIRST, arrival);
	}

	/**
	 * Return the time that has passed since a request came that was judged, before its
	 * body was read.
	 * @param request the request
	 */
	static Duration elapsed(HttpServletRequest request) {
		return (request.getAttribute(ARRIVAL) instanceof Long arrival)
				? Duration.ofNanos(Math.max(0, System.nanoTime() - arrival)) : Duration.ZERO;
	}

}
