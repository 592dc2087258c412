package io.modelserving.serving.scaling;

import org.jspecify.annotations.Nullable;

/**
 * The number of instances of a version of a model, and its reason.
 *
 * @param perDevice the number on each device
 * @param scaling between which numbers it is chosen by load, or {@code null} if it is not
 * @param reason what was decided last about the number, empty if nothing ever was
 */
public record InstanceStatus(int perDevice, @Nullable ScalingPolicy scaling, String reason) {
}
