package io.modelserving.sample;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the commands of the page about endpoints: each format and coding of bodies,
 * written by the libraries of others.
 */
@SampleTest
class FormatsIT {

	private final int port;

	FormatsIT(@LocalServerPort int port) {
		SampleClient.whenReady(port);
		this.port = port;
	}

	@Test
	void whenCurlSendsAFormatThenItIsRead(@TempDir Path folder) throws IOException, InterruptedException {
		String python = Python.require("requirements-formats.txt").program("python").toString();
		String curl = Tools.require("curl").toString();
		Tools.require("zstd");
		List<String> commands = Readme.read("docs/endpoints.md").blocks("sh");
		assertThat(commands).hasSize(7);
		for (String command : commands) {
			Python.Result result = Python.run(Map.of(),
					List.of("sh", "-c",
							"cd " + folder + "\n"
									+ command.replace("python3", python)
										.replace("curl -s", curl + " -s -w '\\n%{http_code}'")
										.replace("localhost:8080", "localhost:" + this.port)));
			assertThat(result.output()).as(command)
				.endsWith("\n200")
				.containsAnyOf("\"species\":\"virginica\"", "\"digit\":", "\"embedding\":[");
		}
	}

}
