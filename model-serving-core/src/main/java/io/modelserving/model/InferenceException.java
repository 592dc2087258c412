package io.modelserving.model;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Why a call has no result. Sealed, so that each protocol maps every case to its own
 * codes. The messages are meant for callers: they name what was wrong and what would be
 * right, and hold nothing internal.
 */
public abstract sealed class InferenceException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private InferenceException(String message, @Nullable Throwable cause, boolean writableStackTrace) {
		super(message, cause, false, writableStackTrace);
	}

	/** The caller sent something that the model does not take. */
	public static final class InvalidInput extends InferenceException {

		private static final long serialVersionUID = 1L;

		private final boolean byCaller;

		public InvalidInput(String message) {
			super(message, null, false);
			this.byCaller = false;
		}

		public InvalidInput(String message, Throwable cause) {
			super(message, cause, false);
			this.byCaller = false;
		}

		private InvalidInput(String message, boolean byCaller) {
			super(message, null, false);
			this.byCaller = byCaller;
		}

		/**
		 * Create the exception for a request whose sender is to blame, whoever made the
		 * tensors of it: it is larger than a limit allows, or of a sequence that is over.
		 * @param message what is wrong
		 * @return the exception
		 */
		public static InvalidInput byCaller(String message) {
			return new InvalidInput(message, true);
		}

		/**
		 * Return whether the sender of the request is to blame, whoever made the tensors
		 * of it.
		 * @return {@code true} if no other inputs would have helped
		 */
		public boolean isByCaller() {
			return this.byCaller;
		}

	}

	/** There is no such model or version. */
	public static final class ModelNotFound extends InferenceException {

		private static final long serialVersionUID = 1L;

		public ModelNotFound(String message) {
			super(message, null, false);
		}

	}

	/** The model exists but does not serve now: it loads, has failed, or drains. */
	public static final class ModelUnavailable extends InferenceException {

		private static final long serialVersionUID = 1L;

		private final Duration retryAfter;

		/**
		 * Create the exception.
		 * @param message the state of the model, and its reason
		 * @param retryAfter when it may be worth trying again
		 */
		public ModelUnavailable(String message, Duration retryAfter) {
			super(message, null, false);
			this.retryAfter = retryAfter;
		}

		public Duration retryAfter() {
			return this.retryAfter;
		}

	}

	/** The call was rejected at once, because it would have had to wait too long. */
	public static final class Overloaded extends InferenceException {

		private static final long serialVersionUID = 1L;

		private final Duration retryAfter;

		/**
		 * Create the exception.
		 * @param message what is full
		 * @param retryAfter the time after which there should be room again
		 */
		public Overloaded(String message, Duration retryAfter) {
			super(message, null, false);
			this.retryAfter = retryAfter;
		}

		public Duration retryAfter() {
			return this.retryAfter;
		}

	}

	/** The caller's deadline passed before the result was ready. */
	public static final class DeadlineExceeded extends InferenceException {

		private static final long serialVersionUID = 1L;

		public DeadlineExceeded(String message) {
			super(message, null, false);
		}

	}

	/**
	 * The runtime failed on this item. The cause tells the operator why; callers get the
	 * message alone.
	 */
	public static final class ExecutionFailed extends InferenceException {

		private static final long serialVersionUID = 1L;

		public ExecutionFailed(String message, @Nullable Throwable cause) {
			super(message, cause, true);
		}

	}

}
