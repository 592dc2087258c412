package io.modelserving.sample;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the script of the official OpenAI client for Python. Skipped unless the Python of
 * the environment variable {@code OPENAI_PYTHON}, or {@code python3}, has the client.
 */
@SampleTest
class OpenAiClientIT {

	@LocalServerPort
	private int port;

	@Test
	void whenOfficialClientAsksThenItGetsVectorsAndErrorsAsFromOpenAi() throws IOException, InterruptedException {
		String python = Optional.ofNullable(System.getenv("OPENAI_PYTHON")).orElse("python3");
		Assumptions.assumeTrue(hasClient(python), () -> python + " has no package openai");
		SampleClient client = SampleClient.whenReady(this.port);
		Process script = start(python, "clients/openai_client.py", client.uri("/v1").toString());
		String output = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(script.waitFor(SampleClient.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertThat(script.exitValue()).as(output).isZero();
		assertThat(output).contains("All is well");
	}

	private static boolean hasClient(String python) throws InterruptedException {
		try {
			Process check = start(python, "-c", "import openai");
			check.getInputStream().readAllBytes();
			return check.waitFor() == 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static Process start(String... command) throws IOException {
		return new ProcessBuilder(command).redirectErrorStream(true).start();
	}

}
