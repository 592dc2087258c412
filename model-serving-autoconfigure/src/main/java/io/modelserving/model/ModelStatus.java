package io.modelserving.model;

import java.time.Instant;

/**
 * State of one version of a model, and why.
 *
 * @param key the model and version
 * @param state the state
 * @param reason why, for instance the error of a failed load with what would mend it;
 * empty where the state says all
 * @param required whether the application counts as ready only with this model
 * @param since the time of the change to this state
 */
public record ModelStatus(ModelKey key, ModelState state, String reason, boolean required, Instant since) {
}
