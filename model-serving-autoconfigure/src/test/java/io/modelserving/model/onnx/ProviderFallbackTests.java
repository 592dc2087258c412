package io.modelserving.model.onnx;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import ai.onnxruntime.OrtProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.modelserving.model.Model;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.onnx.ExecutionProvider.Cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

@ExtendWith(OutputCaptureExtension.class)
class ProviderFallbackTests {

	@BeforeEach
	void assumeTheProcessorIsAllThereIs() {
		assumeFalse(OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA), "runs on the CPU build");
	}

	@ParameterizedTest
	@ValueSource(strings = { "cuda", "tensorrt", "openvino", "dnnl", "rocm", "xnnpack", "coreml", "directml", "qnn",
			"webgpu", "nnapi", "unheard-of" })
	void whenProviderIsNotThereThenTheNextIsUsed(String name, CapturedOutput output) {
		try (Model model = load(name, "cpu")) {
			assertThat(model.metadata().properties()).containsEntry("execution-providers", "cpu");
		}
		assertThat(output).contains("goes without the execution provider " + name + " and uses [cpu]");
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
	void whenSessionCannotBeCreatedWithAProviderThenIsTriedWithoutIt(CapturedOutput output) {
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
		assertThat(output)
			.contains("goes without the execution provider cpuexecutionprovider and uses [cpu]: no device");
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
