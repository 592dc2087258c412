package io.modelserving.repository.cache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * A web server for tests: it knows entity tags and ranges, and breaks connections when it
 * is told to.
 */
public final class FileServer implements AutoCloseable {

	private final Map<String, Content> contents = new ConcurrentHashMap<>();

	/** What was asked for: path, Range and If-None-Match, as far as they were there. */
	public final List<String> requests = Collections.synchronizedList(new ArrayList<>());

	/** The values of Authorization that came with each path. */
	public final Map<String, String> authorizations = new ConcurrentHashMap<>();

	/** Further headers of the answers, by path. */
	public final Map<String, Map<String, String>> headers = new ConcurrentHashMap<>();

	/** Headers of answers to HEAD, in place of the others, by path. */
	public final Map<String, Map<String, String>> heads = new ConcurrentHashMap<>();

	/** Where a path leads. */
	public final Map<String, String> redirects = new ConcurrentHashMap<>();

	/**
	 * Without this value of Authorization, paths below {@code /v2/} are not given out.
	 */
	public volatile String required = "";

	private final ExecutorService executor = Executors.newCachedThreadPool();

	private final CountDownLatch closing = new CountDownLatch(1);

	private final HttpServer server;

	/** Breaks the next answer after so many bytes. */
	public volatile int breakAfter = -1;

	/**
	 * Whether an answer that is to break just stops instead, and so do those after it.
	 */
	public volatile boolean stall;

	/** Answers everything with this status, unless it is 0. */
	public volatile int status;

	public volatile boolean ranges = true;

	public FileServer() {
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server.setExecutor(this.executor);
		this.server.createContext("/", this::handle);
		this.server.start();
	}

	public URI put(String path, byte[] content, String etag) {
		this.contents.put(path, new Content(content, etag));
		return uri(path);
	}

	public URI uri(String path) {
		return URI
			.create("http://127.0.0.1:%d%s".formatted(this.server.getAddress().getPort(), path.replace(" ", "%20")));
	}

	private void handle(HttpExchange exchange) throws IOException {
		String path = exchange.getRequestURI().getPath();
		String range = exchange.getRequestHeaders().getFirst("Range");
		String known = exchange.getRequestHeaders().getFirst("If-None-Match");
		this.requests.add(path + ((range != null) ? " " + range : "") + ((known != null) ? " unless " + known : ""));
		String authorization = exchange.getRequestHeaders().getFirst("Authorization");
		this.authorizations.put(path, (authorization != null) ? authorization : "");
		Content content = this.contents.get(exchange.getRequestURI().toString());
		if (content == null) {
			content = this.contents.get(path);
		}
		this.headers.getOrDefault(path, Map.of()).forEach(exchange.getResponseHeaders()::set);
		if (this.status == 0 && path.startsWith("/v2/") && !this.required.isEmpty()
				&& !this.required.equals(authorization)) {
			exchange.getResponseHeaders()
				.set("WWW-Authenticate", "Bearer realm=\"%s\",service=\"stub\"".formatted(uri("/token")));
			answer(exchange, 401, new byte[0]);
		}
		else if (this.status == 0 && this.redirects.containsKey(path)) {
			exchange.getResponseHeaders().set("Location", this.redirects.get(path));
			answer(exchange, 302, new byte[0]);
		}
		else if (path.startsWith("/loop")) {
			exchange.getResponseHeaders().set("Location", path + "x");
			answer(exchange, 302, new byte[0]);
		}
		else if (this.status != 0 || content == null) {
			answer(exchange, (this.status != 0) ? this.status : 404, "no".getBytes());
		}
		else if (content.etag().equals(known)) {
			exchange.sendResponseHeaders(304, -1);
			exchange.close();
		}
		else {
			send(exchange, content, range);
		}
	}

	private void send(HttpExchange exchange, Content content, String range) throws IOException {
		byte[] bytes = content.bytes();
		exchange.getResponseHeaders().set("ETag", content.etag());
		boolean same = content.etag().equals(exchange.getRequestHeaders().getFirst("If-Range"));
		if (range == null || !same || !this.ranges) {
			answer(exchange, 200, bytes);
			return;
		}
		int start = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
		if (start >= bytes.length) {
			answer(exchange, 416, new byte[0]);
			return;
		}
		exchange.getResponseHeaders()
			.set("Content-Range", "bytes %d-%d/%d".formatted(start, bytes.length - 1, bytes.length));
		answer(exchange, 206, Arrays.copyOfRange(bytes, start, bytes.length));
	}

	private void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
		int end = this.breakAfter;
		boolean head = exchange.getRequestMethod().equals("HEAD");
		if (head) {
			this.heads.getOrDefault(exchange.getRequestURI().getPath(), Map.of())
				.forEach(exchange.getResponseHeaders()::set);
		}
		boolean breaks = !head && end >= 0 && end < body.length;
		if (breaks && !this.stall) {
			this.breakAfter = -1;
		}
		exchange.sendResponseHeaders(status, (body.length > 0 && !head) ? body.length : -1);
		if (!breaks) {
			if (!head) {
				exchange.getResponseBody().write(body);
			}
			exchange.close();
			return;
		}
		exchange.getResponseBody().write(body, 0, end);
		exchange.getResponseBody().flush();
		if (this.stall) {
			awaitClosing();
		}
		throw new IOException("the connection is to break");
	}

	private void awaitClosing() {
		try {
			this.closing.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void close() {
		this.closing.countDown();
		this.server.stop(0);
		this.executor.shutdownNow();
	}

	private record Content(byte[] bytes, String etag) {
	}

}
