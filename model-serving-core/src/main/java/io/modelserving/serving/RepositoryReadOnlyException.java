package io.modelserving.serving;

/**
 * A caller wants to change what is loaded, which the application does not allow. The
 * message is meant for callers and names the property that would allow it.
 */
public final class RepositoryReadOnlyException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	public RepositoryReadOnlyException(String message) {
		super(message);
	}

}
