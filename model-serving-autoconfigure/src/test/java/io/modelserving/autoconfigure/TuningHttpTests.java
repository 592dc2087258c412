package io.modelserving.autoconfigure;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import javax.management.MBeanServer;
import javax.management.ObjectName;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.web.client.RestClient;

import io.modelserving.tuning.ModelTunedEvent;
import io.modelserving.tuning.ModelTuner;
import io.modelserving.tuning.TuningStatus;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for tuning a model of ONNX Runtime over HTTP and JMX: that there are figures, not
 * which.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "model-serving.models.affine.location=classpath:models/affine.onnx",
				"management.endpoints.web.exposure.include=models", "management.endpoint.models.access=unrestricted",
				"spring.jmx.enabled=true", "management.endpoints.jmx.exposure.include=models",
				"spring.jmx.default-domain=io.modelserving.tuning" })
@DirtiesContext
class TuningHttpTests {

	@LocalServerPort
	private int port;

	@Autowired
	private Endings endings;

	@BeforeEach
	void awaitModel(@Autowired Attempts attempts) {
		attempts.awaitEndOf("affine");
	}

	@AfterEach
	void stop(@Autowired ModelTuner tuner) {
		tuner.cancel("affine").handle((status, failure) -> status).orTimeout(1, TimeUnit.MINUTES).join();
		this.endings.seen.clear();
	}

	@Test
	void whenAModelIsTunedThenItsFiguresAndItsYamlAreAnswered() throws Exception {
		ResponseEntity<JsonNode> begun = exchange(HttpMethod.POST, "/affine/tune",
				Map.of("duration", "1s", "instances", 1, "intraOpThreads", "1", "batchSizes", "1,4"));
		assertThat(begun.getStatusCode().value()).as(() -> String.valueOf(begun.getBody())).isEqualTo(202);
		assertThat(body(begun).at("/outcome").asString()).isEqualTo("PENDING");
		assertThat(body(begun).at("/tuning/version").asLong()).isEqualTo(1);
		assertThat(this.endings.next().state()).isEqualTo(TuningStatus.State.DONE);

		JsonNode tuning = body(exchange(HttpMethod.GET, "/affine/tune", null));
		assertThat(tuning.at("/state").asString()).isEqualTo("DONE");
		assertThat(tuning.at("/step").asInt()).isEqualTo(tuning.at("/steps").asInt());
		JsonNode result = tuning.at("/result");
		assertThat(result.at("/yaml").asString()).startsWith("model-serving:\n  models:\n    affine:\n");
		assertThat(result.at("/reason").asString()).isNotBlank();
		assertThat(result.at("/best/maxBatchSize").asInt()).isPositive();
		assertThat(result.at("/candidates").size()).isGreaterThanOrEqualTo(2);
		assertThat(result.at("/candidates").valueStream())
			.anySatisfy((candidate) -> assertThat(candidate.at("/maxBatchSize").asInt()).isEqualTo(4));
		assertThat(result.at("/candidates").valueStream()).anySatisfy((candidate) -> {
			assertThat(candidate.at("/rowsPerSecond").asDouble()).isPositive();
			assertThat(candidate.at("/p99Micros").asDouble())
				.isGreaterThanOrEqualTo(candidate.at("/p50Micros").asDouble());
		});
	}

	@Test
	void whenItIsBeingTunedThenASecondIsRejectedAndDeletingEndsIt() throws Exception {
		assertThat(exchange(HttpMethod.POST, "/affine/tune?duration=10m", null).getStatusCode().value()).isEqualTo(202);
		assertThat(body(exchange(HttpMethod.GET, "/affine/tune", null)).at("/state").asString()).isEqualTo("RUNNING");
		ResponseEntity<JsonNode> second = exchange(HttpMethod.POST, "/affine/tune", null);
		assertThat(second.getStatusCode().value()).isEqualTo(409);
		assertThat(body(second).at("/error").asString()).contains("model affine:1 is being tuned");
		ResponseEntity<JsonNode> deleted = exchange(HttpMethod.DELETE, "/affine/tune", null);
		assertThat(deleted.getStatusCode().value()).isEqualTo(200);
		assertThat(body(deleted).at("/tuning/state").asString()).isEqualTo("CANCELLED");
		assertThat(body(deleted).at("/tuning/doing").asString()).isEqualTo("cancelled by an operator");
		assertThat(body(exchange(HttpMethod.GET, "/affine/1", null)).at("/state").asString()).isEqualTo("READY");
	}

	@Test
	void whenARequestIsWrongThenTheBodySaysWhatWouldBeRight() {
		ResponseEntity<JsonNode> response = exchange(HttpMethod.POST, "/affine/tune?rows=0", null);
		assertThat(response.getStatusCode().value()).isEqualTo(400);
		assertThat(body(response).at("/error").asString()).isEqualTo("rows is 0; it must be between 1 and 1024");
		assertThat(exchange(HttpMethod.POST, "/affine/tune?version=7", null).getStatusCode().value()).isEqualTo(404);
		assertThat(exchange(HttpMethod.GET, "/other/tune", null).getStatusCode().value()).isEqualTo(404);
		assertThat(exchange(HttpMethod.GET, "/affine/7", null).getStatusCode().value()).isEqualTo(404);
		assertThat(exchange(HttpMethod.GET, "/affine/x", null).getStatusCode().value()).isEqualTo(400);
		assertThat(exchange(HttpMethod.DELETE, "/other/tune", null).getStatusCode().value()).isEqualTo(404);
	}

	@Test
	void whenJmxIsUsedThenAModelIsTunedToo() throws Exception {
		MBeanServer server = ManagementFactory.getPlatformMBeanServer();
		ObjectName name = server.queryNames(new ObjectName("io.modelserving.tuning:type=Endpoint,name=Models,*"), null)
			.iterator()
			.next();
		String text = String.class.getName();
		Object begun = server.invoke(name, "tune",
				new Object[] { "affine", null, null, "1s", null, null, "1", "1", "1", null },
				new String[] { text, Long.class.getName(), text, text, text, text, text, text, text, text });
		assertThat(begun).asString().contains("outcome=PENDING");
		this.endings.next();
		assertThat(server.invoke(name, "tuning", new Object[] { "affine" }, new String[] { text })).asString()
			.contains("state=DONE");
	}

	private static JsonNode body(ResponseEntity<JsonNode> response) {
		assertThat(response.getBody()).isNotNull();
		return response.getBody();
	}

	private ResponseEntity<JsonNode> exchange(HttpMethod method, String path, Map<String, ?> body) {
		RestClient.RequestBodySpec request = RestClient.create("http://localhost:" + this.port + "/actuator/models")
			.method(method)
			.uri(path)
			.contentType(MediaType.APPLICATION_JSON);
		if (body != null) {
			request.body(body);
		}
		return request.retrieve().onStatus((status) -> true, (sent, response) -> {
		}).toEntity(JsonNode.class);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Attempts attempts() {
			return new Attempts();
		}

		@Bean
		Endings endings() {
			return new Endings();
		}

	}

	static class Endings {

		private final BlockingQueue<TuningStatus> seen = new LinkedBlockingQueue<>();

		@EventListener
		void tuned(ModelTunedEvent event) {
			this.seen.add(event.status());
		}

		/**
		 * Return how the next tuning has ended that was not cancelled. The end of one
		 * that another test has cancelled may be told only now.
		 */
		TuningStatus next() throws InterruptedException {
			TuningStatus status;
			do {
				status = this.seen.poll(1, TimeUnit.MINUTES);
				assertThat(status).isNotNull();
			}
			while (status.state() == TuningStatus.State.CANCELLED);
			return status;
		}

	}

}
