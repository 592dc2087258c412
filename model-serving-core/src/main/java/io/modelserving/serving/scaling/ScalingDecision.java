package io.modelserving.serving.scaling;

import io.modelserving.serving.scaling.ScalingPolicy.History;

/**
 * The number of instances to have.
 *
 * @param instances the wanted number on each device
 * @param reason why, in words for the operator
 * @param history what to remember until the next decision
 */
public record ScalingDecision(int instances, String reason, History history) {
}
