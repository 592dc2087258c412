package io.modelserving.autoconfigure.dryrun;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says which models and endpoints a dry run found wanting.
 */
class DryRunFailureAnalyzer extends AbstractFailureAnalyzer<DryRunFailedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, DryRunFailedException cause) {
		return new FailureAnalysis("The dry run (model-serving.dry-run) found what would not be served:"
				+ System.lineSeparator() + cause.getMessage(), "Correct it, or remove what is not needed.", cause);
	}

}
