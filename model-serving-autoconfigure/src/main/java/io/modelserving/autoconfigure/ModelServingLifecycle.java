package io.modelserving.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.Ordered;

import io.modelserving.serving.server.ModelServer;

/**
 * Starts and stops the server with the application.
 * <p>
 * It starts before the web server and leaves the loading to other threads, so that
 * liveness never waits for a model. When the application begins to shut down, no model is
 * loaded any more, but calls are still taken: the servers that carry them stop first,
 * each finishing what it has accepted while it rejects what is new. Then the models
 * finish what they have accepted, within the grace period, and give their memory back.
 * Stopping the context without closing it, or pausing it, leaves the models as they are.
 */
final class ModelServingLifecycle
		implements SmartLifecycle, ApplicationListener<ContextClosedEvent>, ApplicationContextAware, Ordered {

	/** Starts before the web server and stops after it. A constant, so needs no class. */
	static final int PHASE = WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1024;

	private static final Logger logger = LoggerFactory.getLogger(ModelServingLifecycle.class);

	private final ModelServer server;

	private final Duration grace;

	private volatile boolean started;

	private volatile boolean running;

	private volatile boolean closing;

	private @Nullable ApplicationContext context;

	ModelServingLifecycle(ModelServer server, Duration grace) {
		this.server = server;
		this.grace = grace;
	}

	@Override
	public void setApplicationContext(ApplicationContext applicationContext) {
		this.context = applicationContext;
	}

	@Override
	public void start() {
		this.running = true;
		if (!this.started) {
			this.started = true;
			this.server.start();
		}
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		if (event.getApplicationContext() == this.context) {
			this.closing = true;
			this.server.stopLoading();
		}
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

	@Override
	public void stop() {
		this.running = false;
		if (this.closing && !this.server.drain(this.grace)) {
			logger.warn(
					"Models were not done after {} s; calls still under way fail. "
							+ "spring.lifecycle.timeout-per-shutdown-phase gives them more time",
					this.grace.toSeconds());
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
