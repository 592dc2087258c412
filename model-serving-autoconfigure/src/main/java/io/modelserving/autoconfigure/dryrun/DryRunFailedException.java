package io.modelserving.autoconfigure.dryrun;

import java.util.List;

import org.springframework.boot.ExitCodeGenerator;

/**
 * A dry run found something that would not be served. Ends the application with 1.
 */
final class DryRunFailedException extends RuntimeException implements ExitCodeGenerator {

	private static final long serialVersionUID = 1L;

	DryRunFailedException(List<String> failures) {
		super(String.join(System.lineSeparator(), failures));
	}

	@Override
	public int getExitCode() {
		return 1;
	}

}
