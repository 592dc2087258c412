package io.modelserving.autoconfigure.endpoint;

import java.time.Duration;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

import io.modelserving.web.stream.Streams;

/**
 * Ends the streams while the web server waits for its requests, each with an error that
 * says why, before the server would cut the connections.
 */
final class StreamDrain implements SmartLifecycle {

	private final Streams streams;

	private final Duration patience;

	private volatile boolean running;

	/**
	 * Create the drain.
	 * @param streams the streams
	 * @param patience the time for streams to end by themselves
	 */
	StreamDrain(Streams streams, Duration patience) {
		this.streams = streams;
		this.patience = patience;
	}

	@Override
	public void start() {
		this.streams.resume();
		this.running = true;
	}

	@Override
	public void stop(Runnable callback) {
		this.running = false;
		this.streams.drain(this.patience, callback);
	}

	@Override
	public void stop() {
		stop(() -> {
		});
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public int getPhase() {
		return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE;
	}

}
