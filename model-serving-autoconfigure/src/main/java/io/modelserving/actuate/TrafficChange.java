package io.modelserving.actuate;

import java.util.SortedMap;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.traffic.Rollback;
import io.modelserving.serving.traffic.Shadow;
import io.modelserving.serving.traffic.Traffic;

/**
 * Changes the traffic of a model by the parameters of an operator: a parameter that is
 * missing keeps its setting, and an empty one removes it. Pure.
 */
final class TrafficChange {

	private final ManagementParameters parameters;

	TrafficChange(ManagementParameters parameters) {
		this.parameters = parameters;
	}

	/**
	 * Change.
	 * @param current the traffic as it is
	 * @return the traffic as it shall be
	 * @throws IllegalArgumentException if a parameter makes no sense; the message names
	 * it
	 */
	Traffic applyTo(Traffic current) {
		Long defaultVersion = version("defaultVersion", current.defaultVersion());
		SortedMap<Long, Integer> weights = this.parameters.has("weights") ? this.parameters.weights("weights")
				: current.weights();
		SortedMap<String, Long> labels = this.parameters.has("labels") ? this.parameters.labels("labels")
				: current.labels();
		String stickyHeader = current.stickyHeader();
		if (this.parameters.has("stickyHeader")) {
			stickyHeader = this.parameters.isBlank("stickyHeader") ? null : this.parameters.text("stickyHeader");
		}
		return new Traffic(defaultVersion, weights, shadow(current.shadow()), stickyHeader, labels,
				rollback(current.rollback()));
	}

	private @Nullable Long version(String name, @Nullable Long current) {
		if (!this.parameters.has(name)) {
			return current;
		}
		return this.parameters.isBlank(name) ? null : Long.valueOf(this.parameters.version(name));
	}

	private @Nullable Shadow shadow(@Nullable Shadow current) {
		Long version = version("shadow", (current != null) ? current.version() : null);
		boolean refined = this.parameters.has("shadowShare") || this.parameters.has("shadowTolerance");
		if (version == null) {
			if (refined) {
				throw new IllegalArgumentException("no version gets copies: name it by the parameter shadow");
			}
			return null;
		}
		Double tolerance = (current != null) ? current.tolerance() : null;
		if (this.parameters.has("shadowTolerance")) {
			tolerance = this.parameters.isBlank("shadowTolerance") ? null
					: Double.valueOf(this.parameters.number("shadowTolerance", 0));
		}
		return new Shadow(version, this.parameters.number("shadowShare", (current != null) ? current.share() : 1),
				tolerance);
	}

	private @Nullable Rollback rollback(@Nullable Rollback current) {
		boolean refined = this.parameters.has("rollbackTo") || this.parameters.has("rollbackWindow")
				|| this.parameters.has("rollbackMinimumCalls") || this.parameters.has("rollbackFailureRatio");
		if (this.parameters.has("rollback") && !this.parameters.isBlank("rollback") ? !this.parameters.flag("rollback")
				: this.parameters.has("rollback")) {
			return null;
		}
		if (current == null && !refined && !this.parameters.has("rollback")) {
			return null;
		}
		Rollback base = (current != null) ? current : Rollback.defaults();
		int window = this.parameters.integer("rollbackWindow", base.window());
		return new Rollback(version("rollbackTo", base.to()), window,
				this.parameters.integer("rollbackMinimumCalls", Math.min(window, base.minimumCalls())),
				this.parameters.number("rollbackFailureRatio", base.failureRatio()));
	}

}
