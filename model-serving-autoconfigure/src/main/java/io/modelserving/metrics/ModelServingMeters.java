package io.modelserving.metrics;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter.Type;
import io.micrometer.core.instrument.docs.MeterDocumentation;
import org.jspecify.annotations.Nullable;

import io.modelserving.batching.DispatchReason;
import io.modelserving.batching.admission.RejectionReason;
import io.modelserving.model.ModelState;
import io.modelserving.model.Outcome;
import io.modelserving.sequence.SequenceEnd;
import io.modelserving.serving.cache.CacheOutcome;
import io.modelserving.serving.scaling.Scaled.Direction;
import io.modelserving.serving.traffic.ShadowOutcome;

/**
 * The meters of a version of a model: their only declaration. Meters are registered from
 * it, and the table in {@code docs/metrics.md} is generated from it.
 */
enum ModelServingMeters implements MeterDocumentation {

	REQUESTS("requests", Type.TIMER, "seconds", "Time from the arrival of a request to its end", Tag.OUTCOME,
			Outcome.values()),

	QUEUE("queue", Type.TIMER, "seconds", "Time that a request waited in the queue"),

	EXECUTION("execution", Type.TIMER, "seconds", "Time that the model took to run a batch"),

	MERGE("merge", Type.COUNTER, "seconds", "Time spent on putting batches together"),

	SCATTER("scatter", Type.COUNTER, "seconds", "Time spent on dividing the outputs of batches"),

	BATCH_ROWS("batch.rows", Type.DISTRIBUTION_SUMMARY, "rows", "Rows in a batch"),

	DISPATCHES("dispatches", Type.COUNTER, null, "Batches that left the queue, by the reason for it", Tag.REASON,
			DispatchReason.values()),

	REJECTIONS("rejections", Type.COUNTER, null, "Requests that never ran, by the reason for it", Tag.REASON,
			RejectionReason.values()),

	EXECUTION_FAILURES("execution.failures", Type.COUNTER, null, "Runs of the model that failed"),

	BATCH_MISMATCHES("batch.mismatches", Type.COUNTER, null,
			"Runs whose output did not have the rows of the batch. The model is unbatched from the first on"),

	TERMINATIONS("terminations", Type.COUNTER, null,
			"Runs that were terminated because all their callers were gone or the model was drained"),

	HANGS("hangs", Type.COUNTER, null, "Runs that did not end after they were terminated"),

	QUEUE_ROWS("queue.rows", Type.GAUGE, null, "Rows that wait in the queue"),

	INFLIGHT("inflight", Type.GAUGE, "requests", "Requests accepted and not yet completed"),

	INSTANCES("instances", Type.GAUGE, null, "Instances that run batches"),

	INSTANCES_BUSY("instances.busy", Type.GAUGE, null, "Instances that are running a batch"),

	INSTANCES_HUNG("instances.hung", Type.GAUGE, null, "Instances whose run does not end"),

	SCALINGS("scalings", Type.COUNTER, null, "Changes of the number of instances", Tag.DIRECTION, Direction.values()),

	CACHE_REQUESTS("cache.requests", Type.COUNTER, null, "Requests, by what the response cache did for them",
			Tag.OUTCOME, CacheOutcome.values()),

	CACHE_ENTRIES("cache.entries", Type.GAUGE, null,
			"Results in the response cache. No series where a CacheManager has them"),

	CACHE_BYTES("cache.size", Type.GAUGE, "bytes",
			"Memory that results in the response cache take. No series where a CacheManager has them"),

	CACHE_EVICTIONS("cache.evictions", Type.COUNTER, null,
			"Results that the response cache dropped for want of room, or after their time"),

	CACHE_FAILURES("cache.failures", Type.COUNTER, null,
			"Results that the response cache could not read or keep. The requests went on without"),

	LOAD("load", Type.GAUGE, "seconds", "Time that loading the model took, the last time"),

	WARMUP("warmup", Type.GAUGE, "seconds", "Time that warming up the model took, the last time"),

	WARMUP_NONFINITE("warmup.nonfinite", Type.COUNTER, null,
			"Outputs that were NaN or infinite for inputs of warm-up.samples"),

	MODEL_STATE("model.state", Type.GAUGE, null, "1 for the state that the version is in. Other states have no series",
			Tag.STATE, ModelState.values()),

	TRAFFIC_SHARE("traffic.share", Type.GAUGE, null, "Share of the requests that name no version"),

	ROLLBACKS("rollbacks", Type.COUNTER, null, "Times that the version lost its traffic because requests failed"),

	SHADOW("shadow", Type.COUNTER, null, "Copies of requests that the version got, by how the results compare",
			Tag.OUTCOME, ShadowOutcome.values()),

	SEQUENCES("sequences", Type.GAUGE, null, "Sequences whose state is kept, of a model that keeps state"),

	SEQUENCES_STARTED("sequences.started", Type.COUNTER, null, "Sequences whose first request has run"),

	SEQUENCES_ENDED("sequences.ended", Type.COUNTER, null, "Sequences that ended, by how they did", Tag.OUTCOME,
			SequenceEnd.values());

	private static final String PREFIX = "model.serving";

	/** Each about three times the one before, which is enough for a quantile. */
	private static final Duration[] BUCKETS = LongStream.of(1, 3, 10, 30, 100, 300, 1000, 3000)
		.mapToObj(Duration::ofMillis)
		.toArray(Duration[]::new);

	private final String name;

	private final Type type;

	private final @Nullable String baseUnit;

	private final String description;

	private final @Nullable Tag tag;

	private final List<Enum<?>> tagValues;

	ModelServingMeters(String name, Type type, @Nullable String baseUnit, String description) {
		this(name, type, baseUnit, description, null);
	}

	ModelServingMeters(String name, Type type, @Nullable String baseUnit, String description, @Nullable Tag tag,
			Enum<?>... tagValues) {
		this.name = PREFIX + "." + name;
		this.type = type;
		this.baseUnit = baseUnit;
		this.description = description;
		this.tag = tag;
		this.tagValues = List.of(tagValues);
	}

	@Override
	public String getName() {
		return this.name;
	}

	/**
	 * Return the name of the meter where a stage of a pipeline has it.
	 * @return the name
	 */
	String stageName() {
		return PREFIX + ".stage" + this.name.substring(PREFIX.length());
	}

	@Override
	public Type getType() {
		return this.type;
	}

	@Override
	public @Nullable String getBaseUnit() {
		return this.baseUnit;
	}

	@Override
	public String getPrefix() {
		return PREFIX;
	}

	@Override
	public KeyName[] getKeyNames() {
		return Stream.of(Tag.MODEL, Tag.VERSION, this.tag).filter((key) -> key != null).toArray(KeyName[]::new);
	}

	/**
	 * Return the upper bounds of the buckets that are published where nothing is
	 * configured.
	 * @return the bounds; empty for no buckets
	 */
	Duration[] buckets() {
		return switch (this) {
			case REQUESTS -> BUCKETS.clone();
			case QUEUE -> Arrays.copyOf(BUCKETS, BUCKETS.length - 1);
			default -> new Duration[0];
		};
	}

	String description() {
		return this.description;
	}

	/**
	 * Return the tag that this meter has beside {@code model} and {@code version}.
	 * @return the tag, or {@code null} if there is none
	 */
	@Nullable Tag tag() {
		return this.tag;
	}

	/**
	 * Return the values of {@link #tag}.
	 * @return the values; empty if there is no such tag
	 */
	List<Enum<?>> tagValues() {
		return this.tagValues;
	}

	/**
	 * The keys of the tags.
	 */
	enum Tag implements KeyName {

		MODEL, VERSION, OUTCOME, REASON, DIRECTION, STATE, STAGE;

		@Override
		public String asString() {
			return value(this);
		}

		static String value(Enum<?> value) {
			return value.name().toLowerCase(Locale.ROOT);
		}

	}

}
