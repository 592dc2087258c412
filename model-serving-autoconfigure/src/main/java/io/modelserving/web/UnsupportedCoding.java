package io.modelserving.web;

import io.modelserving.model.Quoted;

/**
 * A body is compressed in a way that the server does not know.
 */
public final class UnsupportedCoding extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create a failure.
	 * @param coding what the request says
	 */
	public UnsupportedCoding(String coding) {
		super("Content-Encoding %s is not supported; send the body as it is, or by one of %s"
			.formatted(Quoted.name(coding), ContentCoding.accepted()), null, false, false);
	}

}
