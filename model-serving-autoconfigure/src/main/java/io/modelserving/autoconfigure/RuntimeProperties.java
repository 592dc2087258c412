package io.modelserving.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;

import io.modelserving.model.onnx.ExecutionProvider;
import io.modelserving.model.onnx.OnnxOptions;
import io.modelserving.model.onnx.OnnxOptions.ExecutionMode;
import io.modelserving.model.onnx.OnnxOptions.GraphOptimization;
import io.modelserving.serving.scaling.InstanceSettings;
import io.modelserving.serving.scaling.InstanceSettings.OptimizeFor;
import io.modelserving.serving.scaling.ScalingPolicy;

/**
 * How a model is run.
 *
 * @param executionProviders Execution providers in order of preference; one that is not
 * available is passed over if another follows it.
 * @param devices Indexes of the devices to run on, each with its own instances.
 * @param instances Number of batches that run at once on each device, or auto for as many
 * as suit the cores, on an accelerator one.
 * @param minInstances Fewest instances on each device where their number follows the
 * load.
 * @param maxInstances Most instances on each device; setting it has their number follow
 * the load.
 * @param scaleUpQueueTime Time that calls may wait on average before there are more
 * instances.
 * @param scaleInterval Time over which is averaged, and which passes between two changes.
 * @param scaleDownAfter For how long there must have been too many instances before there
 * is one fewer.
 * @param intraOpThreads Number of threads that share the work of one operator, or auto.
 * @param interOpThreads Number of threads that run operators of one batch side by side; 1
 * runs them one after the other.
 * @param graphOptimization How far the graph of the model is optimized.
 * @param optimizedModelCache Directory in which optimized graphs are kept, to load faster
 * the next time.
 * @param allowSpinning Whether threads that wait for work burn their core for a while
 * before they sleep.
 * @param options Session options in the terms of ONNX Runtime, which win.
 * @param providerOptions Options of each execution provider in the terms of ONNX Runtime,
 * by the name of the provider.
 */
record RuntimeProperties(@Nullable List<String> executionProviders, @Nullable List<Integer> devices,
		@Nullable AutoNumber instances, @Nullable Integer minInstances, @Nullable Integer maxInstances,
		@Nullable Duration scaleUpQueueTime, @Nullable Duration scaleInterval, @Nullable Duration scaleDownAfter,
		@Nullable AutoNumber intraOpThreads, @Nullable Integer interOpThreads,
		@Nullable GraphOptimization graphOptimization, @Nullable Path optimizedModelCache,
		@Nullable Boolean allowSpinning, @DefaultValue Map<String, String> options,
		@DefaultValue Map<String, Map<String, String>> providerOptions) {

	RuntimeProperties over(RuntimeProperties defaults) {
		return new RuntimeProperties(Merge.first(this.executionProviders, defaults.executionProviders),
				Merge.first(this.devices, defaults.devices), Merge.first(this.instances, defaults.instances),
				Merge.first(this.minInstances, defaults.minInstances),
				Merge.first(this.maxInstances, defaults.maxInstances),
				Merge.first(this.scaleUpQueueTime, defaults.scaleUpQueueTime),
				Merge.first(this.scaleInterval, defaults.scaleInterval),
				Merge.first(this.scaleDownAfter, defaults.scaleDownAfter),
				Merge.first(this.intraOpThreads, defaults.intraOpThreads),
				Merge.first(this.interOpThreads, defaults.interOpThreads),
				Merge.first(this.graphOptimization, defaults.graphOptimization),
				Merge.first(this.optimizedModelCache, defaults.optimizedModelCache),
				Merge.first(this.allowSpinning, defaults.allowSpinning), Merge.entries(this.options, defaults.options),
				Merge.entries(this.providerOptions, defaults.providerOptions));
	}

	void check(PropertyPath path) {
		path.atLeast(1, "inter-op-threads", this.interOpThreads);
		path.atLeast(1, "min-instances", this.minInstances);
		path.atLeast(1, "max-instances", this.maxInstances);
		path.positive("scale-up-queue-time", this.scaleUpQueueTime);
		path.positive("scale-interval", this.scaleInterval);
		path.positive("scale-down-after", this.scaleDownAfter);
		if (this.devices != null) {
			path.check(!this.devices.isEmpty() && this.devices.stream().allMatch((device) -> device >= 0), "devices",
					this.devices, "indexes of devices are needed, the first being 0");
			path.check(this.devices.stream().distinct().count() == this.devices.size(), "devices", this.devices,
					"a device is listed twice; set instances to run more batches on it");
		}
		PropertyPath entries = path.child("options");
		this.options.forEach((key, value) -> entries.check(!value.isBlank(), key, value, "it must not be blank"));
		try {
			onnxOptions();
		}
		catch (IllegalArgumentException ex) {
			throw path.invalid("execution-providers", this.executionProviders, String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * Check what concerns several settings, some of which may be defaults.
	 */
	void checkWhole(PropertyPath path) {
		path.check(this.minInstances == null || this.maxInstances != null, "min-instances", this.minInstances,
				"the number of instances follows the load only if max-instances is set, too");
		try {
			scaling();
		}
		catch (IllegalArgumentException ex) {
			throw path.invalid("max-instances", this.maxInstances, String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * The work of an accelerator does not spread over the cores, and each batch that runs
	 * at once takes device memory: one at a time, unless the application says otherwise.
	 */
	InstanceSettings instanceSettings(@Nullable OptimizeFor optimizeFor) {
		Integer configured = AutoNumber.valueOf(this.instances);
		boolean accelerated = !(providers().get(0) instanceof ExecutionProvider.Cpu);
		return new InstanceSettings(Merge.or(optimizeFor, OptimizeFor.THROUGHPUT),
				(configured == null && accelerated && this.maxInstances == null) ? Integer.valueOf(1) : configured,
				AutoNumber.valueOf(this.intraOpThreads), Merge.or(this.devices, List.of(0)), scaling());
	}

	private @Nullable ScalingPolicy scaling() {
		return (this.maxInstances == null) ? null
				: new ScalingPolicy(Merge.or(this.minInstances, 1), this.maxInstances,
						Merge.or(this.scaleUpQueueTime, Duration.ofMillis(100)),
						Merge.or(this.scaleInterval, Duration.ofSeconds(5)),
						Merge.or(this.scaleDownAfter, Duration.ofMinutes(2)));
	}

	OnnxOptions onnxOptions() {
		OnnxOptions defaults = OnnxOptions.defaults();
		int threads = Merge.or(this.interOpThreads, 1);
		return new OnnxOptions(providers(), Merge.or(this.graphOptimization, defaults.graphOptimization()),
				(threads > 1) ? ExecutionMode.PARALLEL : ExecutionMode.SEQUENTIAL, threads,
				Merge.or(this.allowSpinning, defaults.spinning()), defaults.cpuArena(), defaults.memoryPattern(),
				this.optimizedModelCache, this.options, defaults.logSeverity());
	}

	private List<ExecutionProvider> providers() {
		return Merge.or(this.executionProviders, List.of("cpu"))
			.stream()
			.map((name) -> name.strip().toLowerCase(Locale.ROOT))
			.map((name) -> ExecutionProvider.of(name, this.providerOptions.getOrDefault(name, Map.of())))
			.toList();
	}

}
