package io.modelserving.endpoint;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import io.modelserving.openapi.Example;

/**
 * Whether an endpoint has started. One whose example is to be tried starts when a version
 * of its model has run it, and stays started. Thread-safe.
 */
final class EndpointStart {

	private final String path;

	private final AtomicReference<State> state = new AtomicReference<>(State.UNKNOWN);

	EndpointStart(String path) {
		this.path = path;
	}

	private volatile @Nullable Example response;

	/** Wait for the example to be tried, once the model has been loaded. */
	void expect() {
		this.state.compareAndSet(State.UNKNOWN, State.EXPECTED);
	}

	/**
	 * Return the response to the example.
	 * @return the content of the JSON text, or {@code null} if it is not known, or not
	 * JSON
	 */
	@Nullable Example response() {
		return this.response;
	}

	void succeed(@Nullable Example newResponse) {
		this.response = newResponse;
		succeed();
	}

	void succeed() {
		this.state.set(State.STARTED);
	}

	/**
	 * Do not start, unless the endpoint has started already.
	 * @return whether it does not start
	 */
	boolean fail() {
		return this.state.updateAndGet((now) -> (now == State.STARTED) ? now : State.FAILED) == State.FAILED;
	}

	/** Return whether requests are rejected. */
	boolean hasFailed() {
		return this.state.get() == State.FAILED;
	}

	/**
	 * Return why the endpoint has not started, in words for callers.
	 * @return a sentence, or {@code null} if it has or no attempt is expected
	 */
	@Nullable String obstacle() {
		return switch (Objects.requireNonNull(this.state.get())) {
			case UNKNOWN, STARTED -> null;
			case EXPECTED -> "endpoint %s has not started: its example is still to be tried".formatted(this.path);
			case FAILED ->
				"endpoint %s has not started: its example does not work; the log says why".formatted(this.path);
		};
	}

	private enum State {

		UNKNOWN, EXPECTED, FAILED, STARTED

	}

}
