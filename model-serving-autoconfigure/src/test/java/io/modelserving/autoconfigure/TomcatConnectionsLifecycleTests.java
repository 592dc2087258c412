package io.modelserving.autoconfigure;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import org.springframework.boot.web.server.context.WebServerApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

class TomcatConnectionsLifecycleTests {

	@Test
	void whenConnectionsAreLeftThenStopsOnceTheyAreGone() {
		AtomicLong connections = new AtomicLong(3);
		AtomicInteger asked = new AtomicInteger();
		TomcatConnectionsLifecycle lifecycle = new TomcatConnectionsLifecycle(() -> {
			asked.incrementAndGet();
			return connections.getAndDecrement();
		});
		lifecycle.start();
		lifecycle.stop();
		assertThat(asked).hasValue(4);
		assertThat(lifecycle.isRunning()).isFalse();
	}

	@Test
	void whenConnectionsStayThenStopsAllTheSame() {
		TomcatConnectionsLifecycle lifecycle = new TomcatConnectionsLifecycle(() -> 1);
		lifecycle.start();
		lifecycle.stop();
		assertThat(lifecycle.isRunning()).isFalse();
	}

	@Test
	void stopsAfterTheGracefulShutdownAndBeforeTheWebServerAndTheModels() {
		assertThat(new TomcatConnectionsLifecycle(() -> 0).getPhase())
			.isLessThan(WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE)
			.isGreaterThan(WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE)
			.isGreaterThan(ModelServingLifecycle.PHASE);
	}

}
