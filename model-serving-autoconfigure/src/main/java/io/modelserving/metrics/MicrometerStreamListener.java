package io.modelserving.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import io.modelserving.metrics.ModelServingMeters.Tag;
import io.modelserving.web.stream.StreamListener;
import io.modelserving.serving.stream.StreamOutcome;

/**
 * Records what happens to streams in {@link StreamMeters}, from the first stream of an
 * endpoint on. Thread-safe.
 */
public final class MicrometerStreamListener implements StreamListener {

	private final MeterRegistry registry;

	private final Map<String, EndpointMeters> meters = new ConcurrentHashMap<>();

	/**
	 * Create a listener.
	 * @param registry where the meters go
	 */
	public MicrometerStreamListener(MeterRegistry registry) {
		this.registry = registry;
	}

	@Override
	public void opened(String endpoint) {
		of(endpoint).open().incrementAndGet();
	}

	@Override
	public void sent(String endpoint) {
		of(endpoint).events().increment();
	}

	@Override
	public void ended(String endpoint, StreamOutcome outcome, long nanos) {
		of(endpoint).open().decrementAndGet();
		Timer.builder(StreamMeters.DURATION.getName())
			.description(StreamMeters.DURATION.description())
			.tag(StreamMeters.Key.ENDPOINT.asString(), endpoint)
			.tag(Tag.OUTCOME.asString(), Tag.value(outcome))
			.register(this.registry)
			.record(nanos, TimeUnit.NANOSECONDS);
	}

	private EndpointMeters of(String endpoint) {
		return this.meters.computeIfAbsent(endpoint, (path) -> EndpointMeters.register(this.registry, path));
	}

	/**
	 * The meters of the streams of one endpoint.
	 */
	private record EndpointMeters(AtomicInteger open, Counter events) {

		static EndpointMeters register(MeterRegistry registry, String endpoint) {
			AtomicInteger open = new AtomicInteger();
			Gauge.builder(StreamMeters.OPEN.getName(), open, AtomicInteger::get)
				.description(StreamMeters.OPEN.description())
				.tag(StreamMeters.Key.ENDPOINT.asString(), endpoint)
				.strongReference(true)
				.register(registry);
			return new EndpointMeters(open,
					Counter.builder(StreamMeters.EVENTS.getName())
						.description(StreamMeters.EVENTS.description())
						.tag(StreamMeters.Key.ENDPOINT.asString(), endpoint)
						.register(registry));
		}

	}

}
