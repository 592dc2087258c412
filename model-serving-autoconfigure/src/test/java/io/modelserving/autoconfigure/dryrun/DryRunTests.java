package io.modelserving.autoconfigure.dryrun;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.ExitCodeEvent;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.endpoint.PipelineHandler;
import io.modelserving.pipeline.ModelStage;
import io.modelserving.pipeline.Pipeline;
import io.modelserving.pipeline.Stage;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of dry runs, each of a whole application.
 */
@ExtendWith(OutputCaptureExtension.class)
class DryRunTests {

	private final List<Integer> ports = new ArrayList<>();

	private final List<Integer> exitCodes = new ArrayList<>();

	@Test
	void whenEveryModelCanBeServedThenTheTableIsLoggedAndTheApplicationEnds(CapturedOutput output) {
		ConfigurableApplicationContext context = run(Endpoints.class,
				"--model-serving.models.m.location=classpath:models/identity_float.onnx",
				"--model-serving.models.other.location=classpath:models/row_sum_all.onnx",
				"--model-serving.models.other.required=false", "--server.port=8080");
		assertThat(context.isActive()).isFalse();
		assertThat(this.ports).containsExactly(-1);
		assertThat(this.exitCodes).isEmpty();
		assertThat(output).contains("Dry run of 2 models:")
			.containsPattern(
					"model +\\| state +\\| signature +\\| rows +\\| batches +\\| cost +\\| files +\\| endpoints")
			.containsPattern(
					"m:1 +\\| READY +\\| x FP32\\[-1, -1\\] -> y FP32\\[-1, -1\\] +\\| proven: rows are independent +\\| .*"
							+ "\\| 0.1 kB +\\| .*POST /echo.*POST /v2/models/m/infer.*gRPC ModelInfer")
			.containsPattern("other:1 +\\| READY +\\| .*mixes.*\\| none +\\|")
			.containsPattern("m:1: .*; instances: \\d+, threads of each: \\d+; loaded in \\d+ ms, warmed up in \\d+ ms")
			.doesNotContain("APPLICATION FAILED");
	}

	@Test
	void whenModelsFailThenEachIsNamedAndTheExitCodeIsOne(CapturedOutput output) {
		assertThatExceptionOfType(DryRunFailedException.class)
			.isThrownBy(() -> run(Plain.class, "--model-serving.models.m.location=classpath:models/identity_float.onnx",
					"--model-serving.models.broken.location=classpath:models/corrupt.onnx",
					"--model-serving.models.empty.location=classpath:models/empty.onnx",
					"--model-serving.models.empty.required=false"))
			.satisfies((failure) -> assertThat(failure.getExitCode()).isEqualTo(1));
		assertThat(this.exitCodes).containsExactly(1);
		assertThat(output).contains("Dry run of 3 models:")
			.contains("APPLICATION FAILED TO START")
			.contains("model broken:1 cannot be served: ")
			.contains("model empty:1 cannot be served: ")
			.doesNotContain("model m:1 cannot");
	}

	@Test
	void whenTheExampleOfAnEndpointFailsThenTheExitCodeIsOne(CapturedOutput output) {
		assertThatExceptionOfType(DryRunFailedException.class).isThrownBy(() -> run(WrongExample.class,
				"--model-serving.models.m.location=classpath:models/identity_float.onnx"));
		assertThat(this.exitCodes).containsExactly(1);
		assertThat(output).contains("model m:1: endpoint /wrong has not started: its example does not work");
	}

	@Test
	void whenModelsAreInAPipelineThenItsEndpointIsListedForEachOnceItsExampleWorked(CapturedOutput output) {
		run(TwoModels.class, "--model-serving.models.m.location=classpath:models/identity_float.onnx",
				"--model-serving.models.n.location=classpath:models/identity_float.onnx");
		assertThat(output).containsPattern("m:1 +\\| READY .*POST /twice.*")
			.containsPattern("n:1 +\\| READY .*POST /twice");
	}

	@Test
	void whenTheExampleOfAPipelineFailsThenTheExitCodeIsOne(CapturedOutput output) {
		assertThatExceptionOfType(DryRunFailedException.class).isThrownBy(
				() -> run(TwoModels.class, "--model-serving.models.m.location=classpath:models/identity_float.onnx",
						"--model-serving.models.n.location=classpath:models/identity_double.onnx"));
		assertThat(this.exitCodes).containsExactly(1);
		assertThat(output).contains("model n:1: endpoint /twice has not started: its example does not work")
			.contains("model m:1: endpoint /twice has not started: its example does not work");
	}

	@Test
	void whenAModelOfAPipelineFailsThenTheOtherIsServedAllTheSame(CapturedOutput output) {
		assertThatExceptionOfType(DryRunFailedException.class).isThrownBy(
				() -> run(TwoModels.class, "--model-serving.models.m.location=classpath:models/identity_float.onnx",
						"--model-serving.models.n.location=classpath:models/corrupt.onnx"));
		assertThat(output).contains("model n:1 cannot be served: ").doesNotContain("model m:1");
	}

	@Test
	void whenThereIsNoWebApplicationThenModelsAreTriedAllTheSame(CapturedOutput output) {
		SpringApplication application = application(Plain.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		ConfigurableApplicationContext context = application.run("--model-serving.dry-run=true",
				"--spring.grpc.server.enabled=false",
				"--model-serving.models.m.location=classpath:models/identity_float.onnx");
		assertThat(context.isActive()).isFalse();
		assertThat(output).containsPattern("m:1 +\\| READY .*\\| in process");
	}

	@Test
	void whenItIsNoDryRunThenTheApplicationGoesOn() {
		try (ConfigurableApplicationContext context = application(Plain.class).run("--server.port=0",
				"--spring.grpc.server.port=0", "--model-serving.dry-run=false")) {
			assertThat(context.isActive()).isTrue();
			assertThat(context.getBeansOfType(DryRun.class)).isEmpty();
		}
	}

	private ConfigurableApplicationContext run(Class<?> source, String... properties) {
		List<String> all = new ArrayList<>(List.of(properties));
		all.add("--model-serving.dry-run=true");
		return application(source).run(all.toArray(String[]::new));
	}

	private SpringApplication application(Class<?> source) {
		SpringApplication application = new SpringApplication(source);
		application.addListeners((ApplicationListener<WebServerInitializedEvent>) (event) -> this.ports
			.add(event.getWebServer().getPort()));
		application
			.addListeners((ApplicationListener<ExitCodeEvent>) (event) -> this.exitCodes.add(event.getExitCode()));
		return application;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Plain {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Endpoints {

		@Bean
		Echo echo() {
			return new Echo();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class WrongExample {

		@Bean
		Wrong wrong() {
			return new Wrong();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class TwoModels {

		@Bean
		Twice twice(InferenceService service, ModelRegistry models) {
			return new Twice(Stage
				.of("inputs", (Number number) -> NamedTensors.of("x", Tensor.of(Shape.of(1, 1), number.value())))
				.build()
				.then(new ModelStage("m", service, models))
				.map((outputs) -> NamedTensors.of("x", outputs.get("y")))
				.then(new ModelStage("n", service, models))
				.map((outputs) -> new Number(outputs.numeric("y").toFloats()[0])));
		}

	}

	@ModelEndpoint(path = "/twice")
	record Twice(Pipeline<Number, Number> pipeline) implements PipelineHandler<Number, Number> {

		@Override
		public Number example() {
			return new Number(1.5f);
		}

	}

	/** A number. */
	record Number(float value) {
	}

	@ModelEndpoint(path = "/echo", model = "m")
	static class Echo implements ModelHandler<Number, Number> {

		@Override
		public Number example() {
			return new Number(1.5f);
		}

		@Override
		public NamedTensors encode(Number request) {
			return NamedTensors.of("x", Tensor.of(Shape.of(1, 1), request.value()));
		}

		@Override
		public Number decode(Number request, NamedTensors outputs) {
			return new Number(outputs.numeric("y").toFloats()[0]);
		}

	}

	@ModelEndpoint(path = "/wrong", model = "m")
	static class Wrong implements ModelHandler<Number, Number> {

		@Override
		public Number example() {
			return new Number(1.5f);
		}

		@Override
		public NamedTensors encode(Number request) {
			return NamedTensors.of("x", Tensor.of(Shape.of(1, 1), request.value()));
		}

		@Override
		public Number decode(Number request, NamedTensors outputs) {
			throw new IllegalStateException("wrong");
		}

	}

}
