package io.modelserving.cache;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.io.ByteArrayResource;

import io.modelserving.model.ModelKey;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.cache.CacheOutcome;
import io.modelserving.serving.cache.CacheUse;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the code of {@code docs/caching.md} is that of {@link CachedFlowers}, and
 * what else the page says.
 */
class CachingPageTests {

	private static final Path PAGE = Path.of("../docs/caching.md");

	@Test
	void codeOfThePageIsThatOfTheExample() throws IOException {
		String code = Files
			.readString(Path.of("src/test/java", CachedFlowers.class.getName().replace('.', '/') + ".java"));
		assertThat(blocks("java")).hasSize(2)
			.allSatisfy((block) -> assertThat(code)
				.contains(block.lines().map((line) -> "\t" + line).collect(Collectors.joining("\n"))));
	}

	@Test
	void theExampleAsksForARun() {
		InferenceRequest[] asked = new InferenceRequest[1];
		new CachedFlowers((request) -> {
			asked[0] = request;
			return CompletableFuture
				.completedFuture(new InferenceResult(new ModelKey("iris", 1), request.inputs(), null));
		}).ask(NamedTensors.of("x", Tensor.of(Shape.of(1), 1f)));
		assertThat(asked[0].cache()).isEqualTo(CacheUse.REFRESH);
	}

	@Test
	void theShortFormOfThePageIsThatOfTheSettings() throws IOException {
		MutablePropertySources sources = new MutablePropertySources();
		new YamlPropertySourceLoader()
			.load("page", new ByteArrayResource(blocks("yaml").get(0).getBytes(StandardCharsets.UTF_8)))
			.forEach(sources::addLast);
		assertThat(new Binder(ConfigurationPropertySources.from(sources))
			.bind("model-serving.models.iris.cache", Bindable.of(Boolean.class))
			.get()).isTrue();
	}

	@Test
	void everyOutcomeIsOnThePage() throws IOException {
		String page = Files.readString(PAGE);
		for (CacheOutcome outcome : CacheOutcome.values()) {
			assertThat(page).contains("| `" + outcome.cacheStatus().replace("model-serving; ", "") + "` |");
		}
	}

	private static List<String> blocks(String language) throws IOException {
		return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
			.matcher(Files.readString(PAGE))
			.results()
			.map((found) -> found.group(1))
			.toList();
	}

}
