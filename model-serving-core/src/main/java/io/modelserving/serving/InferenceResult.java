package io.modelserving.serving;

import io.modelserving.model.ModelKey;
import io.modelserving.tensor.NamedTensors;

/**
 * The result of a call.
 *
 * @param model the model and version that gave it
 * @param outputs the outputs asked for, in the order asked, or all in the model's order
 */
public record InferenceResult(ModelKey model, NamedTensors outputs) {
}
