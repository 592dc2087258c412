package io.modelserving.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.modelserving.caller.CallerApplication;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs what the page about clients says.
 */
@SampleTest
class ClientsPageIT {

	private static final String PAGE = "docs/clients.md";

	private static final Path CALLER = Path.of("src/test/java/io/modelserving/caller");

	private final int port;

	private final int grpcPort;

	ClientsPageIT(@LocalServerPort int port, @Autowired GrpcServerLifecycle grpc) {
		SampleClient.whenReady(port);
		this.port = port;
		this.grpcPort = grpc.getPort();
	}

	@Test
	void whenCurlAsksThenAnswerIsThatShown() throws IOException, InterruptedException {
		String curl = Tools.require("curl").toString();
		List<Readme.Block> shown = blocks("sh", command -> command.contains("curl -s "));
		assertThat(shown).hasSize(4);
		for (int i = 0; i < shown.size(); i += 2) {
			String command = shown.get(i).content().replace("curl -s", curl + " -s");
			ShownJson.assertSame(run("sh", "-c", command), shown.get(i + 1).content(), command);
		}
	}

	@Test
	void whenGrpcurlAsksThenAnswerIsThatShown() throws IOException, InterruptedException {
		String grpcurl = Tools.requireGo("grpcurl").toString();
		List<Readme.Block> shown = blocks("sh", command -> command.startsWith("grpcurl "));
		assertThat(shown).hasSize(2);
		String command = shown.get(0).content().replaceFirst("grpcurl", grpcurl);
		ShownJson.assertSame(GrpcurlIT.protoNames(run("sh", "-c", command)), shown.get(1).content(), command);
	}

	@Test
	void whenPythonAsksThenAnswerIsThatShown() throws IOException, InterruptedException {
		String python = Python.require("requirements-triton.txt").program("python").toString();
		List<Readme.Block> shown = blocks("python", code -> true);
		assertThat(shown).hasSize(4);
		for (int i = 0; i < shown.size(); i += 2) {
			assertThat(run(python, "-c", shown.get(i).content())).isEqualTo(shown.get(i + 1).content());
		}
	}

	@Test
	void whenJavaScriptAsksThenAnswerIsThatShown(@TempDir Path folder) throws IOException, InterruptedException {
		String node = Tools.require("node").toString();
		List<Readme.Block> shown = blocks("javascript", code -> true);
		assertThat(shown).hasSize(2);
		Path script = Files.writeString(folder.resolve("iris.mjs"), here(shown.get(0).content()));
		assertThat(run(node, script.toString())).isEqualTo(shown.get(1).content());
	}

	@Test
	void whenJavaAsksThenSpeciesIsTold() throws IOException {
		String code = Files.readString(CALLER.resolve("ModelClients.java"))
				+ Files.readString(CALLER.resolve("FlowerCaller.java"));
		assertThat(Readme.read(PAGE).blocks("java")).hasSize(2).allSatisfy(block -> assertThat(code).contains(block));
		assertThat(CallerApplication.ask("http://localhost:" + this.port)).isEqualTo("virginica");
	}

	@Test
	void whenFilesAreLinkedThenTheyExist() throws IOException {
		assertThat(Readme.read(PAGE).links()).isNotEmpty()
			.allSatisfy(link -> assertThat(Readme.ROOT.resolve("docs").resolve(link)).exists());
	}

	/**
	 * Return the blocks of a language, each with the answer shown after it.
	 */
	private static List<Readme.Block> blocks(String language, Predicate<String> wanted) throws IOException {
		List<Readme.Block> all = Readme.read(PAGE).blocks();
		List<Readme.Block> chosen = new ArrayList<>();
		for (int i = 0; i < all.size(); i++) {
			if (all.get(i).language().equals(language) && wanted.test(all.get(i).content())) {
				chosen.addAll(all.subList(i, i + 2));
			}
		}
		return chosen;
	}

	private String run(String... command) throws IOException, InterruptedException {
		Python.Result result = Python.run(Map.of(), List.of(command).stream().map(this::here).toList());
		assertThat(result.exitCode()).as(result.output()).isZero();
		return result.output();
	}

	private String here(String code) {
		return code.replace("localhost:8080", "localhost:" + this.port)
			.replace("localhost:9090", "localhost:" + this.grpcPort);
	}

}
