package io.modelserving.messaging;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/**
 * A broker in this process, and what tests send to it and read from it.
 */
final class TestBroker implements AutoCloseable {

	private static final Duration GENEROUS = Duration.ofSeconds(60);

	private final EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 2);

	private final KafkaProducer<String, String> producer;

	private final Admin admin;

	TestBroker() {
		this.broker.brokerProperties(Map.of("group.min.session.timeout.ms", "500",
				"transaction.state.log.replication.factor", "1", "transaction.state.log.min.isr", "1"));
		this.broker.afterPropertiesSet();
		this.admin = Admin.create(Map.of("bootstrap.servers", brokers()));
		this.producer = new KafkaProducer<>(Map.of("bootstrap.servers", brokers(), "linger.ms", "5"),
				new StringSerializer(), new StringSerializer());
	}

	EmbeddedKafkaKraftBroker broker() {
		return this.broker;
	}

	String brokers() {
		return this.broker.getBrokersAsString();
	}

	void send(String topic, String key, @Nullable String value) {
		send(new ProducerRecord<>(topic, key, value));
	}

	void send(ProducerRecord<String, String> message) {
		this.producer.send(message);
	}

	void flush() {
		this.producer.flush();
	}

	/**
	 * Read a topic from its beginning.
	 * @param topic the topic
	 * @param count how many messages to wait for
	 * @return as many, or more that were there by then
	 */
	List<ConsumerRecord<String, String>> read(String topic, int count) {
		return read(topic, "", count);
	}

	/**
	 * Read the messages of some keys from the beginning of a topic.
	 * @param topic the topic
	 * @param prefix what the keys begin with
	 * @param count how many messages to wait for
	 * @return as many, or more that were there by then
	 */
	List<ConsumerRecord<String, String>> read(String topic, String prefix, int count) {
		List<ConsumerRecord<String, String>> messages = new ArrayList<>();
		try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", brokers(),
				"isolation.level", "read_committed", "enable.auto.commit", "false", "group.id", "none"),
				new StringDeserializer(), new StringDeserializer())) {
			await("topic " + topic, () -> topics().contains(topic));
			List<TopicPartition> partitions = consumer.partitionsFor(topic)
				.stream()
				.map((partition) -> new TopicPartition(topic, partition.partition()))
				.toList();
			consumer.assign(partitions);
			consumer.seekToBeginning(partitions);
			await("%d messages of %s".formatted(count, topic), () -> {
				consumer.poll(Duration.ofMillis(100)).forEach((message) -> {
					if (prefix.isEmpty() || (message.key() != null && message.key().startsWith(prefix))) {
						messages.add(message);
					}
				});
				return messages.size() >= count;
			});
		}
		return messages;
	}

	Set<String> topics() {
		try {
			return this.admin.listTopics().names().get();
		}
		catch (ExecutionException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	void createTopic(String topic, int partitions) {
		this.broker.addTopics(new NewTopic(topic, partitions, (short) 1));
	}

	/**
	 * Return how many messages of a topic a group has acknowledged.
	 */
	long acknowledged(String group, String topic) {
		try {
			return this.admin.listConsumerGroupOffsets(group)
				.partitionsToOffsetAndMetadata()
				.get()
				.entrySet()
				.stream()
				.filter((entry) -> entry.getKey().topic().equals(topic) && entry.getValue() != null)
				.mapToLong((entry) -> entry.getValue().offset())
				.sum();
		}
		catch (ExecutionException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Stop the broker, and start it with the same messages and on the same port. */
	void restart() {
		this.broker.getCluster().brokers().values().forEach((server) -> {
			server.shutdown();
			server.awaitShutdown();
			server.startup();
		});
	}

	static void await(String what, Callable<Boolean> condition) {
		Awaitility.await(what).atMost(GENEROUS).pollInterval(Duration.ofMillis(20)).pollInSameThread().until(condition);
	}

	static @Nullable String header(ConsumerRecord<?, ?> message, String name) {
		Header header = message.headers().lastHeader(name);
		return (header != null) ? new String(header.value(), StandardCharsets.UTF_8) : null;
	}

	@Override
	public void close() {
		this.producer.close(Duration.ofSeconds(1));
		this.admin.close(Duration.ofSeconds(1));
		this.broker.destroy();
	}

}
