package io.modelserving.endpoint;

import org.springframework.http.HttpHeaders;
import java.time.Duration;
import java.util.Collections;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import io.modelserving.model.InferenceException.Overloaded;

/**
 * Judges a request to an endpoint by its headers, once: what the model or the encoding
 * stage would refuse now is refused unread. Thread-safe.
 *
 * @param call the way to the model
 * @param desk the way to the encoding stage
 * @param limits say which requests go there
 */
record EarlyRefusal(EndpointCall<?, ?> call, EncodingDesk desk, RequestLimits limits) {

	private static final String ARRIVAL = EarlyRefusal.class.getName() + ".ARRIVAL";

	/**
	 * Judge a request, unless that was done before.
	 * @param request the request
	 * @return what it is refused with, or {@code null} if it is to be read
	 * @throws RequestRefusedException if its timeout makes no sense
	 */
	@Nullable Overloaded judge(HttpServletRequest request) {
		if (request.getAttribute(ARRIVAL) != null) {
			return null;
		}
		long arrival = System.nanoTime();
		request.setAttribute(ARRIVAL, arrival);
		Overloaded refusal = this.call.refusal(arrival);
		return (refusal == null && isLarge(request)) ? this.desk.refusal(timeout(request), arrival) : refusal;
	}

	/**
	 * Return the time at which a request came that was judged.
	 * @param request the request
	 * @return the time, as {@link System#nanoTime()} gave it
	 */
	static long arrival(HttpServletRequest request) {
		return (request.getAttribute(ARRIVAL) instanceof Long arrival) ? arrival : System.nanoTime();
	}

	boolean isLarge(HttpServletRequest request) {
		long length = (request.getHeader(HttpHeaders.CONTENT_ENCODING) != null) ? -1 : request.getContentLengthLong();
		return length < 0 || length >= this.limits.large().toBytes();
	}

	static @Nullable Duration timeout(HttpServletRequest request) {
		return RequestTimeout.parse(Collections.list(request.getHeaders(RequestTimeout.HEADER)));
	}

}
