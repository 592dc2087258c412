package io.modelserving.messaging;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains why a function cannot work.
 */
final class InvalidMessageFunctionFailureAnalyzer extends AbstractFailureAnalyzer<InvalidMessageFunctionException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, InvalidMessageFunctionException cause) {
		return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.action(), cause);
	}

}
