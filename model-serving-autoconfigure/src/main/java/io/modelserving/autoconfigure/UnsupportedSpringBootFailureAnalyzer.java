package io.modelserving.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says which Spring Boot is needed.
 */
final class UnsupportedSpringBootFailureAnalyzer extends AbstractFailureAnalyzer<UnsupportedSpringBootException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnsupportedSpringBootException cause) {
		return new FailureAnalysis(String.valueOf(cause.getMessage()),
				"Use spring-boot-starter-parent or spring-boot-dependencies in version "
						+ SpringBootVersionCheck.REQUIRED + " or newer.",
				cause);
	}

}
