package io.modelserving.tuning;

/**
 * Event of an application that serves models: a tuning of a model has ended. Published on
 * the thread that tuned it.
 *
 * @param status how it has ended, and what was found
 */
public record ModelTunedEvent(TuningStatus status) {
}
