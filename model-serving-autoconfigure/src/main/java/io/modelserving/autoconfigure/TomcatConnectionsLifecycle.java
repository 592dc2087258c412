package io.modelserving.autoconfigure;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Lets Tomcat answer what it had accepted before it was told to end. Its graceful
 * shutdown closes the port and waits for the requests that a servlet has. One whose
 * connection was accepted and which no servlet has yet is not counted; it would meet an
 * application that is being torn down, and get an error page of Tomcat's. So this waits,
 * between the graceful shutdown and the end of the web server, until no connection is
 * left. Those that only stay open for further requests are not waited for long.
 */
final class TomcatConnectionsLifecycle implements SmartLifecycle {

	/** After the graceful shutdown of the web server and before its end. */
	static final int PHASE = WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE - 512;

	private static final Duration PATIENCE = Duration.ofMillis(500);

	private static final Duration PAUSE = Duration.ofMillis(10);

	private final LongSupplier connections;

	private volatile boolean running;

	/**
	 * Create a lifecycle.
	 * @param connections counts the open connections
	 */
	TomcatConnectionsLifecycle(LongSupplier connections) {
		this.connections = connections;
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		long end = System.nanoTime() + PATIENCE.toNanos();
		while (this.connections.getAsLong() > 0 && System.nanoTime() - end < 0
				&& !Thread.currentThread().isInterrupted()) {
			LockSupport.parkNanos(PAUSE.toNanos());
		}
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
		return PHASE;
	}

}
