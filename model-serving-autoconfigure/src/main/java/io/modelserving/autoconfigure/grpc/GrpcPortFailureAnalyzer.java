package io.modelserving.autoconfigure.grpc;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains why the gRPC server cannot listen, most often because something else does.
 */
class GrpcPortFailureAnalyzer extends AbstractFailureAnalyzer<IOException> {

	/** What the server says, whose exceptions have no type of their own. */
	private static final Pattern FAILED = Pattern.compile("Failed to bind to address (.*:(\\d+))");

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, IOException cause) {
		Matcher failed = FAILED.matcher(String.valueOf(cause.getMessage()));
		if (!failed.matches()) {
			return null;
		}
		String reason = (cause.getCause() != null) ? ": " + cause.getCause().getMessage() : "";
		return new FailureAnalysis("The gRPC server cannot listen on %s%s".formatted(failed.group(1), reason),
				("Stop what listens on port %s, or choose another one with the property spring.grpc.server.port; "
						+ "0 takes any that is free")
					.formatted(failed.group(2)),
				cause);
	}

}
