package io.modelserving.openinference.http;

import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelSignature;
import io.modelserving.openinference.FakeModels;
import io.modelserving.serving.InferenceResult;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.context.TestPropertySource;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests what becomes of a call when nobody waits for its answer any more.
 */
@OpenInferenceHttpTest
@TestPropertySource(properties = "model-serving.web.execution=asynchronous")
@ExtendWith(OutputCaptureExtension.class)
class ClientDisconnectHttpTests {

	private static final String INFER = "/v2/models/slow/infer";

	private static final String SMALL = """
			{"inputs":[{"name":"x","shape":[2],"datatype":"INT64","data":[1,2]}]}""";

	private final FakeModels models;

	private final int port;

	private final CompletableFuture<InferenceResult> call = new CompletableFuture<>();

	private final CountDownLatch called = new CountDownLatch(1);

	ClientDisconnectHttpTests(@Autowired FakeModels models, @LocalServerPort int port) {
		this.models = models;
		this.port = port;
	}

	@BeforeEach
	void addModel() {
		this.models.reset();
		this.models.add(new ModelKey("slow", 1), new ModelSignature(List.of(), List.of()), NamedTensors.of(Map.of()));
		this.models.answer((request) -> {
			this.called.countDown();
			return this.call;
		});
	}

	@AfterEach
	void endCall() {
		this.call.cancel(false);
	}

	@Test
	void whenClientResetsItsStreamThenCallIsCancelled() throws Exception {
		HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
		assertThat(client.send(request("/v2").build(), BodyHandlers.ofString()).version())
			.isEqualTo(HttpClient.Version.HTTP_2);
		CompletableFuture<HttpResponse<String>> waiting = client
			.sendAsync(request(INFER).POST(BodyPublishers.ofString(SMALL)).build(), BodyHandlers.ofString());
		awaitCall();
		waiting.cancel(true);
		assertThat(this.call.handle((result, failure) -> this.call.isCancelled()).get(30, TimeUnit.SECONDS)).isTrue();
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path));
	}

	/**
	 * Over HTTP/1.1 the server looks at a connection only to write to it, so there is
	 * nothing to learn of a client that has gone before.
	 */
	@Test
	void whenClientClosesItsConnectionThenAnswerIsDroppedInSilence(CapturedOutput log) throws Exception {
		try (Socket socket = new Socket("localhost", this.port)) {
			socket.getOutputStream()
				.write("POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
					.formatted(INFER, SMALL.length(), SMALL)
					.getBytes(StandardCharsets.US_ASCII));
			awaitCall();
			socket.setSoLinger(true, 0);
		}
		float[] elements = new float[1_000_000];
		this.call.complete(new InferenceResult(new ModelKey("slow", 1),
				NamedTensors.of("x", Tensor.of(Shape.of(elements.length), elements))));
		assertThat(new HttpCaller(this.port).get("/v2").statusCode()).isEqualTo(200);
		assertThat(log).doesNotContain("ERROR");
	}

	private void awaitCall() throws InterruptedException {
		assertThat(this.called.await(30, TimeUnit.SECONDS)).isTrue();
	}

}
