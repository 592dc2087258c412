package io.modelserving.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs what the page about sequences says.
 */
@SampleTest
class SequencesPageIT {

	private static final String PAGE = "docs/sequences.md";

	@LocalServerPort
	private int port;

	@Test
	void whenCurlAsksThenTheResponsesAreThoseShown() throws IOException, InterruptedException {
		String curl = Tools.require("curl").toString();
		SampleClient.whenReady(this.port);
		Readme page = Readme.read(PAGE);
		String command = page.blocks("sh")
			.get(0)
			.replace("curl -s", curl + " -s")
			.replace("localhost:8080", "localhost:" + this.port);
		Python.Result result = Python.run(Map.of(), List.of("sh", "-c", command.replace("letter ", "echo; letter ")));
		assertThat(result.exitCode()).as(result.output()).isZero();
		assertThat(result.output().strip().lines())
			.containsExactlyElementsOf(page.blocks("json").get(0).lines().toList());
	}

	@Test
	void codeAndSettingsAreThoseOfTheSample() throws IOException {
		String code = Files.readString(Path.of("src/main/java/io/modelserving/sample/writer/Writer.java"));
		Readme page = Readme.read(PAGE);
		assertThat(page.blocks("java")).hasSize(1).allSatisfy(block -> assertThat(code).contains(block));
		String settings = Files.readString(Path.of("src/main/resources/application.yml"));
		assertThat(page.blocks("yaml").get(0).lines().skip(2)).isNotEmpty()
			.allSatisfy(line -> assertThat(settings.lines()).contains(line));
		assertThat(page.links()).allSatisfy(link -> assertThat(Readme.ROOT.resolve("docs").resolve(link)).exists());
	}

}
