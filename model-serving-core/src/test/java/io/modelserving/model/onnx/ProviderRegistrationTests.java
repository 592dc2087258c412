package io.modelserving.model.onnx;

import java.util.Map;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ProviderRegistrationTests {

	private SessionOptions session;

	private ProviderRegistration registration;

	@BeforeEach
	void createSessionOptions() {
		OrtEnvironment environment = OnnxEnvironment.get().environment();
		this.session = new SessionOptions();
		this.registration = new ProviderRegistration(environment, this.session, true, 3);
	}

	@AfterEach
	void close() {
		this.session.close();
	}

	@Test
	void processorIsAlwaysThere() {
		assertThatCode(() -> add("cpu", Map.of())).doesNotThrowAnyException();
	}

	@Test
	void providerOfAPluginIsFoundByItsNameAndTheNearestDevice() {
		assertThatCode(() -> add("CPUExecutionProvider", Map.of())).doesNotThrowAnyException();
		assertThatIllegalArgumentException().isThrownBy(() -> add("unheard-of", Map.of()))
			.withMessageContaining("there are [CPUExecutionProvider] and cpu, cuda, tensorrt");
	}

	@ParameterizedTest
	@ValueSource(strings = { "dnnl", "rocm", "directml", "nnapi" })
	void whenProviderTakesNoOptionsThenTheyAreRejected(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> add(name, Map.of("speed", "high")))
			.withMessage("execution provider \"%s\" takes no options, not [speed]".formatted(name));
	}

	@Test
	void openVinoTakesItsDeviceAlone() {
		assertThatIllegalArgumentException().isThrownBy(() -> add("openvino", Map.of("precision", "FP16")))
			.withMessageContaining("takes the option device_type alone, not [precision]");
		assertThatExceptionOfType(OrtException.class).isThrownBy(() -> add("openvino", Map.of("device_type", "CPU")))
			.withMessageContaining("OpenVINO");
	}

	private void add(String name, Map<String, String> options) throws OrtException {
		this.registration.add(ExecutionProvider.of(name, options));
	}

}
