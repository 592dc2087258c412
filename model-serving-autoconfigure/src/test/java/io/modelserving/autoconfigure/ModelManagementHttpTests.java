package io.modelserving.autoconfigure;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import javax.management.MBeanServer;
import javax.management.ObjectName;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.actuate.audit.InMemoryAuditEventRepository;
import org.springframework.boot.actuate.audit.listener.AuditListener;
import org.springframework.boot.actuate.autoconfigure.audit.AuditAutoConfiguration;
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

import io.modelserving.actuate.ModelManagementEvent;
import io.modelserving.model.ModelKey;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ModelAdministration;
import io.modelserving.serving.traffic.Traffic;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what operators can do to models over HTTP and JMX.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "management.endpoints.web.exposure.include=models",
				"management.endpoint.models.access=unrestricted", "spring.jmx.enabled=true",
				"management.endpoints.jmx.exposure.include=models",
				"spring.jmx.default-domain=io.modelserving.management" })
@DirtiesContext
class ModelManagementHttpTests {

	@LocalServerPort
	private int port;

	@Autowired
	private InferenceService service;

	@Autowired
	private ModelAdministration administration;

	@Autowired
	private AuditEventRepository audit;

	@Autowired
	private Events events;

	@BeforeEach
	void reset(@Autowired Attempts attempts) throws Exception {
		attempts.awaitEndOf("first");
		attempts.awaitEndOf("echo");
		for (long version = 1; version <= 2; version++) {
			this.administration.reload(new ModelKey("echo", version)).get();
			this.administration.enable(new ModelKey("echo", version));
		}
		this.administration.route("echo", Traffic.NONE);
		this.events.seen.clear();
	}

	@Test
	void whenDefaultVersionIsSetThenTheNextCallGetsIt() throws Exception {
		assertThat(answeredBy()).isEqualTo(2);
		ResponseEntity<JsonNode> response = post("/echo/traffic?defaultVersion=1", null);
		assertThat(response.getStatusCode().value()).isEqualTo(200);
		assertThat(body(response).at("/operation").asString()).isEqualTo("traffic");
		assertThat(body(response).at("/outcome").asString()).isEqualTo("DONE");
		assertThat(body(response).at("/traffic/shares/1").asDouble()).isEqualTo(1);
		assertThat(answeredBy()).isEqualTo(1);
	}

	@Test
	void whenTrafficComesAsJsonThenAllOfItArrives() {
		ResponseEntity<JsonNode> response = post("/echo/traffic",
				Map.of("weights", "1=75,2=25", "shadow", 1, "shadowShare", 0.5, "stickyHeader", "X-User", "labels",
						"stable=1,canary=2", "rollback", true, "rollbackWindow", 50));
		assertThat(response.getStatusCode().value()).isEqualTo(200);
		JsonNode traffic = get("/echo").at("/traffic");
		assertThat(traffic.at("/shares/1").asDouble()).isEqualTo(0.75);
		assertThat(traffic.at("/weights/2").asInt()).isEqualTo(25);
		assertThat(traffic.at("/shadow/version").asLong()).isEqualTo(1);
		assertThat(traffic.at("/shadow/copies/matched").asLong()).isZero();
		assertThat(traffic.at("/stickyHeader").asString()).isEqualTo("X-User");
		assertThat(traffic.at("/labels/canary").asLong()).isEqualTo(2);
		assertThat(traffic.at("/rollback/window").asInt()).isEqualTo(50);
		assertThat(traffic.at("/rolledBack").isEmpty()).isTrue();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					/echo/traffic?weights=1:5            | 400 | weights is "1:5"; it must be weights by version, such as 1=95,2=5
					/echo/traffic?defaultVersion=3       | 400 | model "echo" has no version 3; it has 1, 2
					/echo/traffic                        | 400 | traffic: nothing is to be changed
					/echo/scale?instances=some           | 400 | instances is "some"; it must be a whole number
					/echo/scale?instances=-1             | 400 | instances is -1; it must be at least 1
					/echo/limits?maxQueueDelay=long      | 400 | maxQueueDelay is "long"; it must be a duration, such as 5ms
					/echo/limits?queueCapacity=0         | 400 | 0
					/echo/reload?version=x               | 400 | version is "x"; it must be a version
					/echo/explode                        | 400 | unknown operation "explode"; there are load, reload
					/echo/reload?version=9               | 404 | model "echo" has no version 9; it has [1, 2]
					/other/disable                       | 404 | unknown model "other"; there are [echo, first]
					/echo/load                           | 409 | model-serving.repository-control.mode
					""")
	void whenARequestIsWrongThenTheBodySaysWhatWouldBeRight(String path, int status, String message) {
		ResponseEntity<JsonNode> response = post(path, null);
		assertThat(response.getStatusCode().value()).isEqualTo(status);
		assertThat(body(response).at("/error").asString()).contains(message);
	}

	@Test
	void whenABodyIsNestedThenItIsRejected() {
		assertThat(post("/echo/traffic", Map.of("weights", Map.of("1", 95))).getStatusCode().value()).isEqualTo(400);
	}

	@Test
	void whenVersionIsDisabledThenItIsShownSoAndGetsNoCalls() throws Exception {
		assertThat(post("/echo/disable?version=2", null).getStatusCode().value()).isEqualTo(200);
		assertThat(get("/echo/2").at("/enabled").asBoolean()).isFalse();
		assertThat(get("").at("/models/1/enabled").asBoolean()).isFalse();
		assertThat(answeredBy()).isEqualTo(1);
		post("/echo/enable?version=2", null);
		assertThat(answeredBy()).isEqualTo(2);
	}

	@Test
	void whenLimitsAreSetThenTheyAreShown() {
		ResponseEntity<JsonNode> response = post("/echo/limits", Map.of("version", 2, "queueCapacity", 77));
		assertThat(response.getStatusCode().value()).as(() -> body(response).toString()).isEqualTo(200);
		assertThat(get("/echo/2").at("/limits/queueCapacity").asInt()).isEqualTo(77);
		assertThat(get("/echo/1").at("/limits/queueCapacity").asInt()).isEqualTo(1024);
	}

	@Test
	void whenInstancesAreSetThenTheyAreShown() {
		ResponseEntity<JsonNode> response = post("/echo/scale?version=1&instances=3", null);
		assertThat(response.getStatusCode().value()).as(() -> body(response).toString()).isEqualTo(200);
		assertThat(get("/echo/1").at("/queue/instances").asInt()).isEqualTo(3);
	}

	@Test
	void whenVersionIsReloadedThenItsStateIsAnswered() {
		ResponseEntity<JsonNode> response = post("/echo/reload?version=1", null);
		assertThat(response.getStatusCode().value()).isEqualTo(200);
		assertThat(body(response).at("/versions/0/state").asString()).isEqualTo("READY");
	}

	@Test
	void whenCallsHaveEndedThenTheirStatisticsAreShown() throws Exception {
		answeredBy();
		long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
		while (successes() == 0 && System.nanoTime() - end < 0) {
			// a call is counted after its caller has the answer
		}
		assertThat(successes()).isPositive();
		assertThat(get("/echo/2").at("/statistics/computeInfer/meanMicros").asDouble()).isPositive();
	}

	@Test
	void whenVersionIsDeletedThenItIsUnloadedAndGone() throws Exception {
		ModelDefinition second = StubModels.ready("echo", 2);
		ResponseEntity<JsonNode> response = exchange(HttpMethod.DELETE, "/echo/2", null);
		assertThat(response.getStatusCode().value()).isEqualTo(200);
		assertThat(body(response).at("/versions/0/state").asString()).isEqualTo("UNLOADED");
		assertThat(answeredBy()).isEqualTo(1);
		assertThat(exchange(HttpMethod.DELETE, "/echo/2", null).getStatusCode().value()).isEqualTo(404);
		this.administration.load(second).get();
	}

	@Test
	void whenAModelIsDeletedThenAllItsVersionsAre() {
		ResponseEntity<JsonNode> response = exchange(HttpMethod.DELETE, "/first", null);
		assertThat(response.getStatusCode().value()).isEqualTo(200);
		assertThat(get("").toString()).doesNotContain("first");
		this.administration.load(StubModels.ready("first", 1)).join();
	}

	@Test
	void whenAModelIsManagedThenTheApplicationAndItsAuditKnow() {
		post("/echo/traffic?defaultVersion=1", null);
		post("/echo/traffic?defaultVersion=7", null);
		assertThat(this.events.seen).extracting(ModelManagementEvent::outcome)
			.containsExactly("done", "failed: model \"echo\" has no version 7; it has 1, 2");
		List<AuditEvent> audited = this.audit.find(null, null, "MODEL_MANAGEMENT");
		assertThat(audited.get(audited.size() - 2).getData()).containsEntry("operation", "traffic")
			.containsEntry("model", "echo")
			.containsEntry("defaultVersion", "1")
			.containsEntry("outcome", "done");
	}

	@Test
	void whenJmxIsUsedThenOperationsHaveNamesOfTheirOwn() throws Exception {
		MBeanServer server = ManagementFactory.getPlatformMBeanServer();
		ObjectName name = server
			.queryNames(new ObjectName("io.modelserving.management:type=Endpoint,name=Models,*"), null)
			.iterator()
			.next();
		Object result = server.invoke(name, "route", new Object[] { "echo", "1", null, null, null },
				new String[] { String.class.getName(), String.class.getName(), String.class.getName(),
						String.class.getName(), String.class.getName() });
		assertThat(result).asString().contains("outcome=DONE");
		assertThat(answeredBy()).isEqualTo(1);
	}

	private long successes() {
		return get("/echo/2").at("/statistics/success/count").asLong();
	}

	private long answeredBy() throws Exception {
		return this.service.infer(InferenceRequest.of("echo", StubModels.row(1))).get().model().version();
	}

	private JsonNode get(String path) {
		return body(exchange(HttpMethod.GET, path, null));
	}

	private ResponseEntity<JsonNode> post(String path, Map<String, ?> body) {
		return exchange(HttpMethod.POST, path, body);
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
	@EnableAutoConfiguration(exclude = AuditAutoConfiguration.class)
	static class Application {

		@Bean
		ModelDefinition first() {
			return StubModels.ready("first", 1);
		}

		@Bean
		ModelDefinition echoOne() {
			return StubModels.ready("echo", 1);
		}

		@Bean
		ModelDefinition echoTwo() {
			return StubModels.ready("echo", 2);
		}

		@Bean
		AuditEventRepository audit() {
			return new InMemoryAuditEventRepository();
		}

		@Bean
		AuditListener auditListener(AuditEventRepository repository) {
			return new AuditListener(repository);
		}

		@Bean
		Attempts attempts() {
			return new Attempts();
		}

		@Bean
		Events events() {
			return new Events();
		}

	}

	static class Events {

		private final List<ModelManagementEvent> seen = new CopyOnWriteArrayList<>();

		@EventListener
		void managed(ModelManagementEvent event) {
			this.seen.add(event);
		}

	}

}
