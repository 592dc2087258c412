package io.modelserving.client;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a version of a model since it was loaded.
 *
 * @param name the name of the model
 * @param version the version
 * @param lastInference when it was last called, in milliseconds of the Unix epoch; 0 if
 * never
 * @param inferences the rows that it has run
 * @param executions the batches that it has run
 * @param totals the outcomes of the calls, and where their time was spent
 * @param batches the same for each size of batch
 */
public record ModelStatistics(String name, String version, @JsonProperty("last_inference") long lastInference,
		@JsonProperty("inference_count") long inferences, @JsonProperty("execution_count") long executions,
		@JsonProperty("inference_stats") Totals totals, @JsonProperty("batch_stats") List<Batches> batches) {

	public ModelStatistics(String name, String version, long lastInference, long inferences, long executions,
			Totals totals, @Nullable List<Batches> batches) {
		this.name = name;
		this.version = version;
		this.lastInference = lastInference;
		this.inferences = inferences;
		this.executions = executions;
		this.totals = totals;
		this.batches = (batches != null) ? List.copyOf(batches) : List.of();
	}

	/**
	 * How often something happened, and how long it took in all.
	 *
	 * @param count how often
	 * @param nanos the nanoseconds
	 */
	public record Figure(long count, @JsonProperty("ns") long nanos) {
	}

	/**
	 * Calls.
	 *
	 * @param success those that succeeded
	 * @param fail those that failed
	 * @param queue the time before they ran
	 * @param computeInput the time to put inputs together
	 * @param computeInfer the time of the model
	 * @param computeOutput the time to take outputs apart
	 */
	public record Totals(Figure success, Figure fail, Figure queue, @JsonProperty("compute_input") Figure computeInput,
			@JsonProperty("compute_infer") Figure computeInfer, @JsonProperty("compute_output") Figure computeOutput) {
	}

	/**
	 * Batches of one size.
	 *
	 * @param rows the size
	 * @param computeInput the time to put inputs together
	 * @param computeInfer the time of the model
	 * @param computeOutput the time to take outputs apart
	 */
	public record Batches(@JsonProperty("batch_size") long rows, @JsonProperty("compute_input") Figure computeInput,
			@JsonProperty("compute_infer") Figure computeInfer, @JsonProperty("compute_output") Figure computeOutput) {
	}

}
