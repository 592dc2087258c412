package io.modelserving.autoconfigure;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

import io.modelserving.serving.traffic.Traffic;

/**
 * Which version of a model gets the calls that name none, to begin with.
 *
 * @param defaultVersion Version that gets the calls that name none; by default the
 * highest that is ready.
 * @param weights Shares of versions in the calls that name none, relative to each other.
 * @param shadow Which version gets copies of calls.
 * @param stickyHeader Name of a request header; requests with the same value get the same
 * version.
 * @param labels Names under which versions can be called, such as stable and canary.
 * @param rollback When a version that fails loses its traffic.
 */
record TrafficProperties(@Nullable Long defaultVersion, @DefaultValue Map<Long, Integer> weights,
		@DefaultValue @NestedConfigurationProperty ShadowProperties shadow, @Nullable String stickyHeader,
		@DefaultValue Map<String, Long> labels,
		@DefaultValue @NestedConfigurationProperty RollbackProperties rollback) {

	TrafficProperties over(TrafficProperties defaults) {
		return new TrafficProperties(Merge.first(this.defaultVersion, defaults.defaultVersion),
				this.weights.isEmpty() ? defaults.weights : this.weights, this.shadow.over(defaults.shadow),
				Merge.first(this.stickyHeader, defaults.stickyHeader), Merge.entries(this.labels, defaults.labels),
				this.rollback.over(defaults.rollback));
	}

	void check(PropertyPath path) {
		check(path, "default-version", this.defaultVersion,
				() -> new Traffic(this.defaultVersion, new TreeMap<>(), null, null, new TreeMap<>(), null));
		check(path, "weights", this.weights, () -> Traffic.split(new TreeMap<>(this.weights)));
		check(path, "sticky-header", this.stickyHeader, () -> Traffic.NONE.withStickyHeader(this.stickyHeader));
		this.labels.forEach((label, version) -> check(path.child("labels"), label, version,
				() -> Traffic.NONE.withLabels(new TreeMap<>(Map.of(label, version)))));
		this.shadow.check(path.child("shadow"));
		this.rollback.check(path.child("rollback"));
	}

	private static void check(PropertyPath path, String key, @Nullable Object value, Runnable construction) {
		try {
			construction.run();
		}
		catch (IllegalArgumentException ex) {
			throw path.invalid(key, value, String.valueOf(ex.getMessage()));
		}
	}

	Traffic traffic() {
		return new Traffic(this.defaultVersion, new TreeMap<>(this.weights), this.shadow.shadow(), this.stickyHeader,
				new TreeMap<>(this.labels), this.rollback.rollback());
	}

	/**
	 * Return the versions that are named.
	 * @return the key that names each
	 */
	SortedMap<Long, String> versions() {
		SortedMap<Long, String> versions = new TreeMap<>();
		this.labels.forEach((label, version) -> versions.put(version, "labels." + label));
		this.weights.keySet().forEach((version) -> versions.put(version, "weights." + version));
		put(versions, this.rollback.to(), "rollback.to");
		put(versions, this.shadow.version(), "shadow.version");
		put(versions, this.defaultVersion, "default-version");
		return versions;
	}

	private static void put(Map<Long, String> versions, @Nullable Long version, String key) {
		if (version != null) {
			versions.put(version, key);
		}
	}

}
