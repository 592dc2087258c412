package io.modelserving.messaging;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.context.ConfigurableApplicationContext;

import static io.modelserving.messaging.TestBroker.header;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests functions that Spring Cloud Stream binds to topics of a real broker.
 */
class TopicTests {

	private static final String POINT = "{\"x\":[1,2,3]}";

	private static TestBroker broker;

	private static ConfigurableApplicationContext application;

	@BeforeAll
	static void start() {
		broker = new TestBroker();
		application = AffineApplication.start(broker.brokers(), "points", functions("lengths", "raw", "singlePoint"),
				"model-serving.functions.lengths.pipeline=lengthsOfPoints", "model-serving.functions.raw.model=affine",
				"model-serving.functions.singlePoint.endpoint=/affine",
				"model-serving.functions.singlePoint.dead-letters=lost",
				"spring.cloud.stream.bindings.singlePoint-in-0.consumer.batch-mode=false",
				"model-serving.functions.move.max-reply-size=2KB");
	}

	private static String functions(String... names) {
		StringBuilder properties = new StringBuilder();
		for (String name : names) {
			properties.append("spring.cloud.stream.bindings.%s-in-0.destination=%s%n".formatted(name, name));
			properties.append("spring.cloud.stream.bindings.%s-in-0.group=%s%n".formatted(name, name));
			properties.append("spring.cloud.stream.bindings.%s-out-0.destination=%s-replies%n".formatted(name, name));
			properties
				.append("spring.cloud.stream.kafka.bindings.%s-in-0.consumer.start-offset=earliest%n".formatted(name));
		}
		return properties.toString();
	}

	@AfterAll
	static void stop() {
		application.close();
		broker.close();
	}

	@Test
	void whenMessagesArePoisonThenTheyAreDeadLettersAndTheOthersAreReplied() {
		ProducerRecord<String, String> first = new ProducerRecord<>("points", "poison-1", POINT);
		first.headers().add("tenant", bytes("blue")).add("spring.cloud.stream.sendto.destination", bytes("stolen"));
		broker.send(first);
		Map<String, String> poison = new LinkedHashMap<>();
		poison.put("poison-json", "{\"x\":[1,2");
		poison.put("poison-null", "null");
		poison.put("poison-size", "{\"x\":[1,2]}");
		poison.put("poison-encode", "{\"x\":[1,2,3],\"note\":\"refuse\"}");
		poison.put("poison-decode", "{\"x\":[1,2,3],\"note\":\"break\"}");
		poison.put("poison-large", "{\"x\":[1,2,3],\"note\":\"%s\"}".formatted("x".repeat(3000)));
		poison.forEach((key, value) -> broker.send("points", key, value));
		ProducerRecord<String, String> typed = new ProducerRecord<>("points", "poison-type", "<x/>");
		typed.headers().add("contentType", bytes("text/xml"));
		broker.send(typed);
		ProducerRecord<String, String> odd = new ProducerRecord<>("points", "poison-headers", POINT);
		odd.headers()
			.add("contentType", new byte[] { -1, 0, 7 })
			.add("spring_json_header_types", bytes("{\"a\":\"java.lang.Runtime\",\"contentType\":3"))
			.add("a", bytes("{"));
		broker.send(odd);
		broker.send(new ProducerRecord<>("points", null, null));
		broker.send("points", "poison-2", POINT);

		Map<String, ConsumerRecord<String, String>> replies = byKey(broker.read("points-replies", "poison-", 2));
		assertThat(replies.get("poison-1").value()).isEqualTo(replies.get("poison-2").value()).contains("\"y\":[");
		assertThat(header(replies.get("poison-1"), "tenant")).isEqualTo("blue");
		assertThat(header(replies.get("poison-1"), "contentType")).isEqualTo("application/json");
		assertThat(replies).containsOnlyKeys("poison-1", "poison-2");
		Map<String, ConsumerRecord<String, String>> letters = byKey(broker.read("points-dlt", poison.size() + 3));
		poison.forEach((key, value) -> assertThat(letters.get(key).value()).isEqualTo(value));
		assertThat(reason(letters.get("poison-json"))).contains("message is no valid JSON", "column");
		assertThat(reason(letters.get("poison-null"))).contains("message is null");
		assertThat(reason(letters.get("poison-size"))).contains("x ", "size must be between 3 and 3");
		assertThat(reason(letters.get("poison-encode"))).contains("this one is refused");
		assertThat(reason(letters.get("poison-decode"))).contains("a mistake of the handler");
		assertThat(reason(letters.get("poison-large"))).contains("limit of 2048");
		assertThat(reason(letters.get("poison-type")))
			.contains("text/xml is not read; send application/json or image/*");
		assertThat(reason(letters.get("poison-headers"))).contains("Content type");
		assertThat(reason(letters.get(null))).contains("neither payload nor key");
		assertThat(header(letters.get("poison-size"), "model-serving-outcome")).isEqualTo("invalid");
		assertThat(header(letters.get("poison-decode"), "model-serving-outcome")).isEqualTo("failed");
		assertThat(header(letters.get("poison-size"), "x-original-topic")).isEqualTo("points");
		assertThat(broker.topics()).doesNotContain("stolen");
	}

	@Test
	void whenPollsAreManyThenRepliesAreThoseOfTheEndpointInTheOrderOfEachKey() throws Exception {
		int count = 2000;
		List<String> requests = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			requests.add("{\"x\":[%d,%d.5,-%d],\"note\":\"%d\"}".formatted(i, i * 7 % 13, i % 31, i));
			broker.send("points", "many-" + i % 16, requests.get(i));
		}
		broker.flush();
		List<ConsumerRecord<String, String>> replies = broker.read("points-replies", "many-", count);
		assertThat(replies).hasSize(count);
		Map<String, Integer> last = new HashMap<>();
		HttpClient client = HttpClient.newHttpClient();
		URI uri = URI.create(
				"http://localhost:%s/affine".formatted(application.getEnvironment().getProperty("local.server.port")));
		for (ConsumerRecord<String, String> reply : replies) {
			int number = Integer.parseInt(reply.value().replaceAll(".*\"note\":\"(\\d+)\".*", "$1"));
			assertThat(reply.key()).isEqualTo("many-" + number % 16);
			assertThat(number).isGreaterThan(last.getOrDefault(reply.key(), -1));
			last.put(reply.key(), number);
			if (number % 10 == 0) {
				assertThat(client
					.send(HttpRequest.newBuilder(uri)
						.header("Content-Type", "application/json")
						.POST(HttpRequest.BodyPublishers.ofString(requests.get(number)))
						.build(), HttpResponse.BodyHandlers.ofString())
					.body()).isEqualTo(reply.value());
			}
		}
		MeterRegistry meters = application.getBean(MeterRegistry.class);
		assertThat(
				meters.get("model.serving.messages").tags("function", "move", "outcome", "replied").counter().count())
			.isGreaterThanOrEqualTo(count);
		assertThat(meters.get("model.serving.polls.messages").tag("function", "move").summary().max()).isGreaterThan(1);
		assertThat(meters.get("model.serving.batch.rows").tag("model", "affine").summary().max()).isGreaterThan(1);
		assertThat(meters.get("spring.cloud.stream.binder.kafka.offset")
			.tags("group", "movers", "topic", "points")
			.gauge()).isNotNull();
	}

	@Test
	void whenMessageIsATombstoneThenItsReplyIsOne() {
		broker.send("points", "tomb-1", POINT);
		broker.send("points", "tomb-1", null);
		broker.flush();
		assertThat(broker.read("points-replies", "tomb-", 2)).extracting(ConsumerRecord::value).last().isNull();
	}

	@Test
	void whenFunctionIsAPipelineThenItReplies() {
		broker.send("lengths", "a", POINT);
		broker.send("lengths", "b", "{\"x\":3}");
		broker.flush();
		assertThat(broker.read("lengths-replies", 1)).extracting(ConsumerRecord::value).containsExactly("3");
		assertThat(reason(broker.read("lengths-dlt", 1).get(0))).contains("x");
	}

	@Test
	void whenFunctionIsAModelThenItRepliesTheOpenInferenceProtocol() {
		broker.send("raw", "a",
				"{\"id\":\"7\",\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,3],\"data\":[1,2,3]}]}");
		broker.send("raw", "b",
				"{\"inputs\":[{\"name\":\"z\",\"datatype\":\"FP32\",\"shape\":[1,3],\"data\":[1,2,3]}]}");
		broker.flush();
		assertThat(broker.read("raw-replies", 1).get(0).value()).contains("\"model_name\":\"affine\"", "\"id\":\"7\"");
		assertThat(reason(broker.read("raw-dlt", 1).get(0))).contains("\"z\"");
	}

	@Test
	void whenBindingHasNoBatchModeThenEachMessageIsReplied() {
		broker.send("singlePoint", "a", POINT);
		broker.send("singlePoint", "b", "{");
		broker.send("singlePoint", "c", POINT);
		broker.flush();
		assertThat(broker.read("singlePoint-replies", 2)).extracting(ConsumerRecord::key)
			.containsExactlyInAnyOrder("a", "c");
		assertThat(broker.read("lost", 1).get(0).key()).isEqualTo("b");
	}

	private static String reason(ConsumerRecord<String, String> message) {
		return String.valueOf(header(message, "x-exception-message"));
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static Map<String, ConsumerRecord<String, String>> byKey(List<ConsumerRecord<String, String>> messages) {
		Map<String, ConsumerRecord<String, String>> byKey = new HashMap<>();
		messages.forEach((message) -> byKey.put(message.key(), message));
		return byKey;
	}

}
