package io.modelserving.serving.scaling;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How many batches run at once, and with how many threads each.
 *
 * @param optimizeFor what the numbers that are not given are chosen for
 * @param instances the number of instances on each device, or {@code null} to choose it
 * @param intraOpThreads the number of threads that share the work of one operator, or
 * {@code null} to choose it
 * @param devices the indexes of the devices to run on, at least one
 * @param scaling the bounds of the number of instances, which follows the load, or
 * {@code null} if their number is fixed
 */
public record InstanceSettings(OptimizeFor optimizeFor, @Nullable Integer instances, @Nullable Integer intraOpThreads,
		List<Integer> devices, @Nullable ScalingPolicy scaling) {

	/** The most instances on each device. */
	public static final int MOST_INSTANCES = 256;

	public InstanceSettings {
		devices = List.copyOf(devices);
		require("instances", instances);
		if (instances != null && instances > MOST_INSTANCES) {
			throw new IllegalArgumentException(
					"instances is %d; it must be at most %d".formatted(instances, MOST_INSTANCES));
		}
		require("intra-op-threads", intraOpThreads);
		if (devices.isEmpty()) {
			throw new IllegalArgumentException("devices is empty; at least one is needed");
		}
	}

	/**
	 * Create settings of a fixed number of instances.
	 */
	public InstanceSettings(OptimizeFor optimizeFor, @Nullable Integer instances, @Nullable Integer intraOpThreads,
			List<Integer> devices) {
		this(optimizeFor, instances, intraOpThreads, devices, null);
	}

	private static void require(String name, @Nullable Integer value) {
		if (value != null && value < 1) {
			throw new IllegalArgumentException("%s is %d; it must be at least 1".formatted(name, value));
		}
	}

	public static InstanceSettings defaults() {
		return new InstanceSettings(OptimizeFor.THROUGHPUT, null, null, List.of(0));
	}

	/**
	 * Return these settings with another number of instances on each device.
	 * @throws IllegalArgumentException if the number is out of its bounds
	 */
	public InstanceSettings withInstances(int number) {
		return new InstanceSettings(this.optimizeFor, number, this.intraOpThreads, this.devices, this.scaling);
	}

	/**
	 * Return the number of instances on each device.
	 * @param cores the cores that the process may use
	 * @return the number that is given, else, if it is chosen by load, the fewest; else
	 * for throughput as many as fit the cores, for latency one
	 */
	public int instancesFor(int cores) {
		if (this.instances != null) {
			return this.instances;
		}
		if (this.scaling != null) {
			return this.scaling.minInstances();
		}
		if (this.intraOpThreads != null) {
			return Math.max(1, cores / this.intraOpThreads);
		}
		return (this.optimizeFor == OptimizeFor.THROUGHPUT) ? cores : 1;
	}

	/**
	 * Return the number of threads that share the work of one operator.
	 * @param cores the cores that the process may use
	 * @return as many as the cores allow when all instances run that there may ever be,
	 * at least 1
	 */
	public int intraOpThreadsFor(int cores) {
		if (this.intraOpThreads != null) {
			return this.intraOpThreads;
		}
		int most = (this.scaling != null) ? Math.max(this.scaling.maxInstances(), instancesFor(cores))
				: instancesFor(cores);
		return Math.max(1, cores / most);
	}

	/**
	 * What the machine's cores are spent on.
	 */
	public enum OptimizeFor {

		/** Many batches at once, one thread each. */
		THROUGHPUT,

		/** One batch at a time, on all cores. */
		LATENCY

	}

}
