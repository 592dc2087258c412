package io.modelserving.serving.traffic;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Which version of a model gets the calls that name none. Immutable.
 *
 * @param defaultVersion the version that gets them where no weight applies, or
 * {@code null} for the highest that serves
 * @param weights the shares of versions, relative to each other; empty to have one
 * version get all
 * @param shadow the version that gets copies, or {@code null}
 * @param stickyHeader the name of the request header whose value is the routing key of a
 * call, or {@code null}
 * @param labels names under which versions can be called
 * @param rollback when a version that fails loses its traffic, or {@code null} for never
 */
public record Traffic(@Nullable Long defaultVersion, SortedMap<Long, Integer> weights, @Nullable Shadow shadow,
		@Nullable String stickyHeader, SortedMap<String, Long> labels, @Nullable Rollback rollback) {

	/** The highest version that serves gets all. */
	public static final Traffic NONE = new Traffic(null, new TreeMap<>(), null, null, new TreeMap<>(), null);

	private static final Pattern LABEL = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,62}");

	private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

	public Traffic {
		weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
		labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
		if (defaultVersion != null) {
			requireVersion("default-version", defaultVersion);
		}
		weights.forEach(Traffic::requireWeight);
		if (!weights.isEmpty() && weights.values().stream().allMatch(weight -> weight == 0)) {
			throw new IllegalArgumentException("weights are %s; at least one must be above 0".formatted(weights));
		}
		if (stickyHeader != null && !HEADER.matcher(stickyHeader).matches()) {
			throw new IllegalArgumentException(
					"sticky-header \"%s\" is not the name of a header".formatted(stickyHeader));
		}
		labels.forEach(Traffic::requireLabel);
	}

	private static void requireWeight(long version, int weight) {
		requireVersion("weights", version);
		if (weight < 0) {
			throw new IllegalArgumentException(
					"weights: version %d has %d; a weight must not be negative".formatted(version, weight));
		}
	}

	private static void requireLabel(String label, long version) {
		if (!LABEL.matcher(label).matches()) {
			throw new IllegalArgumentException(
					"labels: \"%s\" is not a label: a letter is needed, then letters, digits, \".\", \"_\" or \"-\", 63 in all"
						.formatted(label));
		}
		requireVersion("labels: " + label, version);
	}

	private static void requireVersion(String name, long version) {
		if (version < 1) {
			throw new IllegalArgumentException("%s: version %d is not a positive number".formatted(name, version));
		}
	}

	/**
	 * Give all calls to one version.
	 * @param version the version
	 * @return the traffic
	 */
	public static Traffic pinnedTo(long version) {
		return new Traffic(version, new TreeMap<>(), null, null, new TreeMap<>(), null);
	}

	/**
	 * Split calls between versions.
	 * @param weights the shares, relative to each other
	 * @return the traffic
	 */
	public static Traffic split(SortedMap<Long, Integer> weights) {
		return new Traffic(null, weights, null, null, new TreeMap<>(), null);
	}

	public Traffic withLabels(SortedMap<String, Long> newLabels) {
		return new Traffic(this.defaultVersion, this.weights, this.shadow, this.stickyHeader, newLabels, this.rollback);
	}

	public Traffic withShadow(@Nullable Shadow newShadow) {
		return new Traffic(this.defaultVersion, this.weights, newShadow, this.stickyHeader, this.labels, this.rollback);
	}

	public Traffic withRollback(@Nullable Rollback newRollback) {
		return new Traffic(this.defaultVersion, this.weights, this.shadow, this.stickyHeader, this.labels, newRollback);
	}

	public Traffic withStickyHeader(@Nullable String newStickyHeader) {
		return new Traffic(this.defaultVersion, this.weights, this.shadow, newStickyHeader, this.labels, this.rollback);
	}

	/**
	 * Return the versions that are named.
	 * @return the versions, each once
	 */
	public SortedSet<Long> versions() {
		SortedSet<Long> versions = new TreeSet<>(this.weights.keySet());
		versions.addAll(this.labels.values());
		if (this.defaultVersion != null) {
			versions.add(this.defaultVersion);
		}
		if (this.shadow != null) {
			versions.add(this.shadow.version());
		}
		if (this.rollback != null && this.rollback.to() != null) {
			versions.add(this.rollback.to());
		}
		return versions;
	}

}
