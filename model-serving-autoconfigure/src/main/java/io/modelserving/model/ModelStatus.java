package io.modelserving.model;

import java.time.Instant;

/**
 * State of one version of a model, and why.
 *
 * @param key the model and version
 * @param state the state
 * @param reason why, for instance the error of a failed load with what would mend it;
 * empty where the state says all
 * @param required whether the application counts as ready only with this model
 * @param since the time of the change to this state
 * @param enabled whether calls are taken where the state allows it; an operator may have
 * disabled the version
 */
public record ModelStatus(ModelKey key, ModelState state, String reason, boolean required, Instant since,
		boolean enabled) {

	public ModelStatus(ModelKey key, ModelState state, String reason, boolean required, Instant since) {
		this(key, state, reason, required, since, true);
	}

	/**
	 * Return whether calls are taken.
	 * @return {@code true} if the version is ready and not disabled
	 */
	public boolean isAvailable() {
		return this.state == ModelState.READY && this.enabled;
	}

	/**
	 * Say in words what the state is, and why.
	 * @return for instance {@code FAILED: it is no ONNX model}
	 */
	public String describe() {
		String why = this.reason.isBlank() ? "" : ": " + this.reason;
		return (this.enabled || this.state != ModelState.READY) ? this.state + why
				: "disabled by an operator; it takes calls again once it is enabled";
	}

}
