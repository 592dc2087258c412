package io.modelserving.metrics;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import io.modelserving.serving.stream.StreamOutcome;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MicrometerStreamListener}.
 */
class MicrometerStreamListenerTests {

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final MicrometerStreamListener listener = new MicrometerStreamListener(this.registry);

	@Test
	void streamsAreCountedByEndpointAndOutcome() {
		this.listener.opened("/a");
		this.listener.opened("/a");
		this.listener.opened("/b");
		this.listener.sent("/a");
		this.listener.ended("/a", StreamOutcome.SLOW_CLIENT, 1_000_000_000);
		assertThat(this.registry.get("model.serving.streams.open").tag("endpoint", "/a").gauge().value()).isEqualTo(1);
		assertThat(this.registry.get("model.serving.streams.events").tag("endpoint", "/a").counter().count())
			.isEqualTo(1);
		assertThat(this.registry.get("model.serving.streams")
			.tag("endpoint", "/a")
			.tag("outcome", "slow_client")
			.timer()
			.count()).isEqualTo(1);
		assertThat(this.registry.get("model.serving.streams.open").tag("endpoint", "/b").gauge().value()).isEqualTo(1);
	}

}
