package io.modelserving.autoconfigure.pipeline;

import java.lang.reflect.Method;

/**
 * A {@code @PipelineStage} method is declared in a way that cannot work. Startup fails
 * with it.
 */
class InvalidPipelineStageException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String action;

	/**
	 * Create the exception.
	 * @param method the method
	 * @param reason what is wrong with it
	 * @param action what would fix it
	 */
	InvalidPipelineStageException(Method method, String reason, String action) {
		super("The @PipelineStage method %s.%s %s".formatted(method.getDeclaringClass().getName(), method.getName(),
				reason));
		this.action = action;
	}

	String action() {
		return this.action;
	}

}
