package io.modelserving.sample;

import java.util.List;

import org.junit.jupiter.api.Test;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the request that the page about the response cache shows.
 */
@SampleTest
class CachingPageIT {

	private final int port;

	CachingPageIT(@LocalServerPort int port) {
		SampleClient.whenReady(port);
		this.port = port;
	}

	@Test
	void whenAskedAgainThenTheResultWasKept() throws Exception {
		String curl = Tools.require("curl").toString();
		List<String> commands = Readme.read("docs/caching.md").blocks("sh");
		assertThat(commands).hasSize(1);
		String command = commands.get(0).replaceFirst("curl", curl).replace("localhost:8080", "localhost:" + this.port);
		assertThat(run(command)).isIn("model-serving; fwd=miss", "model-serving; hit");
		assertThat(run(command)).isEqualTo("model-serving; hit");
	}

	private static String run(String command) throws Exception {
		Process process = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes());
		assertThat(process.waitFor()).as(output).isZero();
		return output.strip();
	}

}
