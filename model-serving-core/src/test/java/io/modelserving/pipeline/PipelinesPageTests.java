package io.modelserving.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.modelserving.model.InferenceException.InvalidInput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that the code of {@code docs/pipelines.md} is that of {@link ShopPipeline}, and
 * that it works.
 */
@Timeout(60)
class PipelinesPageTests {

	private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

	@Test
	void codeOfThePageIsThatOfTheExample() throws IOException {
		String code = Files
			.readString(Path.of("src/test/java", ShopPipeline.class.getName().replace('.', '/') + ".java"));
		String page = Files.readString(Path.of("../docs/pipelines.md"));
		List<String> blocks = BLOCK.matcher(page.substring(0, page.indexOf("## In Spring")))
			.results()
			.map((MatchResult found) -> found.group(1))
			.toList();
		assertThat(blocks).hasSize(4).allSatisfy((block) -> assertThat(code).contains(block));
	}

	@Test
	void exampleWorks() throws Exception {
		try (ShopPipeline shop = new ShopPipeline()) {
			assertThat(shop.score("three short words").get(30, TimeUnit.SECONDS)).isEqualTo(15);
			assertThatExceptionOfType(ExecutionException.class)
				.isThrownBy(() -> shop.score(" ").get(30, TimeUnit.SECONDS))
				.withCauseInstanceOf(InvalidInput.class)
				.withMessageContaining("the text is empty");
			assertThat(shop.limit()).contains("a second; the next one completes");
		}
	}

}
