package io.modelserving.sample.digits;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.ClassPathResource;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

import io.modelserving.sample.SampleApplication;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the digits endpoint answers a topic as it answers requests.
 */
class DigitsTopicIT {

	@Test
	void whenDigitsAreMessagesThenAnswersAreThoseOfTheEndpoint() throws Exception {
		List<String> rows = new ClassPathResource("digits-held-out.csv").getContentAsString(StandardCharsets.UTF_8)
			.lines()
			.skip(1)
			.toList();
		EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 2);
		broker.afterPropertiesSet();
		String brokers = broker.getBrokersAsString();
		try (ConfigurableApplicationContext sample = new SpringApplicationBuilder(SampleApplication.class)
			.run("--spring.profiles.active=kafka", "--server.port=0", "--spring.grpc.server.port=0",
					"--spring.cloud.stream.kafka.binder.brokers=" + brokers);
				KafkaProducer<String, String> producer = new KafkaProducer<>(Map.of("bootstrap.servers", brokers),
						new StringSerializer(), new StringSerializer());
				KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
						Map.of("bootstrap.servers", brokers, "group.id", "test", "auto.offset.reset", "earliest"),
						new StringDeserializer(), new StringDeserializer())) {
			for (int i = 0; i < rows.size(); i++) {
				producer.send(new ProducerRecord<>("scans", Integer.toString(i), request(rows.get(i))));
			}
			producer.flush();
			Map<String, String> answers = new HashMap<>();
			consumer.subscribe(List.of("digits"));
			Awaitility.await().atMost(Duration.ofMinutes(1)).pollInSameThread().until(() -> {
				consumer.poll(Duration.ofMillis(100)).forEach((answer) -> answers.put(answer.key(), answer.value()));
				return answers.size() == rows.size();
			});
			URI digits = URI
				.create("http://localhost:%s/digits".formatted(sample.getEnvironment().getProperty("local.server.port")));
			HttpClient client = HttpClient.newHttpClient();
			for (int i = 0; i < rows.size(); i++) {
				HttpRequest request = HttpRequest.newBuilder(digits)
					.header("Content-Type", "application/json")
					.POST(HttpRequest.BodyPublishers.ofString(request(rows.get(i))))
					.build();
				assertThat(answers.get(Integer.toString(i)))
					.isEqualTo(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
			}
		}
		finally {
			broker.destroy();
		}
	}

	private static String request(String row) {
		String[] cells = row.split(",");
		StringBuilder pixels = new StringBuilder();
		for (int i = 0; i < 64; i++) {
			pixels.append((i == 0) ? "[" : (i % 8 == 0) ? "],[" : ",").append(cells[i + 1]);
		}
		return "{\"pixels\":[%s]]}".formatted(pixels);
	}

}
