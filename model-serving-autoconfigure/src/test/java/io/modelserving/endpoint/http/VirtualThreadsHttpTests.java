package io.modelserving.endpoint.http;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;

import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.tensor.NamedTensors;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that handlers run on the virtual threads of the server where it has such.
 */
@EndpointHttpTest
@EnabledForJreRange(min = JRE.JAVA_21)
@TestPropertySource(properties = "spring.threads.virtual.enabled=true")
@Import(VirtualThreadsHttpTests.ThreadEndpoint.class)
class VirtualThreadsHttpTests {

	@Autowired
	private RestTestClient client;

	@Autowired
	private ThreadEndpoint endpoint;

	@Test
	void handlersRunOnTheThreadOfTheRequest() {
		this.client.post()
			.uri("/thread")
			.contentType(MediaType.APPLICATION_JSON)
			.body("{\"value\": 1}")
			.exchange()
			.expectStatus()
			.isOk();
		assertThat(this.endpoint.encodedBy).startsWith("tomcat-handler-");
	}

	@ModelEndpoint(path = "/thread", model = "echo")
	static class ThreadEndpoint implements ModelHandler<ThreadEndpoint.Request, ThreadEndpoint.Response> {

		private volatile String encodedBy = "";

		@Override
		public NamedTensors encode(Request request) {
			this.encodedBy = Thread.currentThread().getName();
			return TestHandlers.inputs(request.value());
		}

		@Override
		public Response decode(Request request, NamedTensors outputs) {
			return new Response(outputs.numeric("y").toFloats()[0]);
		}

		record Request(float value) {
		}

		record Response(float value) {
		}

	}

}
