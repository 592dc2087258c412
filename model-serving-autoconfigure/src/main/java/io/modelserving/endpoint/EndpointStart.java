package io.modelserving.endpoint;

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.ModelKey;
import io.modelserving.openapi.Example;

/**
 * Whether an endpoint has started. One whose example is to be tried starts when a version
 * of its model has run it, and stays started. Thread-safe.
 */
final class EndpointStart {

	private final String path;

	/** The models being loaded with which the example is to be tried. */
	private final Set<ModelKey> expected = ConcurrentHashMap.newKeySet();

	private final AtomicReference<State> state = new AtomicReference<>(State.UNKNOWN);

	EndpointStart(String path) {
		this.path = path;
	}

	private volatile @Nullable Example response;

	/**
	 * Wait for the example to be tried, once a model has been loaded.
	 * @param model the model that is being loaded
	 */
	void expect(ModelKey model) {
		this.expected.add(model);
		this.state.compareAndSet(State.UNKNOWN, State.EXPECTED);
	}

	/**
	 * A model that the example needs is not there: wait for those that are being loaded,
	 * or else no longer.
	 * @param model the model with which it was tried, or that will not be there
	 */
	void postpone(ModelKey model) {
		this.expected.remove(model);
		if (this.expected.isEmpty()) {
			this.state.compareAndSet(State.EXPECTED, State.UNKNOWN);
		}
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
		this.expected.clear();
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
