package io.modelserving.messaging;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.endpoint.PictureRequest;
import io.modelserving.image.Picture;
import io.modelserving.pipeline.Pipeline;
import io.modelserving.pipeline.Stage;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

/**
 * An application with a model that is quick, a handler and a pipeline.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class AffineApplication {

	private static final Map<String, Runnable> held = new ConcurrentHashMap<>();

	/**
	 * Start the application with a function that replies to a topic.
	 * @param brokers the brokers
	 * @param topic the topic; replies go to the one with {@code -replies} behind it
	 * @param properties further properties
	 */
	static ConfigurableApplicationContext start(String brokers, String topic, String... properties) {
		return builder(brokers, topic).properties(Stream.of(properties).flatMap(String::lines).toArray(String[]::new))
			.run();
	}

	static SpringApplicationBuilder builder(String brokers, String topic) {
		return new SpringApplicationBuilder(AffineApplication.class).web(WebApplicationType.SERVLET)
			.properties(Map.ofEntries(Map.entry("server.port", "0"), Map.entry("spring.main.banner-mode", "off"),
					Map.entry("model-serving.models.affine.location", "classpath:models/affine.onnx"),
					Map.entry("model-serving.functions.move.endpoint", "/affine"),
					Map.entry("spring.cloud.stream.bindings.move-in-0.destination", topic),
					Map.entry("spring.cloud.stream.bindings.move-in-0.group", "movers"),
					Map.entry("spring.cloud.stream.bindings.move-out-0.destination", topic + "-replies"),
					Map.entry("spring.cloud.stream.kafka.binder.brokers", brokers),
					Map.entry("spring.cloud.stream.kafka.bindings.move-in-0.consumer.start-offset", "earliest"),
					Map.entry("spring.kafka.bootstrap-servers", brokers)));
	}

	/** For a process of its own. */
	public static void main(String[] arguments) {
		start(arguments[0], arguments[1], Arrays.copyOfRange(arguments, 2, arguments.length));
	}

	/**
	 * Have the next request with a note hang.
	 * @param note the note
	 * @param entered counted down once it has arrived
	 * @param released for what it waits
	 */
	static void hold(String note, CountDownLatch entered, CountDownLatch released) {
		held.put(note, () -> {
			entered.countDown();
			try {
				released.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		});
	}

	@Bean
	Pipeline<Point, Integer> lengthsOfPoints() {
		return Stage.<Point, Integer>of("lengths", (point) -> point.x().size()).build();
	}

	/**
	 * A request.
	 *
	 * @param x three numbers
	 * @param note anything
	 */
	record Point(@Size(min = 3, max = 3) List<@Max(1_000_000) Float> x, @Nullable String note) {
	}

	/**
	 * A response.
	 *
	 * @param y two numbers
	 * @param note that of the request
	 */
	record Moved(List<Float> y, @Nullable String note) {
	}

	/** Takes points and pictures. */
	@ModelEndpoint(path = "/affine", model = "affine")
	static class AffineEndpoint implements ModelHandler<Point, Moved>, PictureRequest<Point> {

		@Override
		public NamedTensors encode(Point point) {
			if ("refuse".equals(point.note())) {
				throw new IllegalArgumentException("this one is refused");
			}
			Runnable hold = (point.note() != null) ? held.remove(point.note()) : null;
			if (hold != null) {
				hold.run();
			}
			float[] values = new float[point.x().size()];
			for (int i = 0; i < values.length; i++) {
				values[i] = point.x().get(i);
			}
			return NamedTensors.of("x", Tensor.of(Shape.of(1, values.length), values));
		}

		@Override
		public Moved decode(Point point, NamedTensors outputs) {
			if ("break".equals(point.note())) {
				throw new IllegalStateException("a mistake of the handler");
			}
			List<Float> values = new ArrayList<>();
			for (float value : outputs.numeric(outputs.names().iterator().next()).toFloats()) {
				values.add(value);
			}
			return new Moved(values, point.note());
		}

		@Override
		public Point fromPicture(Picture picture) {
			return new Point(List.of((float) picture.width(), (float) picture.height(), 1f), null);
		}

	}

}
