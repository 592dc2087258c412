package io.modelserving.process;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a process ends whose application does not start, with a management port of
 * its own.
 */
class FailedStartTests {

	private static final String IRIS = "model-serving.models.identity.location=classpath:models/identity_float.onnx";

	private static final String MANAGEMENT = "management.server.port=0";

	@TempDir
	private Path folder;

	@ParameterizedTest
	@CsvSource({ "fail.bean=true, the bean fails", "fail.lifecycle=true, the lifecycle fails",
			"fail.runner=true, the runner fails",
			"model-serving.models.gone.location=classpath:gone.onnx, classpath:gone.onnx",
			"model-serving.open-inference.body-timeout=-1s, body-timeout", "server.port=many, many" })
	void whenTheStartFailsThenTheProcessEnds(String property, String reason) throws Exception {
		assertEnds(reason, property);
	}

	@ParameterizedTest
	@CsvSource({ "server.port, Web server", "management.server.port, Web server",
			"spring.grpc.server.port, spring.grpc.server.port" })
	void whenAPortIsTakenThenTheProcessEndsAndNamesIt(String property, String what) throws Exception {
		try (ServerSocket taken = new ServerSocket(0)) {
			String output = assertEnds(what, property + "=" + taken.getLocalPort());
			assertThat(output).contains("APPLICATION FAILED TO START", Integer.toString(taken.getLocalPort()));
		}
	}

	private String assertEnds(String reason, String property) throws IOException, InterruptedException {
		try (ServerProcess process = ServerProcess.start(this.folder, List.of(), IRIS, MANAGEMENT, property)) {
			assertThat(process.waitFor()).isEqualTo(1);
			assertThat(process.output()).contains(reason);
			return process.output();
		}
	}

}
