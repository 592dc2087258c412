package io.modelserving.serving.traffic;

import java.time.Instant;

import io.modelserving.model.ModelKey;

/**
 * A version that has lost its traffic because too many of its calls failed. It gets none
 * until the traffic of the model is set again.
 *
 * @param model the model and version that failed
 * @param to the version that calls have returned to
 * @param calls the number of calls that were looked at
 * @param failures how many of them failed
 * @param reason why, in a sentence
 * @param since the time of it
 */
public record RolledBack(ModelKey model, long to, int calls, int failures, String reason, Instant since) {
}
