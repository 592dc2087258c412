package io.modelserving.sample;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients that ask again and again, each time over a new connection, until they are
 * rejected. Sockets are used as they are, so that nothing is tried a second time behind
 * the test's back.
 */
final class LoadOfConnections {

	private static final int CLIENTS = 24;

	private static final String EMBEDDING = """
			{"model": "all-minilm-l6-v2", "input": [%s]}"""
		.formatted(String.join(", ", Collections.nCopies(8, "\"Boats came home with mackerel and herring.\"")));

	private final int port;

	private final CountDownLatch answers;

	private final List<Exchange> exchanges = Collections.synchronizedList(new ArrayList<>());

	private final List<Thread> clients = new ArrayList<>();

	private LoadOfConnections(int port, int awaited) {
		this.port = port;
		this.answers = new CountDownLatch(awaited);
	}

	/**
	 * Start the clients.
	 * @param port where the application listens
	 * @param awaited how many answers {@link #awaitAnswers()} waits for
	 * @return the running clients
	 */
	static LoadOfConnections start(int port, int awaited) {
		LoadOfConnections load = new LoadOfConnections(port, awaited);
		HeldOutDigits digits = HeldOutDigits.load();
		for (int i = 0; i < CLIENTS; i++) {
			boolean slow = i % 4 == 0;
			String request = request(slow ? "/v1/embeddings" : "/digits", slow ? EMBEDDING : digits.json(i));
			load.clients.add(new Thread(() -> load.askUntilRejected(request), "client-" + i));
		}
		load.clients.forEach(Thread::start);
		return load;
	}

	private static String request(String path, String json) {
		return "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
			.formatted(path, json.length(), json);
	}

	void awaitAnswers() throws InterruptedException {
		assertThat(this.answers.await(SampleClient.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
	}

	/**
	 * Wait until every client has been rejected.
	 * @return what became of each request
	 */
	List<Exchange> join() throws InterruptedException {
		for (Thread client : this.clients) {
			client.join(SampleClient.PATIENCE.toMillis());
			assertThat(client.isAlive()).as(client.getName()).isFalse();
		}
		return List.copyOf(this.exchanges);
	}

	private void askUntilRejected(String request) {
		Exchange exchange;
		do {
			exchange = ask(request);
			this.exchanges.add(exchange);
			this.answers.countDown();
		}
		while (exchange.outcome() == Outcome.ANSWERED);
	}

	private Exchange ask(String request) {
		String response = "";
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
			socket.setSoTimeout(Math.toIntExact(SampleClient.PATIENCE.toMillis()));
			socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
			response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			return Exchange.of(response);
		}
		catch (ConnectException ex) {
			return new Exchange(Outcome.REFUSED, ex.getMessage());
		}
		catch (SocketException ex) {
			return new Exchange(Outcome.RESET, ex.getMessage());
		}
		catch (IOException ex) {
			return new Exchange(Outcome.BROKEN, ex + ": " + response);
		}
	}

	/**
	 * How a request ended.
	 */
	enum Outcome {

		/** A whole answer of status 200 came. */
		ANSWERED,

		/** A whole answer of status 503 came. */
		UNAVAILABLE,

		/** Nobody listened. */
		REFUSED,

		/** The connection was never taken up, or given up before the first byte. */
		RESET,

		/** Anything else. */
		BROKEN

	}

	/**
	 * A request.
	 *
	 * @param outcome how it ended
	 * @param detail what came back
	 */
	record Exchange(Outcome outcome, String detail) {

		private static Exchange of(String response) {
			if (response.isEmpty()) {
				return new Exchange(Outcome.RESET, "closed without an answer");
			}
			boolean whole = response.endsWith("}") || response.endsWith("0\r\n\r\n")
					|| (response.contains("\r\nContent-Length: 0\r\n") && response.endsWith("\r\n\r\n"));
			if (whole && response.startsWith("HTTP/1.1 200 ")) {
				return new Exchange(Outcome.ANSWERED, "");
			}
			return new Exchange(whole && response.startsWith("HTTP/1.1 503 ") ? Outcome.UNAVAILABLE : Outcome.BROKEN,
					response);
		}

	}

}
