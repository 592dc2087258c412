package io.modelserving.messaging;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that no message is lost: of a process that is killed, a broker that restarts, a
 * shutdown, and a handler that hangs.
 */
class DeliveryTests {

	private static final String IN = "spring.cloud.stream.kafka.bindings.move-in-0.consumer.configuration.";

	private static TestBroker broker;

	@BeforeAll
	static void startBroker() {
		broker = new TestBroker();
	}

	@AfterAll
	static void stopBroker() {
		broker.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void whenProcessIsKilledBetweenReplyAndAcknowledgementThenNothingIsLost(boolean transactions) throws Exception {
		String topic = "killed-" + transactions;
		String[] properties = transactions
				? new String[] { "spring.cloud.stream.kafka.binder.transaction.transaction-id-prefix=" + topic + "-" }
				: new String[0];
		for (int i = 0; i < 100; i++) {
			broker.send(topic, "k" + i, point(i));
		}
		broker.flush();
		assertThat(killed(topic, properties)).isEqualTo(137);
		try (ConfigurableApplicationContext application = AffineApplication.start(broker.brokers(), topic,
				properties)) {
			TestBroker.await("acknowledgement", () -> broker.acknowledged("movers", topic) == 100);
			List<ConsumerRecord<String, String>> replies = broker.read(topic + "-replies", 100);
			assertThat(replies.stream().map(ConsumerRecord::key).distinct()).hasSize(100);
			assertThat(replies).hasSize(transactions ? 100 : 100 + HaltingInterceptor.REPLIES);
			assertThat(application.isActive()).isTrue();
		}
	}

	private static int killed(String topic, String... properties) throws Exception {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-XX:+UseSerialGC", "-Xmx512m", "-cp", System.getProperty("java.class.path"),
						AffineApplication.class.getName(), broker.brokers(), topic));
		command.addAll(List.of(properties));
		command.add("spring.cloud.stream.kafka.binder.producer-properties.interceptor.classes="
				+ HaltingInterceptor.class.getName());
		command.add(IN + "session.timeout.ms=2000");
		command.add(IN + "heartbeat.interval.ms=500");
		File log = File.createTempFile("killed", ".log");
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
		try {
			assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("log in %s", log).isTrue();
			return process.exitValue();
		}
		finally {
			process.destroyForcibly();
		}
	}

	@Test
	void whenBrokerRestartsThenNothingIsLost() {
		try (ConfigurableApplicationContext application = AffineApplication.start(broker.brokers(), "restarted")) {
			for (int i = 0; i < 50; i++) {
				broker.send("restarted", "before-" + i, point(i));
			}
			broker.flush();
			broker.read("restarted-replies", 10);
			broker.restart();
			for (int i = 0; i < 50; i++) {
				broker.send("restarted", "after-" + i, point(i));
			}
			broker.flush();
			TestBroker.await("acknowledgement", () -> broker.acknowledged("movers", "restarted") == 100);
			assertThat(broker.read("restarted-replies", 100).stream().map(ConsumerRecord::key).distinct()).hasSize(100);
			assertThat(application.isActive()).isTrue();
		}
	}

	@Test
	void whenApplicationShutsDownThenThePollThatRunsIsRepliedAndAcknowledged() throws Exception {
		CountDownLatch entered = new CountDownLatch(1);
		CountDownLatch released = new CountDownLatch(1);
		AffineApplication.hold("drain", entered, released);
		ConfigurableApplicationContext application = AffineApplication.start(broker.brokers(), "drained");
		broker.send("drained", "a", point(1));
		broker.flush();
		broker.read("drained-replies", 1);
		broker.send("drained", "b", "{\"x\":[1,2,3],\"note\":\"drain\"}");
		broker.flush();
		assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
		CountDownLatch closing = new CountDownLatch(1);
		application.addApplicationListener((event) -> {
			if (event instanceof ContextClosedEvent) {
				closing.countDown();
			}
		});
		CompletableFuture<Void> closed = CompletableFuture.runAsync(application::close);
		assertThat(closing.await(60, TimeUnit.SECONDS)).isTrue();
		released.countDown();
		closed.get(60, TimeUnit.SECONDS);
		assertThat(broker.read("drained-replies", 2)).extracting(ConsumerRecord::key)
			.containsExactlyInAnyOrder("a", "b");
		assertThat(broker.acknowledged("movers", "drained")).isEqualTo(2);
	}

	@Test
	void whenHandlerHangsBeyondThePollIntervalThenAnotherConsumerReplies() {
		CountDownLatch entered = new CountDownLatch(1);
		CountDownLatch released = new CountDownLatch(1);
		AffineApplication.hold("hang", entered, released);
		broker.createTopic("hung", 2);
		try (ConfigurableApplicationContext application = AffineApplication.start(broker.brokers(), "hung",
				"spring.cloud.stream.bindings.move-in-0.consumer.concurrency=2", IN + "max.poll.interval.ms=2000",
				IN + "session.timeout.ms=2000", IN + "heartbeat.interval.ms=500")) {
			broker.send("hung", "a", "{\"x\":[1,2,3],\"note\":\"hang\"}");
			broker.flush();
			List<ConsumerRecord<String, String>> replies = broker.read("hung-replies", 1);
			assertThat(entered.getCount()).isZero();
			assertThat(replies).extracting(ConsumerRecord::key).containsExactly("a");
			TestBroker.await("acknowledgement", () -> broker.acknowledged("movers", "hung") == 1);
			released.countDown();
			broker.send("hung", "b", point(2));
			broker.send("hung", "c", point(3));
			broker.flush();
			TestBroker.await("acknowledgement", () -> broker.acknowledged("movers", "hung") == 3);
			assertThat(application.isActive()).isTrue();
		}
		finally {
			released.countDown();
		}
	}

	private static String point(int number) {
		return "{\"x\":[%d,2,3]}".formatted(number);
	}

}
