package io.modelserving.repository.cache;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

/**
 * A file cannot be downloaded. The message says from where, and why.
 */
public final class DownloadException extends IOException {

	private static final long serialVersionUID = 1L;

	/** Status of a failure that is not the server's but of the disk. */
	static final int DISK = -1;

	private final int status;

	private final boolean retryable;

	/**
	 * Create the exception.
	 * @param message from where, and why not
	 * @param status the status of the server's response, 0 if it did not say anything
	 * @param retryable whether trying again without changing anything may help
	 * @param cause the cause, or {@code null}
	 */
	public DownloadException(String message, int status, boolean retryable, @Nullable Throwable cause) {
		super(message, cause);
		this.status = status;
		this.retryable = retryable;
	}

	/**
	 * Return the status of the server's response.
	 * @return the status, 0 if it did not say anything
	 */
	public int status() {
		return this.status;
	}

	/**
	 * Return whether the server says that it does not give out such a file.
	 * @return whether it does
	 */
	public boolean isAbsent() {
		return this.status == 403 || this.status == 404 || this.status == 410;
	}

	/**
	 * Return whether trying again without changing anything may help.
	 * @return whether it may
	 */
	public boolean isRetryable() {
		return this.retryable;
	}

	/**
	 * Return whether the server did not say anything about the file.
	 * @return {@code true} if it cannot be reached, or has troubles of its own
	 */
	public boolean isUnreachable() {
		return this.retryable && (this.status == 0 || this.status >= 500);
	}

}
