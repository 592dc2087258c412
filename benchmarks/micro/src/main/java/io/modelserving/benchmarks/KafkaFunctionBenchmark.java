package io.modelserving.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

import io.modelserving.serving.ModelDetails;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.tensor.TensorSpec;

/**
 * How many messages a function answers in a second, from the first one that is sent to
 * the last answer that is written, against the session alone in a loop over the same
 * batches. They take turns. The broker is in this process. Prints JSON, with the ratio of
 * each turn.
 *
 * <pre>KafkaFunctionBenchmark MODEL.onnx ROWS TURNS LENGTH_OF_OPEN_DIMENSIONS [PROPERTY=VALUE...]</pre>
 */
public final class KafkaFunctionBenchmark {

	private static final String BINDINGS = "--spring.cloud.stream.bindings.answer-";

	private KafkaFunctionBenchmark() {
	}

	public static void main(String[] arguments) throws Exception {
		EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 2);
		broker.brokerProperties(
				Map.of("transaction.state.log.replication.factor", "1", "transaction.state.log.min.isr", "1"));
		broker.afterPropertiesSet();
		broker.addTopics(new NewTopic("requests", 2, (short) 1), new NewTopic("answers", 2, (short) 1));
		String brokers = broker.getBrokersAsString();
		List<String> properties = new ArrayList<>(List.of("--spring.main.banner-mode=off", "--logging.level.root=warn",
				"--logging.level.org.apache.kafka=error", "--model-serving.models.model.location=file:" + arguments[0],
				"--model-serving.functions.answer.model=model", BINDINGS + "in-0.destination=requests",
				BINDINGS + "in-0.group=benchmark", BINDINGS + "in-0.consumer.concurrency=2",
				BINDINGS + "out-0.destination=answers", "--spring.cloud.stream.kafka.binder.brokers=" + brokers));
		for (int i = 4; i < arguments.length; i++) {
			properties.add("--" + arguments[i]);
		}
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.run(properties.toArray(String[]::new));
				KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
						Map.of("bootstrap.servers", brokers, "linger.ms", "5", "batch.size", "65536"),
						new ByteArraySerializer(), new ByteArraySerializer())) {
			ModelDetails details = SessionLoop.ready(context.getBean(ModelRegistry.class));
			int count = Integer.parseInt(arguments[1]);
			SessionLoop loop = SessionLoop.of(details, count, Integer.parseInt(arguments[3]));
			List<byte[]> messages = messages(loop, details, Integer.parseInt(arguments[3]));
			Counter answered = context.getBean(MeterRegistry.class)
				.get("model.serving.messages")
				.tag("outcome", "answered")
				.counter();
			List<Map<String, Object>> turns = new ArrayList<>();
			for (int turn = 0; turn <= Integer.parseInt(arguments[2]); turn++) {
				double function = function(messages, producer, answered);
				double session = loop.run(arguments[0], details);
				// the first turn warms up
				if (turn > 0) {
					turns.add(Map.of("function", count / function, "session", count / session, "ratio",
							session / function));
				}
			}
			Map<String, Object> result = new LinkedHashMap<>();
			result.put("instances", details.instances());
			result.put("batch", details.plan().maxBatchSize());
			result.put("rows_per_second", turns);
			System.out.println(JsonMapper.builder().build().writeValueAsString(result));
		}
		finally {
			broker.destroy();
		}
	}

	private static List<byte[]> messages(SessionLoop loop, ModelDetails details, int length) {
		JsonMapper mapper = JsonMapper.builder().build();
		List<byte[]> messages = new ArrayList<>();
		for (Map<String, long[]> row : loop.rows()) {
			List<Map<String, Object>> inputs = new ArrayList<>();
			for (TensorSpec input : details.signature().inputs()) {
				inputs.add(Map.of("name", input.name(), "datatype", input.dataType().name(), "shape",
						SessionLoop.shape(input, length), "data", row.get(input.name())));
			}
			messages.add(mapper.writeValueAsBytes(Map.of("inputs", inputs)));
		}
		return messages;
	}

	/** Returns seconds. */
	private static double function(List<byte[]> messages, KafkaProducer<byte[], byte[]> producer, Counter answered)
			throws InterruptedException {
		double end = answered.count() + messages.size();
		long start = System.nanoTime();
		messages.forEach((message) -> producer.send(new ProducerRecord<>("requests", message)));
		while (answered.count() < end) {
			if (System.nanoTime() - start > Duration.ofMinutes(10).toNanos()) {
				throw new IllegalStateException("answers are missing");
			}
			Thread.sleep(2);
		}
		return (System.nanoTime() - start) / 1e9;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
