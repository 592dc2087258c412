package io.modelserving.metrics;

import java.util.List;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter.Type;
import io.micrometer.core.instrument.docs.MeterDocumentation;

import io.modelserving.metrics.ModelServingMeters.Tag;
import io.modelserving.serving.stream.StreamOutcome;

/**
 * The meters of the streams of an endpoint: their only declaration, from which they are
 * registered, and the table in {@code docs/metrics.md} is generated.
 */
enum StreamMeters implements MeterDocumentation {

	DURATION("model.serving.streams", Type.TIMER, "Time from the arrival of a request to the end of its stream",
			StreamOutcome.values()),

	OPEN("model.serving.streams.open", Type.GAUGE, "Streams that are open"),

	EVENTS("model.serving.streams.events", Type.COUNTER, "Events that were sent");

	private final String name;

	private final Type type;

	private final String description;

	private final List<StreamOutcome> outcomes;

	StreamMeters(String name, Type type, String description, StreamOutcome... outcomes) {
		this.name = name;
		this.type = type;
		this.description = description;
		this.outcomes = List.of(outcomes);
	}

	@Override
	public String getName() {
		return this.name;
	}

	@Override
	public Type getType() {
		return this.type;
	}

	@Override
	public KeyName[] getKeyNames() {
		return this.outcomes.isEmpty() ? new KeyName[] { Key.ENDPOINT } : new KeyName[] { Key.ENDPOINT, Tag.OUTCOME };
	}

	String description() {
		return this.description;
	}

	/** Return the values of the tag {@code outcome}, none if there is no such tag. */
	List<String> outcomes() {
		return this.outcomes.stream().map(Tag::value).toList();
	}

	/** The keys of the tags that only these meters have. */
	enum Key implements KeyName {

		ENDPOINT;

		@Override
		public String asString() {
			return Tag.value(this);
		}

	}

}
