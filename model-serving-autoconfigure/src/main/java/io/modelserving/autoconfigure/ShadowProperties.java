package io.modelserving.autoconfigure;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.traffic.Shadow;

/**
 * Which version gets copies of calls.
 *
 * @param version Version that gets copies of calls, whose results are compared with those
 * that callers got, and dropped.
 * @param share Share of the calls that are copied, from 0 to 1.
 * @param tolerance Difference that is allowed between floating-point numbers, as a share
 * of the largest of an output; by default what suits the element type.
 */
record ShadowProperties(@Nullable Long version, @Nullable Double share, @Nullable Double tolerance) {

	ShadowProperties over(ShadowProperties defaults) {
		return new ShadowProperties(Merge.first(this.version, defaults.version),
				Merge.first(this.share, defaults.share), Merge.first(this.tolerance, defaults.tolerance));
	}

	void check(PropertyPath path) {
		path.check(this.version == null || this.version > 0, "version", this.version, "versions are positive numbers");
		path.check(this.share == null || (this.share >= 0 && this.share <= 1), "share", this.share,
				"it must be from 0 to 1");
		path.check(this.tolerance == null || this.tolerance >= 0, "tolerance", this.tolerance,
				"it must not be negative");
	}

	@Nullable Shadow shadow() {
		return (this.version != null) ? new Shadow(this.version, Merge.or(this.share, 1.0), this.tolerance) : null;
	}

}
