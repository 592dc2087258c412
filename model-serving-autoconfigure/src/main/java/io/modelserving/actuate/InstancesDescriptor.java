package io.modelserving.actuate;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.InstanceSnapshot;
import io.modelserving.serving.scaling.InstanceStatus;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.serving.scaling.ScalingPolicy;

/**
 * The instances of a version of a model.
 *
 * @param perDevice the number on each device
 * @param min the fewest that load leaves, or {@code null} if load does not change the
 * number
 * @param max the most that load brings, or {@code null}
 * @param reason what was decided last about the number, empty if nothing ever was
 * @param each what each does, those included that end after their batch
 */
record InstancesDescriptor(int perDevice, @Nullable Integer min, @Nullable Integer max, String reason,
		List<Instance> each) {

	static @Nullable InstancesDescriptor of(ModelSnapshot model) {
		InstanceStatus status = model.instances();
		if (status == null) {
			return null;
		}
		ScalingPolicy scaling = status.scaling();
		return new InstancesDescriptor(status.perDevice(), (scaling != null) ? scaling.minInstances() : null,
				(scaling != null) ? scaling.maxInstances() : null, status.reason(),
				model.batcher().each().stream().map(Instance::of).toList());
	}

	/**
	 * One instance.
	 *
	 * @param name its name, which its thread has too
	 * @param device the device on which it runs
	 * @param busy whether it is running a batch
	 * @param batches the number of batches that it has begun
	 * @param requests the number of requests in them
	 * @param rows the number of rows in them
	 * @param busyTime the time that it has spent on them
	 * @param hung whether it hangs: its run did not end after it was terminated
	 */
	record Instance(String name, String device, boolean busy, long batches, long requests, long rows, Duration busyTime,
			boolean hung) {

		private static Instance of(InstanceSnapshot instance) {
			return new Instance(instance.name(), instance.device(), instance.busy(), instance.batches(),
					instance.requests(), instance.rows(), Duration.ofNanos(instance.busyNanos()), instance.hung());
		}

	}

}
