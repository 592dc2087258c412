package io.modelserving.metrics;

import java.util.List;

import io.micrometer.core.instrument.Meter.Type;
import org.jspecify.annotations.Nullable;

import io.modelserving.batching.DispatchReason;
import io.modelserving.batching.RejectionReason;
import io.modelserving.model.ModelState;
import io.modelserving.serving.Outcome;
import io.modelserving.serving.Scaled.Direction;
import io.modelserving.serving.ShadowOutcome;

/**
 * The meters of a served model. Every one carries the tags {@value #MODEL_TAG} and
 * {@value #VERSION_TAG}.
 */
public enum ModelServingMeters {

	/** Calls, by how they ended. */
	REQUESTS("requests", Type.TIMER, null, "Time from the arrival of a call to its end", Outcome.class),

	/** Time spent waiting for an instance. */
	QUEUE("queue", Type.TIMER, null, "Time that a request waited before it was run", null),

	/** Putting batches together. */
	MERGE("merge", Type.TIMER, null, "Time that it took to put a batch together", null),

	/** Runs of the model. */
	EXECUTION("execution", Type.TIMER, null, "Time that the model took to run a batch", null),

	/** Taking answers apart. */
	SCATTER("scatter", Type.TIMER, null, "Time that it took to take the answer to a batch apart", null),

	/** Rows of a batch. */
	BATCH_ROWS("batch.rows", Type.DISTRIBUTION_SUMMARY, "rows", "Rows in a batch", null),

	/** Requests of a batch. */
	BATCH_REQUESTS("batch.requests", Type.DISTRIBUTION_SUMMARY, "requests", "Requests in a batch", null),

	/** Batches, by why they left the queue. */
	DISPATCHES("dispatches", Type.COUNTER, null, "Batches that left the queue", DispatchReason.class),

	/** Failed runs, those of a batch that is then bisected included. */
	EXECUTION_FAILURES("execution.failures", Type.COUNTER, null, "Runs of the model that failed", null),

	/** Runs whose output was not divided. */
	BATCH_MISMATCHES("batch.mismatches", Type.COUNTER, null, "Runs whose output did not have the rows of the batch",
			null),

	/** Runs that nobody waited for any more. */
	TERMINATIONS("terminations", Type.COUNTER, null, "Runs that were terminated", null),

	/** Runs that did not end. */
	HANGS("hangs", Type.COUNTER, null, "Runs that did not end after they were terminated", null),

	/** Requests that never ran. */
	REJECTIONS("rejections", Type.COUNTER, null, "Requests that left without having run", RejectionReason.class),

	/** Rows that wait. */
	QUEUE_ROWS("queue.rows", Type.GAUGE, null, "Rows that wait for an instance", null),

	/** Requests that wait. */
	QUEUE_REQUESTS("queue.requests", Type.GAUGE, null, "Requests that wait for an instance", null),

	/** Requests in the house. */
	INFLIGHT("inflight", Type.GAUGE, "requests", "Requests accepted and not yet answered", null),

	/** Instances that run a batch. */
	INSTANCES_BUSY("instances.busy", Type.GAUGE, null, "Instances that are running a batch", null),

	/** Instances that there are. */
	INSTANCES("instances", Type.GAUGE, null, "Instances that run batches", null),

	/** Instances that hang. */
	INSTANCES_HUNG("instances.hung", Type.GAUGE, null, "Instances whose run does not end", null),

	/** Changes of the number of instances. */
	SCALINGS("scalings", Type.COUNTER, null, "Changes of the number of instances", Direction.class),

	/** Loading. */
	LOAD("load", Type.TIMER, null, "Time that it took to load the model", null),

	/** Warming up. */
	WARMUP("warmup", Type.TIMER, null, "Time that it took to warm up the model", null),

	/** Outputs that were not finite for given samples. */
	WARMUP_NONFINITE("warmup.nonfinite", Type.COUNTER, null,
			"Outputs that were not finite numbers for samples of warm-up", null),

	/** Part of the traffic. */
	TRAFFIC_SHARE("traffic.share", Type.GAUGE, null, "Share of the calls that name no version", null),

	/** Times that the version has lost its traffic. */
	ROLLBACKS("rollbacks", Type.COUNTER, null, "Times that the version lost its traffic because calls failed", null),

	/** Copies of calls that the version got. */
	SHADOW("shadow", Type.COUNTER, null, "Copies of calls, by how the answer compares", ShadowOutcome.class),

	/** One gauge for each state. */
	MODEL_STATE("model.state", Type.GAUGE, null, "1 for the state that the model is in, 0 for the others",
			ModelState.class);

	/** Tag for the name of the model. */
	public static final String MODEL_TAG = "model";

	/** Tag for the version of the model. */
	public static final String VERSION_TAG = "version";

	private static final String PREFIX = "model.serving.";

	private final String meterName;

	private final Type type;

	private final @Nullable String baseUnit;

	private final String description;

	private final @Nullable Class<? extends Enum<?>> tagValues;

	ModelServingMeters(String name, Type type, @Nullable String baseUnit, String description,
			@Nullable Class<? extends Enum<?>> tagValues) {
		this.meterName = PREFIX + name;
		this.type = type;
		this.baseUnit = baseUnit;
		this.description = description;
		this.tagValues = tagValues;
	}

	public String meterName() {
		return this.meterName;
	}

	public Type type() {
		return this.type;
	}

	/**
	 * Return the unit of the values.
	 * @return the unit, or {@code null} for time and for what the name already says
	 */
	public @Nullable String baseUnit() {
		return this.baseUnit;
	}

	public String description() {
		return this.description;
	}

	/**
	 * Return the tags.
	 * @return the names, those that every meter has first
	 */
	public List<String> tags() {
		String own = ownTag();
		return (own != null) ? List.of(MODEL_TAG, VERSION_TAG, own) : List.of(MODEL_TAG, VERSION_TAG);
	}

	/**
	 * Return the tag that only this meter has.
	 * @return the name, or {@code null} if there is none
	 */
	@Nullable String ownTag() {
		if (this.tagValues == null) {
			return null;
		}
		if (this.tagValues == Outcome.class || this.tagValues == ShadowOutcome.class) {
			return "outcome";
		}
		if (this.tagValues == Direction.class) {
			return "direction";
		}
		return (this.tagValues == ModelState.class) ? "state" : "reason";
	}

}
