package io.modelserving.serving;

import io.modelserving.serving.traffic.RolledBack;

/**
 * Event of an application that serves models: a version has lost its traffic because too
 * many of its calls failed. Published on the thread that completed the last of them.
 *
 * @param rolledBack which, and why
 */
public record ModelRolledBackEvent(RolledBack rolledBack) {
}
