package io.modelserving.web;

import jakarta.servlet.ReadListener;

/**
 * A body that was read without waiting, of which the rest is not wanted. What has it
 * discarded closes the connection later than the response is sent: a client that is still
 * sending then would lose the response otherwise.
 */
public interface UnreadBody {

	/**
	 * Read no more of the body, and leave it to another listener. Called once, by the
	 * thread that the container has given the request.
	 * @param successor called from then on whenever the container calls this body
	 */
	void leaveTo(ReadListener successor);

}
