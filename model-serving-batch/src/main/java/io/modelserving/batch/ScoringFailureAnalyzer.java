package io.modelserving.batch;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;

import org.jspecify.annotations.Nullable;

/**
 * Says why a job did not score its input.
 */
final class ScoringFailureAnalyzer implements FailureAnalyzer {

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof InvalidScoringException invalid) {
				return new FailureAnalysis(String.valueOf(invalid.getMessage()), invalid.action(), invalid);
			}
			if (cause instanceof ScoringFailedException failed) {
				return new FailureAnalysis(String.valueOf(failed.getMessage()),
						"Correct the cause, and run the same command again to go on.", failed);
			}
		}
		return null;
	}

}
