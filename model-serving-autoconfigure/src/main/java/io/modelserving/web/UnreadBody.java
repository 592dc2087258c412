package io.modelserving.web;

/**
 * A body that was read without waiting, of which the rest is not wanted. What has it
 * discarded closes the connection later than the response is sent: a client that is still
 * sending then would lose the response otherwise.
 */
public interface UnreadBody {

	/**
	 * Discard the rest of the body as it arrives. Called once, by the thread that the
	 * container has given the request.
	 * @param done called once when the body has ended, and not if its connection fails
	 */
	void discard(Runnable done);

}
