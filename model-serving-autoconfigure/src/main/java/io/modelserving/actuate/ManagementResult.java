package io.modelserving.actuate;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The result of an operation.
 *
 * @param operation what was done
 * @param model the name of the model
 * @param outcome whether it is done, goes on, or has failed
 * @param versions the state in which it left each version that it was for
 * @param traffic who gets the calls that name no version
 * @param tuning the tuning that was begun or cancelled, {@code null} after other
 * operations
 */
record ManagementResult(String operation, String model, Outcome outcome, List<ModelsDescriptor.Entry> versions,
		TrafficDescriptor traffic, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable TuningDescriptor tuning) {

	/**
	 * The progress of an operation.
	 */
	enum Outcome {

		/** It is done. */
		DONE,

		/** It continues; the state of the versions shows how it ends. */
		PENDING,

		/** A version could not be loaded; the reason is in its state. */
		FAILED

	}

}
