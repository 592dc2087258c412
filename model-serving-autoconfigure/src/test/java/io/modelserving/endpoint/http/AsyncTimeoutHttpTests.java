package io.modelserving.endpoint.http;

import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests what becomes of a request for which the server does not wait any longer.
 */
@EndpointHttpTest
@TestPropertySource(
		properties = { "model-serving.web.execution=asynchronous", "spring.mvc.async.request-timeout=10ms" })
class AsyncTimeoutHttpTests {

	@Autowired
	private RestTestClient client;

	@Autowired
	private SwitchableService service;

	@Test
	void whenServerWaitsNoLongerThen504AndCallIsCancelled() throws Exception {
		this.service.hold();
		this.client.post()
			.uri("/mean")
			.contentType(MediaType.APPLICATION_JSON)
			.body("{\"values\": [1]}")
			.exchange()
			.expectStatus()
			.isEqualTo(HttpStatus.GATEWAY_TIMEOUT)
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody()
			.jsonPath("$.detail")
			.isEqualTo("no result within the time that the server waits for one (spring.mvc.async.request-timeout)");
		CompletableFuture<?> answer = this.service.take().answer();
		assertThat(answer).isCancelled();
	}

}
