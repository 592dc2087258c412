package io.modelserving.autoconfigure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.mock.env.MockEnvironment;

import io.modelserving.repository.Downloads;
import io.modelserving.repository.ModelLocations;
import io.modelserving.repository.VersionPolicy;
import io.modelserving.repository.source.SourceSettings;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that what {@code docs/model-sources.md} shows is taken.
 */
class ModelSourcesPageTests {

	private static final Path PAGE = Path.of("../docs/model-sources.md");

	private static final Pattern LOCATION = Pattern.compile("`((?:hf|models|oci|https):[^` ]+)`");

	private static String page() throws IOException {
		return Files.readString(PAGE);
	}

	private static List<String> blocks() throws IOException {
		return Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
			.matcher(page())
			.results()
			.map((found) -> found.group(1))
			.toList();
	}

	private static MockEnvironment environment(String yaml) throws IOException {
		MockEnvironment environment = new MockEnvironment();
		MutablePropertySources sources = environment.getPropertySources();
		for (PropertySource<?> source : new YamlPropertySourceLoader().load("page",
				new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))) {
			sources.addLast(source);
		}
		environment.setProperty("REGISTRY_PASSWORD", "secret");
		environment.setProperty("MLFLOW_TRACKING_URI", "https://mlflow.example.com");
		return environment;
	}

	@Test
	void everySettingOfThePageExistsAndEveryLocationIsTaken() throws IOException {
		assertThat(blocks()).hasSize(3);
		for (String yaml : blocks()) {
			MockEnvironment environment = environment(yaml);
			ModelServingProperties properties = Binder.get(environment)
				.bindOrCreate("model-serving", Bindable.of(ModelServingProperties.class),
						new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
			SourceSettings settings = properties.sources().settings(environment, 1000);
			properties.models().forEach((name, model) -> resolve(settings, String.valueOf(model.location()), "latest"));
		}
		assertThat(Binder.get(environment(blocks().get(2)))
			.bind("model-serving.sources", SourceProperties.class)
			.get()
			.settings(environment(blocks().get(2)), 1000)
			.oci()).containsExactlyEntriesOf(
					Map.of("registry.example.com", new SourceSettings.Credentials("reader", "secret")));
	}

	@Test
	void everyLocationInTheTextIsTaken() throws IOException {
		List<String> locations = LOCATION.matcher(page())
			.results()
			.map((MatchResult found) -> found.group(1))
			.distinct()
			.toList();
		assertThat(locations).hasSizeGreaterThan(5);
		SourceSettings settings = new SourceProperties(
				new SourceProperties.HuggingFaceProperties(null, null, null, null),
				new SourceProperties.MlflowProperties(null, null, null, null), Map.of())
			.settings(environment(""), 1000);
		locations.forEach((location) -> resolve(settings, location, location.contains("{version}") ? "3" : "latest"));
	}

	private static void resolve(SourceSettings settings, String location, String versions) {
		ModelLocations locations = Downloads.locations(new DefaultResourceLoader(), Downloads.none(), settings);
		assertThat(locations.resolve("m", location, VersionPolicy.parse(versions)).sources()).as(location).hasSize(1);
		assertThat(locations.isRemote(location)).as(location).isTrue();
	}

}
