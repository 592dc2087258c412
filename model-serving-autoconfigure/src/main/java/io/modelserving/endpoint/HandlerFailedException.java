package io.modelserving.endpoint;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A handler threw what it must not throw, returned {@code null}, or made tensors that the
 * model does not take. The message is for the operator.
 */
final class HandlerFailedException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	private static final Pattern VALUES = Pattern.compile("\"[^\"]*\"|\\d+|\\[[^\\]]*\\]");

	private final String kind;

	/**
	 * Create the exception.
	 * @param method the method that made the mistake
	 * @param message which mistake, with the class of the handler
	 * @param cause what was thrown, or {@code null} if nothing was
	 */
	HandlerFailedException(String method, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.kind = (cause != null) ? method + " " + kind(cause) : method;
	}

	/**
	 * What was thrown where, or, where there is no trace, the message without its values.
	 */
	private static String kind(Throwable cause) {
		StackTraceElement[] trace = cause.getStackTrace();
		return cause.getClass().getName() + " "
				+ ((trace.length > 0) ? trace[0] : VALUES.matcher(String.valueOf(cause.getMessage())).replaceAll("?"));
	}

	/**
	 * Return what mistakes that are alike have in common.
	 */
	String kind() {
		return this.kind;
	}

}
