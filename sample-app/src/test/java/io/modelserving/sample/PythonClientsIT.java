package io.modelserving.sample;

import java.io.IOException;
import java.util.Map;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the acceptance tests of clients for Python, unmodified and from their own
 * packages. Skipped where there is no Python, or the packages cannot be had.
 */
@ProtocolTest
class PythonClientsIT {

	private final Map<String, String> server;

	PythonClientsIT(@LocalServerPort int port, @Autowired GrpcServerLifecycle grpc) {
		SampleClient.whenReady(port);
		this.server = Map.of("MODEL_SERVING_HTTP", "localhost:" + port, "MODEL_SERVING_GRPC",
				"localhost:" + grpc.getPort(), "MODEL_SERVING_MODELS", ProtocolModels.REPOSITORY.toString());
	}

	@ParameterizedTest
	@ValueSource(strings = { "test_triton_http.py", "test_triton_http_aio.py", "test_triton_grpc.py",
			"test_triton_grpc_aio.py" })
	void whenTritonsClientCallsThenItGetsWhatItExpects(String script) throws IOException, InterruptedException {
		assertPasses(Python.require("requirements-triton.txt").run(this.server, script));
	}

	@ParameterizedTest
	@ValueSource(strings = "test_kserve.py")
	void whenKServesClientCallsThenItGetsWhatItExpects(String script) throws IOException, InterruptedException {
		assertPasses(Python.require("requirements-kserve.txt").run(this.server, script));
	}

	private static void assertPasses(Python.Result result) {
		assertThat(result.exitCode()).as(result.output()).isZero();
		assertThat(result.output()).contains("Ran ").contains("OK").doesNotContain("skipped=").doesNotContain("Ran 0");
	}

}
