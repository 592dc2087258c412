package io.modelserving.endpoint;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the mistakes of a handler: the first of each kind as an error with its stack
 * trace, those like it in a line with their number. Thread-safe.
 */
final class HandlerFaults {

	private static final Logger logger = LoggerFactory.getLogger(HandlerFaults.class);

	private static final int MAX_LENGTH = 300;

	private static final int MAX_KINDS = 100;

	private final String path;

	private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();

	HandlerFaults(String path) {
		this.path = path;
	}

	/**
	 * Log a mistake.
	 * @param fault the mistake
	 * @return what the caller gets, which has the id that is in the log and no details
	 */
	Problem problem(HandlerFailedException fault) {
		String id = ProblemMapper.newId();
		String kind = (this.counts.size() < MAX_KINDS || this.counts.containsKey(fault.kind())) ? fault.kind()
				: "other";
		long number = this.counts.computeIfAbsent(kind, (key) -> new AtomicLong()).incrementAndGet();
		if (number == 1) {
			logger.error("Request to {} failed with id {}: {}", this.path, id, cut(fault), fault);
		}
		else {
			logger.warn("Request to {} failed with id {}, number {} of its kind: {}", this.path, id, number,
					cut(fault));
		}
		return ProblemMapper.logged(ProblemMapper.INSIDE, id);
	}

	private static String cut(HandlerFailedException fault) {
		String message = String.valueOf(fault.getMessage());
		return (message.length() > MAX_LENGTH) ? message.substring(0, MAX_LENGTH) + "…" : message;
	}

}
