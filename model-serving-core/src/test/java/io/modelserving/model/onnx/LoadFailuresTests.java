package io.modelserving.model.onnx;

import java.nio.file.Path;
import java.util.Map;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.modelserving.model.ModelLoadException;
import io.modelserving.model.onnx.ExecutionProvider.Cpu;
import io.modelserving.model.onnx.ExecutionProvider.Cuda;

import static org.assertj.core.api.Assertions.assertThat;

class LoadFailuresTests {

	private static final Path FILE = Path.of("digits.onnx");

	@ParameterizedTest
	@CsvSource({ "ORT_RUNTIME_EXCEPTION, std::bad_alloc, does not fit into memory, true",
			"ORT_FAIL, Failed to allocate memory for requested buffer, does not fit into memory, true",
			"ORT_NOT_IMPLEMENTED, Could not find an implementation for Foo(1), has an operator that ONNX Runtime does not have, false",
			"ORT_FAIL, Something else, cannot be loaded, false" })
	void whatTheRuntimeSaysBecomesAReason(OrtErrorCode code, String text, String reason, boolean retryable) {
		ModelLoadException failure = LoadFailures.of(FILE, new OrtException(code, text), new Cpu());
		assertThat(failure).hasMessage("digits.onnx %s: %s", reason, text);
		assertThat(failure.isRetryable()).isEqualTo(retryable);
		assertThat(failure.action()).isNotBlank();
	}

	@Test
	void whenTheDeviceIsTheTroubleThenNamesTheProvider() {
		OrtException cause = new OrtException(OrtErrorCode.ORT_EP_FAIL, "CUDA failure 100: no CUDA-capable device");
		ModelLoadException failure = LoadFailures.of(FILE, cause, new Cuda(null, true, Map.of()));
		assertThat(failure).hasMessage(
				"digits.onnx cannot be loaded with the execution provider \"cuda\": CUDA failure 100: no CUDA-capable device")
			.hasCause(cause);
	}

	@Test
	void whenThereIsNoSuchDeviceThenSaysHowManyThereAre() {
		OrtException cause = new OrtException(OrtErrorCode.ORT_FAIL,
				"/onnxruntime_src/cuda_execution_provider_info.cc:62 static onnxruntime::Info"
						+ " [ONNXRuntimeError] : 1 : FAIL : provider_options_utils.h:187 Parse Failed to parse provider option"
						+ " \"device_id\": operator() Invalid device ID: 7, must be between 0 (inclusive) and 1 (exclusive)");
		ModelLoadException failure = LoadFailures.providerUnavailable(FILE, new Cuda(null, true, Map.of()), cause);
		assertThat(failure).hasMessage(
				"digits.onnx cannot be loaded with the execution provider \"cuda\": there is no device 7; the machine has 1, counted from 0");
		assertThat(failure.action()).contains("runtime.devices");
	}

	@Test
	void whenTheRuntimeNamesAPlaceInItsSourceThenThatIsLeftOut() {
		OrtException cause = new OrtException(OrtErrorCode.ORT_FAIL,
				"/onnxruntime_src/provider_bridge_ort.cc:1988 onnxruntime::Provider& Get()"
						+ " [ONNXRuntimeError] : 1 : FAIL : Failed to load library a.so");
		assertThat(LoadFailures.message(cause)).isEqualTo("Failed to load library a.so");
	}

	@Test
	void whenTheDeviceIsFullThenTryingAgainMayHelp() {
		OrtException cause = new OrtException(OrtErrorCode.ORT_FAIL, "Failed to allocate memory on the device");
		assertThat(LoadFailures.of(FILE, cause, new Cuda(null, true, Map.of())).isRetryable()).isTrue();
	}

}
