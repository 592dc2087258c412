package io.modelserving.web;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a request from before the application got it.
 */
public final class Arrival {

	/** The {@link System#nanoTime()} at which its headers arrived. */
	public static final String TIME = Arrival.class.getName() + ".TIME";

	/** Why its body was not read to the end. */
	public static final String REJECTION = Arrival.class.getName() + ".REJECTION";

	private Arrival() {
	}

	/**
	 * Return the time at which a request arrived.
	 * @param request the request
	 * @return the time, as {@link System#nanoTime()} gave it; now if nobody noted it
	 */
	public static long time(HttpServletRequest request) {
		return (request.getAttribute(TIME) instanceof Long time) ? time : System.nanoTime();
	}

	static @Nullable RuntimeException rejection(HttpServletRequest request) {
		return (request.getAttribute(REJECTION) instanceof RuntimeException reason) ? reason : null;
	}

}
