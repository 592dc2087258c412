package io.modelserving.openinference.http;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelSignature;
import io.modelserving.openinference.FakeModels;
import io.modelserving.serving.InferenceResult;
import io.modelserving.tensor.NamedTensors;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests what becomes of a call that takes longer than the server waits.
 */
@OpenInferenceHttpTest
@TestPropertySource(
		properties = { "model-serving.web.execution=asynchronous", "spring.mvc.async.request-timeout=10ms" })
class AsyncTimeoutHttpTests {

	private final FakeModels models;

	private final HttpCaller http;

	AsyncTimeoutHttpTests(@Autowired FakeModels models, @LocalServerPort int port) {
		this.models = models;
		this.http = new HttpCaller(port);
	}

	@Test
	void whenServerDoesNotWaitLongerThenCallIsCancelled() {
		CompletableFuture<InferenceResult> call = new CompletableFuture<>();
		this.models.add(new ModelKey("slow", 1), new ModelSignature(List.of(), List.of()), NamedTensors.of(Map.of()));
		this.models.answer((request) -> call);
		HttpResponse<String> response = this.http.post("/v2/models/slow/infer", """
				{"inputs":[{"name":"x","shape":[2],"datatype":"INT64","data":[1,2]}]}""");
		assertThat(response.statusCode()).isEqualTo(504);
		assertThat(HttpCaller.error(response)).contains("spring.mvc.async.request-timeout");
		assertThat(call).isCompletedExceptionally();
	}

}
