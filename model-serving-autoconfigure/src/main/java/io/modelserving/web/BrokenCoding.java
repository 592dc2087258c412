package io.modelserving.web;

import java.io.IOException;

/**
 * A body is not compressed as it says.
 */
public final class BrokenCoding extends IOException {

	private static final long serialVersionUID = 1L;

	BrokenCoding(ContentCoding coding, Throwable cause) {
		super("is not what Content-Encoding %s stands for".formatted(coding.token()), cause);
	}

}
