package io.modelserving.openinference.http;

import java.io.IOException;
import java.io.InputStream;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.web.ContentCoding;
import io.modelserving.web.UnsupportedCoding;
import jakarta.servlet.http.HttpServletRequest;

/**
 * The body of a request, inflated where it is compressed, whatever media type it claims
 * to be: the clients of the protocol send none, or a wrong one. Closing it frees what
 * inflating took; the request stays open.
 */
final class RequestBody implements AutoCloseable {

	private final HttpServletRequest request;

	private final InputStream inflated;

	private final BodyStream content;

	private final boolean compressed;

	private RequestBody(HttpServletRequest request, ContentCoding coding, long limit) throws IOException {
		this.request = request;
		this.compressed = coding != ContentCoding.IDENTITY;
		BodyStream sent = new BodyStream(request.getInputStream(), limit, "the body breaks off");
		String breaking = "the body is broken, as it is not what Content-Encoding %s stands for"
			.formatted(coding.token());
		this.inflated = coding.inflate(sent);
		this.content = this.compressed ? new BodyStream(this.inflated, limit, breaking) : sent;
	}

	/**
	 * Open a body.
	 * @param request the request
	 * @param limit the most bytes that the body may have, as it is sent and as it is once
	 * inflated
	 * @return the body, to be closed
	 * @throws RequestTooLarge if the request says that it is longer
	 * @throws UnsupportedCoding if it is compressed in a way that the server does not
	 * know
	 * @throws InvalidInput if it is not compressed as it says
	 */
	static RequestBody open(HttpServletRequest request, long limit) {
		ContentCoding coding = ContentCoding.of(request);
		if (request.getContentLengthLong() > limit) {
			throw new RequestTooLarge(limit);
		}
		try {
			return new RequestBody(request, coding, limit);
		}
		catch (IOException ex) {
			throw new InvalidInput(
					"the body is broken, as Content-Encoding %s begins otherwise".formatted(coding.token()), ex);
		}
	}

	/**
	 * Return the bytes.
	 * @return a stream that fails as callers shall see it
	 */
	InputStream content() {
		return this.content;
	}

	/**
	 * Return how many bytes there are.
	 * @return the number, or -1 if it is not known before they are read
	 */
	long length() {
		return this.compressed ? -1 : this.request.getContentLengthLong();
	}

	@Override
	public void close() {
		if (this.compressed) {
			try {
				this.inflated.close();
			}
			catch (IOException ex) {
				throw new IllegalStateException("a stream that closes nothing failed to close", ex);
			}
		}
	}

}
