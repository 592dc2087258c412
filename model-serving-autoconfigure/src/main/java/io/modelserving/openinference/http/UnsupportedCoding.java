package io.modelserving.openinference.http;

import io.modelserving.model.Quoted;

/**
 * A body is compressed in a way that the server does not know.
 */
final class UnsupportedCoding extends RuntimeException {

	private static final long serialVersionUID = 1L;

	UnsupportedCoding(String coding) {
		super("Content-Encoding %s is not supported; send the body as it is, or by one of %s"
			.formatted(Quoted.name(coding), ContentCoding.ACCEPTED), null, false, false);
	}

}
