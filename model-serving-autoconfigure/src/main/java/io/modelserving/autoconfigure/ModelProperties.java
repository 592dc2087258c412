package io.modelserving.autoconfigure;

import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

import io.modelserving.repository.source.Checksum;
import io.modelserving.repository.VersionPolicy;
import io.modelserving.serving.scaling.InstanceSettings.OptimizeFor;

/**
 * Settings of a model. What is {@code null} is taken from the defaults.
 *
 * @param location File of the model, or directory that has a directory for each of its
 * versions; any location of a Spring resource.
 * @param versions Versions to serve: latest, latest:2 for the two highest, all, or a list
 * of numbers.
 * @param checksum SHA-256 that the file of the model must have, as sha256: and 64
 * hexadecimal digits.
 * @param required Whether the application counts as ready only with this model.
 * @param optimizeFor What the machine's cores are spent on.
 * @param runtime How the model is run.
 * @param batching How calls of the model share batches.
 * @param warmUp How the model is warmed up.
 * @param traffic Which version gets the calls that name none.
 * @param sequences State that the model keeps between the requests of a sequence.
 * @param cache Whether and how results are kept, so that the model need not run again for
 * the same inputs; true for the defaults.
 */
record ModelProperties(@Nullable String location, @Nullable List<String> versions, @Nullable Checksum checksum,
		@Nullable Boolean required, @Nullable OptimizeFor optimizeFor,
		@DefaultValue @NestedConfigurationProperty RuntimeProperties runtime,
		@DefaultValue @NestedConfigurationProperty BatchingProperties batching,
		@DefaultValue @NestedConfigurationProperty WarmUpProperties warmUp,
		@DefaultValue @NestedConfigurationProperty TrafficProperties traffic,
		@DefaultValue @NestedConfigurationProperty SequencesProperties sequences,
		@DefaultValue @NestedConfigurationProperty CacheProperties cache) {

	ModelProperties over(ModelProperties defaults) {
		return new ModelProperties(this.location, Merge.first(this.versions, defaults.versions),
				Merge.first(this.checksum, defaults.checksum), Merge.first(this.required, defaults.required),
				Merge.first(this.optimizeFor, defaults.optimizeFor), this.runtime.over(defaults.runtime),
				this.batching.over(defaults.batching), this.warmUp.over(defaults.warmUp),
				this.traffic.over(defaults.traffic), this.sequences.over(defaults.sequences),
				this.cache.over(defaults.cache));
	}

	ModelProperties withSamplesIn(Path directory) {
		return new ModelProperties(this.location, this.versions, this.checksum, this.required, this.optimizeFor,
				this.runtime, this.batching, this.warmUp.withSamplesIn(directory), this.traffic, this.sequences,
				this.cache);
	}

	void check(PropertyPath path) {
		try {
			versionPolicy();
		}
		catch (IllegalArgumentException ex) {
			throw path.invalid("versions", this.versions, String.valueOf(ex.getMessage()));
		}
		this.runtime.check(path.child("runtime"));
		this.batching.check(path.child("batching"));
		this.warmUp.check(path.child("warm-up"));
		this.traffic.check(path.child("traffic"));
		this.sequences.check(path.child("sequences"));
		this.cache.check(path.child("cache"));
	}

	/**
	 * Check what concerns several settings, some of which may be defaults.
	 */
	void checkWhole(PropertyPath path) {
		this.runtime.checkWhole(path.child("runtime"));
		this.batching.checkWhole(path.child("batching"));
	}

	VersionPolicy versionPolicy() {
		return VersionPolicy.parse((this.versions != null) ? String.join(",", this.versions) : "latest");
	}

	boolean isRequired() {
		return Merge.or(this.required, true);
	}

}
