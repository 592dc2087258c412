package io.modelserving.openinference.http;

import java.io.IOException;
import java.io.InputStream;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.web.BodyBounds;
import io.modelserving.web.BodyContent;
import io.modelserving.web.BodyTooLarge;
import io.modelserving.web.BrokenCoding;
import io.modelserving.web.ContentCoding;
import io.modelserving.web.UnsupportedCoding;
import jakarta.servlet.http.HttpServletRequest;

/**
 * The body of a request, inflated where it is compressed, whatever media type it claims
 * to be: the clients of the protocol send none, or a wrong one. It fails as callers shall
 * see it. Closing it frees what inflating took; the request stays open.
 */
final class RequestBody extends InputStream {

	private static final String PROPERTIES = "model-serving.open-inference";

	private final HttpServletRequest request;

	private final ContentCoding coding;

	private final BodyContent content;

	private RequestBody(HttpServletRequest request, ContentCoding coding, BodyContent content) {
		this.request = request;
		this.coding = coding;
		this.content = content;
	}

	/**
	 * Open a body.
	 * @param request the request
	 * @param bounds how large the body may be
	 * @return the body, to be closed, reading which fails with {@link RequestTooLarge}
	 * beyond a bound and with {@link InvalidInput} if it breaks off or is not compressed
	 * as it says
	 * @throws RequestTooLarge if the request says that it is longer
	 * @throws UnsupportedCoding if it is compressed in a way that the server does not
	 * know
	 */
	static RequestBody open(HttpServletRequest request, BodyBounds bounds) {
		ContentCoding coding = ContentCoding.of(request);
		try {
			if (request.getContentLengthLong() > bounds.maxBytes()) {
				throw BodyTooLarge.size(bounds);
			}
			return new RequestBody(request, coding, new BodyContent(request.getInputStream(), coding, bounds));
		}
		catch (IOException ex) {
			throw translate(ex);
		}
	}

	private static RuntimeException translate(IOException failure) {
		if (failure instanceof BodyTooLarge large) {
			return new RequestTooLarge("the " + large.describe(PROPERTIES));
		}
		return new InvalidInput((failure instanceof BrokenCoding) ? "the body is broken, as it " + failure.getMessage()
				: "the body breaks off", failure);
	}

	@Override
	public int read() {
		byte[] one = new byte[1];
		return (read(one, 0, 1) < 0) ? -1 : Byte.toUnsignedInt(one[0]);
	}

	@Override
	public int read(byte[] target, int offset, int length) {
		try {
			return this.content.read(target, offset, length);
		}
		catch (IOException ex) {
			throw translate(ex);
		}
	}

	/**
	 * Return how many bytes there are.
	 * @return the number, or -1 if it is not known before they are read
	 */
	long length() {
		return (this.coding == ContentCoding.IDENTITY) ? this.request.getContentLengthLong() : -1;
	}

	@Override
	public void close() {
		try {
			this.content.close();
		}
		catch (IOException ex) {
			throw new IllegalStateException("a stream that closes nothing failed to close", ex);
		}
	}

}
