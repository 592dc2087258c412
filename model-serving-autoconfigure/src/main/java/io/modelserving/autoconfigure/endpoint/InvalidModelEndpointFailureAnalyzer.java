package io.modelserving.autoconfigure.endpoint;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.modelserving.endpoint.InvalidModelEndpointException;

/**
 * Explains why a typed endpoint cannot work.
 */
class InvalidModelEndpointFailureAnalyzer extends AbstractFailureAnalyzer<InvalidModelEndpointException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, InvalidModelEndpointException cause) {
		return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.action(), cause);
	}

}
