package io.modelserving.model.onnx;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import ai.onnxruntime.OrtProvider;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import io.modelserving.model.Model;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.onnx.ExecutionProvider.Cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

class ProviderFallbackTests {

	private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("io.modelserving.model.onnx");

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	@BeforeEach
	void startLog() {
		this.log.start();
		LOGGER.addAppender(this.log);
	}

	@AfterEach
	void stopLog() {
		LOGGER.detachAppender(this.log);
	}

	private String messages() {
		return this.log.list.stream().map(ILoggingEvent::getFormattedMessage).collect(Collectors.joining("\n"));
	}

	@BeforeEach
	void assumeTheProcessorIsAllThereIs() {
		assumeFalse(OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA), "runs on the CPU build");
	}

	@ParameterizedTest
	@ValueSource(strings = { "cuda", "tensorrt", "openvino", "dnnl", "rocm", "xnnpack", "coreml", "directml", "qnn",
			"webgpu", "nnapi", "unheard-of" })
	void whenProviderIsNotThereThenTheNextIsUsed(String name) {
		try (Model model = load(name, "cpu")) {
			assertThat(model.metadata().properties()).containsEntry("execution-providers", "cpu");
		}
		assertThat(messages()).containsOnlyOnce("goes without the execution provider " + name + " and uses [cpu]");
	}

	@ParameterizedTest
	@ValueSource(strings = { "cuda", "tensorrt" })
	void whenOnlyAGpuIsWantedThenNamesTheDependencyAndTheProperty(String name) {
		ModelLoadException failure = catchThrowableOfType(ModelLoadException.class, () -> load(name).close());
		assertThat(failure).hasMessageContaining("cannot be loaded with the execution provider \"%s\"".formatted(name));
		assertThat(failure.action()).contains("model-serving-spring-boot-starter-gpu")
			.contains("onnxruntime_gpu")
			.contains("model-serving.models.<name>.runtime.execution-providers");
		assertThat(failure.isRetryable()).isFalse();
	}

	@Test
	void whenProviderIsUnknownThenNamesWhatThereIs() {
		ModelLoadException failure = catchThrowableOfType(ModelLoadException.class, () -> load("unheard-of").close());
		assertThat(failure).hasMessageContaining("\"unheard-of\" is not known")
			.hasMessageContaining("CPUExecutionProvider");
	}

	@Test
	void whenTheLastProviderIsNotThereThenTheModelIsNotLoaded() {
		ModelLoadException failure = catchThrowableOfType(ModelLoadException.class, () -> load("cpu", "cuda").close());
		assertThat(failure).hasMessageContaining("cannot be loaded with the execution provider \"cuda\"");
	}

	@Test
	void whenSessionCannotBeCreatedWithAProviderThenIsTriedWithoutIt() {
		List<Path> attempts = new ArrayList<>();
		OnnxOptions options = OnnxOptions.defaults()
			.withExecutionProviders(ExecutionProvider.of("CPUExecutionProvider", Map.of()), new Cpu());
		try (Model model = TestModels.load(TestModels.path("affine.onnx"), options, (session, context) -> {
			attempts.add(context.file());
			if (attempts.size() == 1) {
				throw new OrtException(OrtErrorCode.ORT_EP_FAIL, "no device");
			}
		})) {
			assertThat(attempts).hasSize(2);
			assertThat(model.metadata().properties()).containsEntry("execution-providers", "cpu");
		}
		assertThat(messages())
			.containsOnlyOnce("goes without the execution provider cpuexecutionprovider and uses [cpu]: no device");
	}

	@Test
	void whenModelIsBadThenProviderIsNotBlamed() {
		OrtException failure = new OrtException(OrtErrorCode.ORT_INVALID_PROTOBUF, "Protobuf parsing failed.");
		ModelLoadException described = LoadFailures.of(TestModels.path("corrupt.onnx"), failure,
				ExecutionProvider.of("cuda", Map.of()));
		assertThat(described).hasMessageContaining("is not an ONNX model").hasMessageNotContaining("cuda");
	}

	private static Model load(String... providers) {
		ExecutionProvider[] all = List.of(providers)
			.stream()
			.map((name) -> ExecutionProvider.of(name, Map.of()))
			.toArray(ExecutionProvider[]::new);
		return TestModels.load(TestModels.path("affine.onnx"), OnnxOptions.defaults().withExecutionProviders(all));
	}

}
