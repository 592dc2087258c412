package io.modelserving.sample;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the script of the official OpenAI client for Python.
 */
@SampleTest
class OpenAiClientIT {

	@LocalServerPort
	private int port;

	@Test
	void whenOfficialClientAsksThenItGetsVectorsTextsAndErrorsAsFromOpenAi() throws IOException, InterruptedException {
		String python = Python.require("requirements-openai.txt").program("python").toString();
		SampleClient client = SampleClient.whenReady(this.port);
		Python.Result result = Python.run(Map.of(),
				List.of(python, "clients/openai_client.py", client.uri("/v1").toString()));
		assertThat(result.exitCode()).as(result.output()).isZero();
		assertThat(result.output()).contains("All is well");
	}

}
