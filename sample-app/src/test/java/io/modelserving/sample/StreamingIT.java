package io.modelserving.sample;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.ExpectedConditions;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs what the page about streams says.
 */
@SampleTest
class StreamingIT {

	private static final String PAGE = "docs/streaming.md";

	private static final Path ENDPOINT = Path.of("src/main/java/io/modelserving/sample/digits/ErasureEndpoint.java");

	private static final Path WRITER = Path.of("src/main/java/io/modelserving/sample/writer/StreamingWriter.java");

	@LocalServerPort
	private int port;

	@Autowired
	private GrpcServerLifecycle grpc;

	private SampleClient client;

	@BeforeEach
	void awaitReadiness() {
		this.client = SampleClient.whenReady(this.port);
	}

	@Test
	void codeOfThePageIsThatOfTheSample() throws IOException {
		String code = Files.readString(ENDPOINT) + Files.readString(WRITER);
		assertThat(Readme.read(PAGE).blocks("java")).hasSize(3).allSatisfy((block) -> assertThat(code).contains(block));
	}

	@Test
	void whenCurlAsksThenEventsAreShown() throws IOException, InterruptedException {
		String curl = Tools.require("curl").toString();
		List<String> shown = Readme.read(PAGE).blocks("sh");
		assertThat(shown).hasSize(4);
		String events = run(curl, shown.get(0));
		assertThat(events.lines().toList()).hasSize(7)
			.element(0)
			.asString()
			.matches("data: \\{\"pixel\":\\d+,\"digit\":3,\"probability\":0\\.\\d+\\}");
		assertThat(events).endsWith("\n\nevent: end\ndata: {}\n\n");
		assertThat(run(curl, shown.get(1)).lines()).hasSize(2)
			.containsExactlyElementsOf(events.lines()
				.filter((line) -> line.startsWith("data: {\""))
				.map((line) -> line.substring("data: ".length()))
				.toList());
		assertThat(run(curl, shown.get(2))).isEqualTo(events);
		assertThat(run(curl, shown.get(3)).lines().toList()).satisfiesExactly(
				(line) -> assertThat(line).contains("\"species\":\"setosa\""),
				(line) -> assertThat(line).startsWith("{\"error\":{").contains("\"status\":4"));
	}

	private String run(String curl, String command) throws IOException, InterruptedException {
		Process process = new ProcessBuilder("sh", "-c",
				command.replace("curl -sN", curl + " -sN").replace("localhost:8080", "localhost:" + this.port))
			.redirectErrorStream(true)
			.start();
		String output = new String(process.getInputStream().readAllBytes());
		assertThat(process.waitFor()).as(output).isZero();
		return output;
	}

	@Test
	void whenPythonAsksOverGrpcThenResultsAreThoseShown() throws IOException, InterruptedException {
		String python = Python.require("requirements-triton.txt").program("python").toString();
		Readme page = Readme.read(PAGE);
		String script = page.blocks("python").get(0).replace("localhost:9090", "localhost:" + this.grpc.getPort());
		Python.Result result = Python.run(Map.of(), List.of(python, "-c", script));
		assertThat(result.output().strip()).isEqualTo(page.blocks("text").get(0).strip());
		assertThat(result.exitCode()).isZero();
	}

	@Test
	void whenAParameterIsWrongThenProblem() {
		HttpResponse<String> response = this.client.get("/digits/erasure?pixels=65");
		assertThat(response.statusCode()).isEqualTo(422);
		assertThat(response.body()).contains("\"field\":\"pixels\"");
	}

	@Test
	void whenABrowserShowsThePageThenEventsArriveAndTheStreamIsNotAskedForAgain(@TempDir Path profile)
			throws IOException {
		try (Browser browser = Browser.open(this.client.uri("/streaming.html").toString(), profile)) {
			browser.patience()
				.until(ExpectedConditions.textToBePresentInElementLocated(By.cssSelector("#events div:last-child"),
						"end"));
			List<String> lines = browser.driver()
				.findElements(By.cssSelector("#events div"))
				.stream()
				.map(WebElement::getText)
				.toList();
			assertThat(lines).hasSize(65).first().asString().startsWith("{\"pixel\":");
			assertThat(browser.driver().findElements(By.cssSelector("#digit .gone"))).hasSize(64);
			browser.takeScreenshot("screenshot.streaming");
		}
	}

}
