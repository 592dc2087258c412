package io.modelserving.model;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * State of one version of a model, and why.
 *
 * @param key the model and version
 * @param state the state
 * @param reason why, for instance the error of a failed load with what would fix it;
 * empty where the state says all
 * @param required whether the application counts as ready only with this model
 * @param since the time of the change to this state
 * @param enabled whether calls are taken where the state allows it; an operator may have
 * disabled the version
 * @param nextAttempt the time until the next attempt after a load that has failed, or
 * {@code null} if none is planned, since trying again would change nothing; the reason
 * ends with it
 * @param invalidModel whether the last load has failed because of what stands in the
 * files of the model, not because of the environment
 */
public record ModelStatus(ModelKey key, ModelState state, String reason, boolean required, Instant since,
		boolean enabled, @Nullable Duration nextAttempt, boolean invalidModel) {

	public ModelStatus(ModelKey key, ModelState state, String reason, boolean required, Instant since, boolean enabled,
			@Nullable Duration nextAttempt) {
		this(key, state, reason, required, since, enabled, nextAttempt, false);
	}

	public ModelStatus(ModelKey key, ModelState state, String reason, boolean required, Instant since,
			boolean enabled) {
		this(key, state, reason, required, since, enabled, null);
	}

	public ModelStatus(ModelKey key, ModelState state, String reason, boolean required, Instant since) {
		this(key, state, reason, required, since, true);
	}

	/**
	 * Return a reason that says when the next attempt is.
	 * @param failure what went wrong
	 * @param nextAttempt the time until the next attempt, or {@code null} if none is
	 * planned
	 * @return the reason
	 */
	public static String reason(String failure, @Nullable Duration nextAttempt) {
		return (nextAttempt != null) ? "%s Next attempt in %d s.".formatted(failure, nextAttempt.toSeconds()) : failure;
	}

	/**
	 * Return what went wrong, without when the next attempt is: attempts that fail alike
	 * say the same.
	 * @return the reason, or its part
	 */
	public String failure() {
		String end = reason("", this.nextAttempt);
		return this.reason.substring(0, this.reason.length() - (this.reason.endsWith(end) ? end.length() : 0));
	}

	/**
	 * Return whether calls are taken.
	 * @return {@code true} if the version is ready and not disabled
	 */
	public boolean isAvailable() {
		return this.state == ModelState.READY && this.enabled;
	}

	/**
	 * Return the reason for callers who need not be known.
	 * @return the reason without directories, addresses and what else is internal, or a
	 * hint at the log; empty where the state says all
	 */
	public String publicReason() {
		return publicReason(this.reason);
	}

	/**
	 * Make of a reason what anybody may read, as {@link #publicReason()} does.
	 * @param reason the whole reason
	 * @return what callers who need not be known may see of it
	 */
	public static String publicReason(String reason) {
		return PublicReason.of(reason);
	}

	/**
	 * Say in words what the state is, and why, for the log and for operators.
	 * @return for instance {@code FAILED: it is no ONNX model}
	 */
	public String describe() {
		return describe(this.reason);
	}

	/**
	 * Say in words what the state is, and why, for callers who need not be known.
	 * @return as {@link #describe()}, with the {@linkplain #publicReason() public reason}
	 */
	public String describePublicly() {
		return describe(publicReason());
	}

	private String describe(String reason) {
		String why = reason.isBlank() ? "" : ": " + reason;
		return (this.enabled || this.state != ModelState.READY) ? this.state + why
				: "disabled by an operator; it takes calls again once it is enabled";
	}

}
