package io.modelserving.sample;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;

import org.junit.jupiter.api.Test;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs what the README says.
 */
@SampleTest
class ReadmeIT {

	@LocalServerPort
	private int port;

	@Test
	void whenCommandsAreRunThenAnswersAreThoseShown() throws IOException, InterruptedException {
		Tools.require("curl");
		SampleClient.whenReady(this.port);
		List<Readme.Block> blocks = Readme.read().blocks();
		int run = 0;
		for (int i = 0; i < blocks.size(); i++) {
			String command = blocks.get(i).content();
			if (command.startsWith("curl ")) {
				assertThat(blocks.get(i + 1).language()).as("block after: %s", command).isEqualTo("json");
				ShownJson.assertSame(run(command), blocks.get(i + 1).content(), command);
				run++;
			}
		}
		assertThat(run).isGreaterThanOrEqualTo(5);
	}

	private String run(String command) throws IOException, InterruptedException {
		Process process = new ProcessBuilder("sh", "-c", command.replace("localhost:8080", "localhost:" + this.port))
			.directory(Readme.ROOT.toFile())
			.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(command).isZero();
		return output;
	}

	@Test
	void whenEndpointIsShownThenItIsThatOfTheSample() throws IOException {
		String content = Files
			.readString(Readme.ROOT.resolve("sample-app/src/main/java/io/modelserving/sample/iris/IrisEndpoint.java"));
		assertThat(Readme.read().blocks()).filteredOn(block -> block.language().equals("java") && block.file() == null)
			.hasSize(2)
			.allSatisfy(block -> assertThat(content).contains(block.content()));
	}

	@Test
	void whenFilesAreLinkedThenTheyExist() throws IOException {
		assertThat(Readme.read().links()).isNotEmpty()
			.allSatisfy(link -> assertThat(Readme.ROOT.resolve(link)).exists());
	}

}
