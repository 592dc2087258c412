package io.modelserving.openapi;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sends what the document of a running application shows, as Swagger UI does.
 */
class DocumentedExamplesTests {

	private static DocumentedApplication application;

	private static JsonNode document;

	@BeforeAll
	static void start() {
		application = DocumentedApplication.start();
		document = application.documentWith("/paths/~1v2~1models~1picture~1infer/post" + Operation.ANSWER);
	}

	@AfterAll
	static void close() {
		application.close();
	}

	@Test
	void everyOperationSucceedsWithWhatIsShown() throws IOException {
		List<String> paths = new ArrayList<>();
		for (Operation operation : operations()) {
			HttpResponse<String> response = application.send(operation.request());
			assertThat(response.statusCode()).as("%s: %s", operation.path(), response.body()).isEqualTo(200);
			paths.add(operation.path());
		}
		assertThat(paths).contains("/brightness", "/shade", "/v2/models/picture/infer", "/v2/models/{model}/config",
				"/v2/repository/index");
	}

	@Test
	void responseToTheExampleOfAPictureModelIsShown() {
		Operation infer = operation("/v2/models/picture/infer");
		assertThat(infer.json().toString()).hasSizeLessThan(200);
		HttpResponse<String> response = application.post(infer.path(), "application/json", infer.json().toString());
		assertThat(infer.answer().at("/outputs/0/shape")).hasToString("[1,3]");
		assertThat(JsonMapper.shared().readTree(response.body())).isEqualTo(infer.answer());
	}

	@Test
	void responseToTheExampleOfATypedEndpointIsShown() {
		Operation brightness = operation("/brightness");
		HttpResponse<String> response = application.post("/brightness", "application/json",
				brightness.json().toString());
		assertThat(brightness.answer().path("means")).hasSize(3);
		assertThat(JsonMapper.shared().readTree(response.body())).isEqualTo(brightness.answer());
	}

	@Test
	void longListsOfAResponseAreCut() {
		Operation ramp = operation("/ramp");
		assertThat(ramp.answer().path("values")).hasSize(Example.SHOWN);
		assertThat(ramp.node().at("/responses/200/description").stringValue()).endsWith(Example.CUT);
		assertThat(operation("/brightness").node().at("/responses/200/description").stringValue())
			.doesNotContain(Example.CUT);
	}

	private static Operation operation(String path) {
		return operations().stream().filter((operation) -> operation.path().equals(path)).findFirst().orElseThrow();
	}

	private static List<Operation> operations() {
		List<Operation> operations = new ArrayList<>();
		document.path("paths")
			.properties()
			.forEach((item) -> item.getValue()
				.properties()
				.forEach((method) -> operations
					.add(new Operation(item.getKey(), method.getKey().toUpperCase(Locale.ROOT), method.getValue()))));
		return operations;
	}

	private record Operation(String path, String method, JsonNode node) {

		private static final String ANSWER = "/responses/200/content/application~1json/example";

		JsonNode json() {
			return this.node.at("/requestBody/content/application~1json/example");
		}

		JsonNode answer() {
			return this.node.at(ANSWER);
		}

		/** Swagger UI takes the first media type, and the examples of parameters. */
		HttpRequest.Builder request() throws IOException {
			String url = this.path;
			for (JsonNode parameter : this.node.path("parameters")) {
				url = url.replace("{" + parameter.path("name").stringValue() + "}",
						parameter.path("example").asString(""));
			}
			HttpRequest.Builder request = application.request(url);
			Map.Entry<String, JsonNode> content = this.node.at("/requestBody/content")
				.properties()
				.stream()
				.findFirst()
				.orElse(null);
			if (content == null) {
				return request.method(this.method, BodyPublishers.noBody());
			}
			if (content.getKey().equals("multipart/form-data")) {
				return request.header("Content-Type", "multipart/form-data; boundary=cut")
					.POST(BodyPublishers.ofByteArray(form()));
			}
			return request.header("Content-Type", content.getKey())
				.POST(BodyPublishers.ofString(
						content.getValue().has("example") ? content.getValue().path("example").toString() : "{}"));
		}

		private static byte[] form() throws IOException {
			ByteArrayOutputStream form = new ByteArrayOutputStream();
			form.writeBytes(("--cut\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n"
					+ "Content-Type: image/png\r\n\r\n")
				.getBytes(StandardCharsets.US_ASCII));
			ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", form);
			form.writeBytes("\r\n--cut--\r\n".getBytes(StandardCharsets.US_ASCII));
			return form.toByteArray();
		}

	}

}
