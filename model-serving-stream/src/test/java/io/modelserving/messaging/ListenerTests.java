package io.modelserving.messaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.kafka.autoconfigure.ConcurrentKafkaListenerContainerFactoryConfigurer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.support.KafkaHeaders;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.MessageBuilder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests the listener that {@code docs/messaging.md} shows.
 */
class ListenerTests {

	@Test
	void codeOfThePageIsThatOfThisTest() throws IOException {
		String code = Files
			.readString(Path.of("src/test/java", ListenerTests.class.getName().replace('.', '/') + ".java"));
		assertThat(Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
			.matcher(Files.readString(Path.of("../docs/messaging.md")))
			.results()
			.map((found) -> found.group(1))).hasSize(2).allSatisfy((block) -> assertThat(code).contains(block));
	}

	@Test
	void whenListenerUsesTheFunctionThenPollIsRepliedAndPoisonIsADeadLetter() {
		try (TestBroker broker = new TestBroker();
				ConfigurableApplicationContext application = new SpringApplicationBuilder(ListeningApplication.class)
					.properties("server.port=0", "model-serving.models.affine.location=classpath:models/affine.onnx",
							"model-serving.functions.move.endpoint=/affine",
							"spring.autoconfigure.exclude=org.springframework.cloud.stream.function.FunctionConfiguration",
							"spring.kafka.bootstrap-servers=" + broker.brokers(),
							"spring.kafka.consumer.auto-offset-reset=earliest",
							"spring.kafka.consumer.value-deserializer=org.apache.kafka.common.serialization.ByteArrayDeserializer",
							"spring.kafka.producer.value-serializer=org.apache.kafka.common.serialization.ByteArraySerializer")
					.run()) {
			for (int i = 0; i < 20; i++) {
				broker.send("points", "k" + i, "{\"x\":[%d,2,3]}".formatted(i));
			}
			broker.send("points", "poison", "{");
			broker.flush();
			assertThat(broker.read("moved", 20)).extracting(ConsumerRecord::key)
				.doesNotContain("poison")
				.doesNotHaveDuplicates();
			assertThat(broker.read("move-dlt", 1)).extracting(ConsumerRecord::key).containsExactly("poison");
			TestBroker.await("acknowledgement", () -> broker.acknowledged("movers", "points") == 21);
			assertThat(application.isActive()).isTrue();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ AffineApplication.AffineEndpoint.class, Movers.class })
	static class ListeningApplication {

		@Bean
		ConcurrentKafkaListenerContainerFactory<Object, Object> untilReplied(
				ConcurrentKafkaListenerContainerFactoryConfigurer configurer, ConsumerFactory<Object, Object> consumers,
				@Qualifier("messageFunctionErrorHandler") CommonErrorHandler untilReplied) {
			ConcurrentKafkaListenerContainerFactory<Object, Object> factory = new ConcurrentKafkaListenerContainerFactory<>();
			configurer.configure(factory, consumers);
			factory.setCommonErrorHandler(untilReplied);
			return factory;
		}

	}

	static class Movers {

		private final MessageFunction move;

		private final KafkaTemplate<?, ?> template;

		Movers(MessageFunction move, KafkaTemplate<?, ?> template) {
			this.move = move;
			this.template = template;
		}

		@KafkaListener(topics = "points", groupId = "movers", batch = "true", containerFactory = "untilReplied")
		void move(List<Message<byte[]>> points) {
			List<CompletableFuture<?>> written = new ArrayList<>();
			for (Message<byte[]> reply : this.move.reply(points)) {
				boolean deadLetter = reply.getHeaders().containsKey(KafkaHeaders.TOPIC);
				written.add(this.template.send(deadLetter ? reply
						: MessageBuilder.fromMessage(reply).setHeader(KafkaHeaders.TOPIC, "moved").build()));
			}
			CompletableFuture.allOf(written.toArray(CompletableFuture[]::new)).join();
		}

	}

}
