package io.modelserving.web;

/**
 * The connection of a request's client, as far as the server lets it be seen. Thread-safe
 * while the request is not completed.
 */
public interface ClientConnection {

	/** The attribute of the request that has its connection. */
	String ATTRIBUTE = ClientConnection.class.getName();

	/**
	 * Return whether the client has closed it.
	 * @return {@code false} also if that is not known
	 */
	boolean isClosed();

	/**
	 * Close it, and complete the request, which is asynchronous.
	 */
	void abort();

}
