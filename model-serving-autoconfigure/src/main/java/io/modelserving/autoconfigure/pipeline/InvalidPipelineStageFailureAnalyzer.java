package io.modelserving.autoconfigure.pipeline;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains why a stage of a pipeline cannot work.
 */
class InvalidPipelineStageFailureAnalyzer extends AbstractFailureAnalyzer<InvalidPipelineStageException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidPipelineStageException cause) {
		return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.action(), cause);
	}

}
