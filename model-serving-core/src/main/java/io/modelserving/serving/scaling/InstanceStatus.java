package io.modelserving.serving.scaling;

import org.jspecify.annotations.Nullable;

/**
 * How many instances of a version of a model there are, and why.
 *
 * @param perDevice the number on each device
 * @param scaling between which numbers it is chosen by load, or {@code null} if it is not
 * @param reason what was decided last about the number, empty if nothing ever was
 */
public record InstanceStatus(int perDevice, @Nullable ScalingPolicy scaling, String reason) {
}
