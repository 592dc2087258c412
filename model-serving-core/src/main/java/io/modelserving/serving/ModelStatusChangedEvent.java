package io.modelserving.serving;

import io.modelserving.model.ModelStatus;

/**
 * Event of an application that serves models: a version of a model has changed its state.
 * Published on the thread that loads or unloads the model.
 *
 * @param status the new status
 */
public record ModelStatusChangedEvent(ModelStatus status) {
}
