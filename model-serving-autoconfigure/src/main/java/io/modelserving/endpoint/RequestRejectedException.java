package io.modelserving.endpoint;

/**
 * A request does not reach its handler. It has no stack trace: it is the caller's
 * mistake.
 */
final class RequestRejectedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient Problem problem;

	RequestRejectedException(Problem problem) {
		super(problem.detail(), null, false, false);
		this.problem = problem;
	}

	Problem problem() {
		return this.problem;
	}

}
