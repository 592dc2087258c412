package io.modelserving.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what editors know of the properties.
 */
class ConfigurationMetadataTests {

	private final List<JsonNode> properties = read().get("properties")
		.valueStream()
		.filter((property) -> property.get("name").asString().startsWith("model-serving."))
		.toList();

	@Test
	void everyPropertyHasAnOrderlyDescription() {
		Map<String, String> descriptions = this.properties.stream()
			.collect(Collectors.toMap((property) -> property.get("name").asString(),
					(property) -> property.path("description").asString("")));
		assertThat(descriptions).hasSizeGreaterThan(25)
			.allSatisfy((name, description) -> assertThat(description).matches("[A-Z].*\\.")
				.doesNotStartWith("The ")
				.doesNotStartWith("A "));
	}

	@Test
	void descriptionOfEverySwitchStartsWithWhether() {
		assertThat(this.properties)
			.filteredOn((property) -> property.get("type").asString().equals("java.lang.Boolean"))
			.hasSizeGreaterThan(3)
			.extracting((property) -> property.path("description").asString(""))
			.allSatisfy((description) -> assertThat(description).startsWith("Whether "));
	}

	@Test
	void everyDefaultIsTheOneInForce() {
		String prefix = "model-serving.defaults.";
		Map<String, Object> defaults = this.properties.stream()
			.filter((property) -> property.get("name").asString().startsWith(prefix) && property.has("defaultValue"))
			.collect(
					Collectors.toMap((property) -> property.get("name").asString(), ConfigurationMetadataTests::value));
		assertThat(defaults).hasSizeGreaterThan(15);
		ModelProperties stated = bind(defaults);
		ModelProperties actual = bind(Map.of());
		assertThat(stated.versionPolicy()).isEqualTo(actual.versionPolicy());
		assertThat(stated.isRequired()).isEqualTo(actual.isRequired());
		assertThat(stated.batching().settings()).isEqualTo(actual.batching().settings());
		assertThat(stated.runtime().onnxOptions()).isEqualTo(actual.runtime().onnxOptions());
		assertThat(stated.runtime().instanceSettings(stated.optimizeFor()))
			.isEqualTo(actual.runtime().instanceSettings(actual.optimizeFor()));
		assertThat(stated.traffic().traffic()).isEqualTo(actual.traffic().traffic());
		assertThat(stated.warmUp().settings((signature) -> List.of()).timeout())
			.isEqualTo(actual.warmUp().settings((signature) -> List.of()).timeout());
	}

	private static Object value(JsonNode property) {
		JsonNode value = property.get("defaultValue");
		return value.isArray() ? value.valueStream().map(JsonNode::asString).collect(Collectors.joining(","))
				: value.asString();
	}

	private static ModelProperties bind(Map<String, Object> properties) {
		return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("model-serving.defaults",
				Bindable.of(ModelProperties.class));
	}

	private static JsonNode read() {
		try (InputStream metadata = Objects.requireNonNull(
				ModelServingProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json"))) {
			return JsonMapper.shared().readTree(metadata.readAllBytes());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
