package io.modelserving.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.modelserving.model.ModelLoadException;

/**
 * Explains why a model that the application requires cannot be served.
 */
class ModelLoadFailureAnalyzer extends AbstractFailureAnalyzer<ModelLoadException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, ModelLoadException cause) {
		return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.action(), cause);
	}

}
