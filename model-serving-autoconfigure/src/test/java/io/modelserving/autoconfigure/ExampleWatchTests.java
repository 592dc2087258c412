package io.modelserving.autoconfigure;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ServingListener;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ExampleWatch}.
 */
@ExtendWith(OutputCaptureExtension.class)
class ExampleWatchTests {

	private static final String WARNING = "does not suit the model: input \"x\": shape [1, 2] does not match [-1, 1]";

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class,
				HttpMessageConvertersAutoConfiguration.class, DispatcherServletAutoConfiguration.class,
				WebMvcAutoConfiguration.class, ModelServingAutoConfiguration.class))
		.withUserConfiguration(EchoConfiguration.class);

	@Test
	void whenModelDoesNotTakeExampleThenThatIsLogged(CapturedOutput log) {
		this.runner.withBean(WrongExample.class).run((context) -> {
			context.getBean(ReadyLatch.class).await();
			assertThat(log).contains(WARNING);
		});
	}

	@Test
	void whenModelTakesExampleThenNothingIsLogged(CapturedOutput log) {
		this.runner.withBean(RightExample.class).run((context) -> {
			context.getBean(ReadyLatch.class).await();
			assertThat(log).doesNotContain("does not suit the model");
		});
	}

	/** Hears of the model after the class under test. */
	@Order(Ordered.LOWEST_PRECEDENCE)
	static class ReadyLatch implements ServingListener {

		private final CountDownLatch ready = new CountDownLatch(1);

		@Override
		public void statusChanged(ModelStatus status) {
			if (status.state() == ModelState.READY) {
				this.ready.countDown();
			}
		}

		void await() throws InterruptedException {
			assertThat(this.ready.await(Duration.ofSeconds(30).toSeconds(), TimeUnit.SECONDS)).isTrue();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EchoConfiguration {

		@Bean
		ModelDefinition echo() {
			return StubModels.ready("echo");
		}

		@Bean
		ReadyLatch readyLatch() {
			return new ReadyLatch();
		}

	}

	private abstract static class Numbers implements ModelHandler<float[], Float> {

		@Override
		public NamedTensors encode(float[] request) {
			return NamedTensors.of("x", Tensor.of(Shape.of(1, request.length), request));
		}

		@Override
		public Float decode(float[] request, NamedTensors outputs) {
			return outputs.numeric("y").toFloats()[0];
		}

	}

	@ModelEndpoint(path = "/wrong", model = "echo")
	static class WrongExample extends Numbers {

		@Override
		public float[] example() {
			return new float[2];
		}

	}

	@ModelEndpoint(path = "/right", model = "echo")
	static class RightExample extends Numbers {

		@Override
		public float[] example() {
			return new float[1];
		}

	}

}
