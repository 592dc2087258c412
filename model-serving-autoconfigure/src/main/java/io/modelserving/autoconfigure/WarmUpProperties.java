package io.modelserving.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.WarmUpSettings;
import io.modelserving.serving.WarmUpSettings.Samples;

/**
 * How a model is warmed up.
 *
 * @param enabled Whether the model runs before it takes requests.
 * @param samples Locations of files with inputs to run on; generated inputs if there are
 * none.
 * @param timeout Longest time that warming up may take.
 */
record WarmUpProperties(@Nullable Boolean enabled, @Nullable List<String> samples, @Nullable Duration timeout) {

	WarmUpProperties over(WarmUpProperties defaults) {
		return new WarmUpProperties(Merge.first(this.enabled, defaults.enabled),
				Merge.first(this.samples, defaults.samples), Merge.first(this.timeout, defaults.timeout));
	}

	WarmUpProperties withSamplesIn(Path directory) {
		if (this.samples == null) {
			return this;
		}
		List<String> resolved = this.samples.stream()
			.map((sample) -> isRelative(sample) ? directory + "/" + sample : sample)
			.toList();
		return new WarmUpProperties(this.enabled, resolved, this.timeout);
	}

	private static boolean isRelative(String sample) {
		return !sample.startsWith("/") && sample.indexOf(':') < 0;
	}

	void check(PropertyPath path) {
		path.positive("timeout", this.timeout);
	}

	List<String> locations() {
		return Merge.or(this.samples, List.of());
	}

	WarmUpSettings settings(Samples inputs) {
		WarmUpSettings defaults = WarmUpSettings.defaults();
		return new WarmUpSettings(Merge.or(this.enabled, defaults.enabled()), inputs,
				Merge.or(this.timeout, defaults.timeout()));
	}

}
