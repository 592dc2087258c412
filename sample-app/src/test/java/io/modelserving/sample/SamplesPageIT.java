package io.modelserving.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs what the page about samples says. {@link NamedCodeTests} looks for the classes and
 * tests that it names.
 */
@SampleTest
class SamplesPageIT {

	private static final String PAGE = "docs/samples.md";

	private static final List<String> MOSEC = List.of("echo", "distil_bert", "resnet50_msgpack", "stable_diffusion",
			"embedding", "rerank", "segment", "type_validation", "multi_route", "server_side_event", "custom_env",
			"jax_single_layer", "shm_ipc", "monitor");

	private final int port;

	SamplesPageIT(@LocalServerPort int port) {
		SampleClient.whenReady(port);
		this.port = port;
	}

	@Test
	void whenCommandsAreRunThenResponsesAreThoseShown(@TempDir Path folder) throws IOException, InterruptedException {
		Tools.require("curl");
		String python = Python.require("requirements-formats.txt").program("python").toString();
		List<Readme.Block> blocks = Readme.read(PAGE).blocks();
		int compared = 0;
		for (int i = 0; i < blocks.size(); i++) {
			String command = blocks.get(i).content();
			if (blocks.get(i).language().equals("sh")) {
				String output = run(command.replace("python3", python)
					.replace("-o land-cover.png", "-o " + folder.resolve("land-cover.png"))
					.replace("localhost:8080", "localhost:" + this.port));
				if (command.contains("/chat/")) {
					assertThat(output).endsWith("data:[DONE]\n\n");
				}
				else if (blocks.get(i + 1).language().equals("json")) {
					ShownJson.assertSame(output, blocks.get(i + 1).content(), command);
					compared++;
				}
			}
		}
		assertThat(compared).isEqualTo(5);
		assertThat(Files.readAllBytes(folder.resolve("land-cover.png"))).startsWith(0x89, 'P', 'N', 'G');
	}

	private static String run(String command) throws IOException, InterruptedException {
		Python.Result result = Python.run(Map.of(),
				List.of("sh", "-c", "cd " + Readme.ROOT.toAbsolutePath() + "\n" + command));
		assertThat(result.exitCode()).as(result.output()).isZero();
		return result.output();
	}

	@Test
	void everyExampleHasACounterpartAndATestOrSaysThatThereIsNone() throws IOException {
		List<String> examples = new ArrayList<>();
		for (String line : Files.readAllLines(Readme.ROOT.resolve(PAGE))) {
			List<String> cells = Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
			if (cells.size() == 7 && !List.of("example", "---").contains(cells.get(1))) {
				examples.add(cells.get(1));
				boolean none = cells.get(3).equals("none");
				assertThat(cells.get(4)).as(line).matches(none ? "none" : "`.+");
				assertThat(cells.get(3)).as(line).matches(none ? "none" : ".+");
			}
		}
		assertThat(examples).startsWith(MOSEC.toArray(String[]::new)).hasSizeGreaterThan(MOSEC.size() + 10);
	}

	@Test
	void codeOfThePageIsThatOfTheSample() throws IOException {
		String code = Files
			.readString(Path.of("src/main/java/io/modelserving/sample/landcover/LandCoverEndpoint.java"));
		Readme page = Readme.read(PAGE);
		assertThat(page.blocks("java")).hasSize(1).allSatisfy((block) -> assertThat(code).contains(block));
		assertThat(page.links()).allSatisfy((link) -> assertThat(Readme.ROOT.resolve("docs").resolve(link)).exists());
	}

}
