package io.modelserving.openapi;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests {@link ModelOpenApi} by the documents of a running application.
 */
class ModelOpenApiTests {

	private static final String INFER = "/v2/models/picture/infer";

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			springdoc.paths-to-match=/home                                | /home
			springdoc.paths-to-match=/home,/v2/models/*/infer,/shade      | /home,/shade,/v2/models/picture/infer
			springdoc.paths-to-exclude=/v2/**,/shade,/ramp                     | /home,/brightness
			springdoc.packages-to-scan=io.modelserving.openapi            | /home,/brightness,/shade,/ramp
			""")
	void propertiesForAllDocumentsHoldForOurOperations(String property, String paths) {
		try (DocumentedApplication application = DocumentedApplication.start(property)) {
			JsonNode document = application.document();
			assertThat(document.path("paths").propertyNames()).containsExactlyInAnyOrder(paths.split(","));
			assertThat(tags(document).contains("Open Inference Protocol")).isFalse();
			assertThat(document.at("/components/schemas/OpenInferenceError").isMissingNode())
				.isEqualTo(!paths.contains(INFER));
		}
	}

	@Test
	void groupsOfPropertiesHaveTheirOwnOperationsEach() {
		try (DocumentedApplication application = DocumentedApplication.start(
				"springdoc.group-configs[0].group=protocol", "springdoc.group-configs[0].paths-to-match=/serving/v2/**",
				"springdoc.group-configs[1].group=own",
				"springdoc.group-configs[1].packages-to-scan=io.modelserving.openapi",
				"springdoc.group-configs[1].paths-to-exclude=/home", "server.servlet.context-path=/app",
				"model-serving.open-inference.base-path=/serving/v2")) {
			JsonNode protocol = application.document("/protocol");
			assertThat(protocol.path("paths").propertyNames())
				.contains("/serving/v2", "/serving/v2/models/picture/infer")
				.allMatch((path) -> path.startsWith("/serving/v2"));
			assertThat(protocol.at("/servers/0/url").stringValue()).endsWith("/app");
			JsonNode own = application.document("/own");
			assertThat(own.path("paths").propertyNames()).containsExactlyInAnyOrder("/brightness", "/shade", "/ramp");
			assertThat(own.at("/components/schemas").propertyNames()).doesNotContain("OpenInferenceError");
			assertThat(tags(own)).containsExactlyInAnyOrder("picture", "Shades");
		}
	}

	@Test
	void groupsThatAreBeansHaveTheirOwnOperationsEachAndTheirCustomizersComeLater() {
		try (DocumentedApplication application = DocumentedApplication
			.start(DocumentedApplication.GroupedApplication.class)) {
			JsonNode models = application.document("/models");
			assertThat(models.path("paths").propertyNames()).containsExactly(INFER);
			assertThat(tags(models)).containsExactly("picture");
			assertThat(models.at("/components/schemas").propertyNames()).doesNotContain("ModelEndpointProblem");
			JsonNode rest = application.document("/rest");
			assertThat(rest.path("paths").propertyNames()).containsExactlyInAnyOrder("/home", "/brightness");
			assertThat(rest.at("/paths/~1brightness/post/deprecated").booleanValue()).isTrue();
		}
	}

	@Test
	void controllersComeBeforeTypedEndpointsAndThoseBeforeTheProtocol() {
		try (DocumentedApplication application = DocumentedApplication.start()) {
			JsonNode document = application.document();
			assertThat(shown(document).subList(0, 4)).containsExactly("/home", "/brightness", "/shade", "/ramp");
			assertThat(shown(document).subList(4, shown(document).size())).contains("/v2", INFER)
				.allMatch((path) -> path.startsWith("/v2"));
		}
	}

	/**
	 * Return the paths in the order in which Swagger UI shows them without a sorter: by
	 * tag, listed tags first, and in a tag in the order of the document.
	 */
	private static List<String> shown(JsonNode document) {
		Set<String> order = new LinkedHashSet<>(tags(document));
		document.path("paths").forEach((item) -> item.forEach((operation) -> order.add(tag(operation))));
		List<String> shown = new ArrayList<>();
		order.forEach(
				(tag) -> document.path("paths").properties().forEach((path) -> path.getValue().forEach((operation) -> {
					if (tag(operation).equals(tag)) {
						shown.add(path.getKey());
					}
				})));
		return shown;
	}

	private static String tag(JsonNode operation) {
		return operation.at("/tags/0").stringValue();
	}

	private static List<String> tags(JsonNode document) {
		return document.path("tags").valueStream().map((tag) -> tag.path("name").stringValue()).toList();
	}

}
