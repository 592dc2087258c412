package io.modelserving.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.modelserving.batching.Deadline;
import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.endpoint.PipelineHandler;
import io.modelserving.endpoint.PictureRequest;
import io.modelserving.image.Picture;
import io.modelserving.pipeline.ModelStage;
import io.modelserving.pipeline.Pipeline;
import io.modelserving.pipeline.StageLoad;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

/**
 * An application with a model that is quick, a handler and a pipeline.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class AffineApplication {

	static final String[] PROPERTIES = { "model-serving.models.affine.location=classpath:models/affine.onnx",
			"model-serving.models.lookup.location=classpath:models/data_dependent_failure.onnx",
			"spring.main.banner-mode=off" };

	private static @Nullable ConfigurableApplicationContext shared;

	static ConfigurableApplicationContext start(String... arguments) {
		return new SpringApplicationBuilder(AffineApplication.class).web(WebApplicationType.NONE)
			.properties(PROPERTIES)
			.run(arguments);
	}

	/** For tests that leave it as it is; ends with the process. */
	static synchronized ConfigurableApplicationContext shared() {
		ConfigurableApplicationContext open = shared;
		if (open == null) {
			open = start();
			shared = open;
		}
		return open;
	}

	/** For a process of its own. */
	public static void main(String[] arguments) {
		start(arguments);
	}

	@Bean
	Pipeline<Point, Moved> affinePipeline(InferenceService service, ModelRegistry registry) {
		ModelStage model = new ModelStage("affine", service, registry);
		return new Prepared(model).map(AffineApplication::moved);
	}

	static NamedTensors tensors(Point point) {
		float[] values = new float[point.x().size()];
		for (int i = 0; i < values.length; i++) {
			values[i] = point.x().get(i);
		}
		return NamedTensors.of("x", Tensor.of(Shape.of(1, values.length), values));
	}

	static Moved moved(NamedTensors outputs) {
		List<Float> values = new ArrayList<>();
		for (float value : outputs.numeric(outputs.names().iterator().next()).toFloats()) {
			values.add(value);
		}
		return new Moved(values, null);
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

	/** Encodes points. */
	private record Prepared(ModelStage model) implements Pipeline<Point, NamedTensors> {

		@Override
		public CompletableFuture<NamedTensors> submit(Point item, Deadline deadline, long behindNanos) {
			return this.model.submit(tensors(item), deadline, behindNanos);
		}

		@Override
		public long predictedNanos() {
			return this.model.predictedNanos();
		}

		@Override
		public List<StageLoad> loads() {
			return this.model.loads();
		}

	}

	/** Takes points and pictures. */
	@ModelEndpoint(path = "/affine", model = "affine")
	static class AffineEndpoint implements ModelHandler<Point, Moved>, PictureRequest<Point> {

		@Override
		public NamedTensors encode(Point point) {
			if ("refuse".equals(point.note())) {
				throw new IllegalArgumentException("this one is refused");
			}
			return tensors(point);
		}

		@Override
		public Moved decode(Point point, NamedTensors outputs) {
			if ("break".equals(point.note())) {
				throw new IllegalStateException("a mistake of the handler");
			}
			return new Moved(moved(outputs).y(), point.note());
		}

		@Override
		public Point fromPicture(Picture picture) {
			return new Point(List.of((float) picture.width(), (float) picture.height(), 1f), null);
		}

	}

	/** A pipeline as an endpoint. */
	@ModelEndpoint(path = "/affine-pipeline")
	record AffinePipelineEndpoint(Pipeline<Point, Moved> pipeline) implements PipelineHandler<Point, Moved> {
	}

}
