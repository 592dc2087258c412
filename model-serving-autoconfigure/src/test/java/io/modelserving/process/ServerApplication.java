package io.modelserving.process;

import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.image.Picture;
import io.modelserving.image.PictureTensors;
import io.modelserving.image.PixelFormat;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * An application that runs in a process of its own, and fails where it is told to.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ ServerApplication.MeanEndpoint.class, ServerApplication.BrightnessEndpoint.class })
class ServerApplication {

	public static void main(String[] arguments) {
		SpringApplication.run(ServerApplication.class, arguments);
	}

	@Bean
	@ConditionalOnBooleanProperty("fail.bean")
	Object failingBean() {
		throw new IllegalStateException("the bean fails");
	}

	@Bean
	@ConditionalOnBooleanProperty("fail.lifecycle")
	SmartLifecycle failingLifecycle() {
		return new SmartLifecycle() {
			@Override
			public void start() {
				throw new IllegalStateException("the lifecycle fails");
			}

			@Override
			public void stop() {
			}

			@Override
			public boolean isRunning() {
				return false;
			}
		};
	}

	@Bean
	@ConditionalOnBooleanProperty("fail.runner")
	ApplicationRunner failingRunner() {
		return (arguments) -> {
			throw new IllegalStateException("the runner fails");
		};
	}

	@ModelEndpoint(path = "/mean", model = "identity")
	static class MeanEndpoint implements ModelHandler<Numbers, Mean> {

		@Override
		public NamedTensors encode(Numbers request) {
			return NamedTensors.of("x", Tensor.of(Shape.of(1, request.values().length), request.values()));
		}

		@Override
		public Mean decode(Numbers request, NamedTensors outputs) {
			float sum = 0;
			for (float value : outputs.numeric("y").toFloats()) {
				sum += value;
			}
			return new Mean(sum / request.values().length);
		}

	}

	record Numbers(float[] values) {
	}

	record Mean(float mean) {
	}

	@ModelEndpoint(path = "/brightness", model = "identity")
	static class BrightnessEndpoint implements ModelHandler<Picture, Mean> {

		@Override
		public NamedTensors encode(Picture request) {
			float[] gray = PictureTensors.of(PixelFormat.GRAY, 1, 1).toTensor(request).toFloats();
			return NamedTensors.of("x", Tensor.of(Shape.of(1, 1), gray));
		}

		@Override
		public Mean decode(Picture request, NamedTensors outputs) {
			return new Mean(outputs.numeric("y").toFloats()[0]);
		}

	}

}
