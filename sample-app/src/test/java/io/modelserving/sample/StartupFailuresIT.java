package io.modelserving.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

/**
 * Starts the sample with a model that cannot be served.
 */
@ExtendWith(OutputCaptureExtension.class)
class StartupFailuresIT {

	private static final String LOCATION = "model-serving.models.digits.location";

	@Test
	void whenFileIsMissingThenStartFailsNamingFilePropertyAndFix(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(LOCATION + "=classpath:models/digitz.onnx").close());
		assertThat(output).contains("APPLICATION FAILED TO START", "models/digitz.onnx", LOCATION, "Action:")
			.doesNotContain("\tat io.modelserving");
	}

	@Test
	void whenFileIsCorruptThenReasonNamesFileAndFix(@TempDir Path directory, CapturedOutput output) throws IOException {
		Path file = directory.resolve("digits.onnx");
		Files.write(file, new byte[] { 8, 10, 0x7f, 0x7f, 0x7f });
		assertReason(output, "digits.onnx", "is not an ONNX model", LOCATION + "=file:" + file);
	}

	@Test
	void whenFileIsOfAnotherTypeThenReasonNamesFileAndFix(CapturedOutput output) {
		assertReason(output, "digits-held-out.csv", "ONNX", LOCATION + "=classpath:digits-held-out.csv");
	}

	@Test
	void whenCudaIsAskedOfTheCpuBuildThenReasonNamesFilePropertyAndTheOtherStarter(CapturedOutput output) {
		assertReason(output, "digits.onnx", "cuda", "model-serving.models.digits.runtime.execution-providers=cuda");
		assertThat(output).contains("model-serving-spring-boot-starter-gpu", "execution-providers");
	}

	private static void assertReason(CapturedOutput output, String file, String reason, String property) {
		try (ServletWebServerApplicationContext application = start(property)) {
			SampleClient client = new SampleClient(application.getWebServer().getPort());
			await().atMost(SampleClient.PATIENCE)
				.untilAsserted(() -> assertThat(client.get("/actuator/health/readiness").body()).contains("FAILED"));
			assertThat(client.get("/actuator/health/readiness").statusCode()).isEqualTo(503);
			assertThat(client.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
			assertThat(client.get("/actuator/health/readiness").body()).contains(file, reason);
			assertThat(client.post("/digits", HeldOutDigits.load().json(0)).statusCode()).isEqualTo(503);
			assertThat(output).contains(file, "model-serving.models.");
		}
	}

	private static ServletWebServerApplicationContext start(String property) {
		return (ServletWebServerApplicationContext) new SpringApplicationBuilder(SampleApplication.class)
			.properties("server.port=0", "model-serving.models.all-minilm-l6-v2.warm-up.enabled=false")
			.run("--" + property);
	}

}
