package io.modelserving.openapi;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import io.modelserving.autoconfigure.grpc.OpenInferenceGrpcAutoConfiguration;
import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.endpoint.PictureRequest;
import io.modelserving.image.Picture;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import org.springdoc.core.models.GroupedOpenApi;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * A running application with a real model that takes pictures, two typed endpoints and a
 * controller.
 */
final class DocumentedApplication implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final HttpClient client = HttpClient.newHttpClient();

	private final ConfigurableApplicationContext context;

	private final String root;

	private DocumentedApplication(ConfigurableApplicationContext context) {
		this.context = context;
		this.root = "http://localhost:" + context.getEnvironment().getProperty("local.server.port")
				+ context.getEnvironment().getProperty("server.servlet.context-path", "");
	}

	static DocumentedApplication start(String... properties) {
		return start(Application.class, properties);
	}

	static DocumentedApplication start(Class<?> application, String... properties) {
		DocumentedApplication started = new DocumentedApplication(new SpringApplicationBuilder(application)
			.properties("server.port=0", "server.address=127.0.0.1", "spring.main.banner-mode=off",
					"model-serving.models.picture.location=classpath:cases/picture.onnx")
			.run(arguments(properties)));
		started.awaitReadiness();
		return started;
	}

	private void awaitReadiness() {
		String path = this.context.getEnvironment().getProperty("model-serving.open-inference.base-path", "/v2")
				+ "/health/ready";
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		while (send(request(path).GET()).statusCode() != 200) {
			if (System.nanoTime() > deadline) {
				throw new AssertionError("not ready");
			}
		}
	}

	private static String[] arguments(String... properties) {
		return List.of(properties).stream().map((property) -> "--" + property).toArray(String[]::new);
	}

	JsonNode document() {
		return document("");
	}

	/** Return the document of a group, whose name follows a slash. */
	JsonNode document(String group) {
		HttpResponse<String> response = send(request("/v3/api-docs" + group).GET());
		if (response.statusCode() != 200) {
			throw new AssertionError(response.statusCode() + " " + response.body());
		}
		return JsonMapper.shared().readTree(response.body());
	}

	/** Return the document once it has something, which comes from elsewhere. */
	JsonNode documentWith(String pointer) {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		JsonNode document = document();
		while (document.at(pointer).isMissingNode()) {
			if (System.nanoTime() > deadline) {
				throw new AssertionError("no " + pointer);
			}
			document = document();
		}
		return document;
	}

	HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create(this.root + path)).timeout(PATIENCE);
	}

	HttpResponse<String> post(String path, String mediaType, String body) {
		return send(request(path).header("Content-Type", mediaType).POST(BodyPublishers.ofString(body)));
	}

	HttpResponse<String> send(HttpRequest.Builder request) {
		try {
			return this.client.send(request.build(), BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError(ex);
		}
	}

	@Override
	public void close() {
		this.context.close();
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration(exclude = OpenInferenceGrpcAutoConfiguration.class)
	@Import({ BrightnessEndpoint.class, ShadeEndpoint.class, HomeController.class, RampEndpoint.class })
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Application.class)
	static class GroupedApplication {

		@Bean
		GroupedOpenApi models() {
			return GroupedOpenApi.builder().group("models").pathsToMatch("/v2/models/*/infer").build();
		}

		@Bean
		GroupedOpenApi rest() {
			return GroupedOpenApi.builder()
				.group("rest")
				.pathsToExclude("/v2/**", "/shade", "/ramp")
				.addOpenApiCustomizer((api) -> api.getPaths()
					.values()
					.forEach((item) -> item.readOperations().forEach((operation) -> operation.deprecated(true))))
				.build();
		}

	}

	@RestController
	static class HomeController {

		@GetMapping("/home")
		String home() {
			return "home";
		}

	}

	record Grey(float level) {
	}

	record Colours(List<Float> means) {
	}

	@ModelEndpoint(path = "/brightness", model = "picture", summary = "Measure colours")
	static class BrightnessEndpoint implements ModelHandler<Grey, Colours>, PictureRequest<Grey> {

		@Override
		public NamedTensors encode(Grey request) {
			float[] elements = new float[3 * 224 * 224];
			Arrays.fill(elements, request.level());
			return NamedTensors.of("x", Tensor.of(Shape.of(1, 3, 224, 224), elements));
		}

		@Override
		public Colours decode(Grey request, NamedTensors outputs) {
			float[] means = outputs.numeric("y").toFloats();
			return new Colours(List.of(means[0], means[1], means[2]));
		}

		@Override
		public Grey fromPicture(Picture picture) {
			return new Grey(0.5f);
		}

		@Override
		public Grey example() {
			return new Grey(0.25f);
		}

	}

	@ModelEndpoint(path = "/shade", model = "picture", tag = "Shades")
	static class ShadeEndpoint implements ModelHandler<Float, String> {

		@Override
		public NamedTensors encode(Float request) {
			return new BrightnessEndpoint().encode(new Grey(request));
		}

		@Override
		public String decode(Float request, NamedTensors outputs) {
			return "shade";
		}

		@Override
		public Float example() {
			return 1f;
		}

	}

	record Ramp(float[] values) {
	}

	@ModelEndpoint(path = "/ramp", model = "picture", tag = "Shades")
	static class RampEndpoint implements ModelHandler<Float, Ramp> {

		@Override
		public NamedTensors encode(Float request) {
			return new BrightnessEndpoint().encode(new Grey(request));
		}

		@Override
		public Ramp decode(Float request, NamedTensors outputs) {
			return new Ramp(new float[Example.MAX_ELEMENTS + 1]);
		}

		@Override
		public Float example() {
			return 1f;
		}

	}

}
