package io.modelserving.openapi;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springdoc.core.models.GroupedOpenApi;
import org.springdoc.core.properties.SpringDocConfigProperties;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OperationFilter}.
 */
class OperationFilterTests {

	private static final List<String> JSON = List.of("application/json");

	private final SpringDocConfigProperties properties = new SpringDocConfigProperties();

	private boolean includes(OperationFilter filter) {
		return filter.includes("com.example.shop", "/price/{item}", JSON, List.of("text/csv", "text/plain"));
	}

	@Test
	void withoutSettingsEverythingIsIncluded() {
		assertThat(includes(OperationFilter.of(this.properties))).isTrue();
		assertThat(includes(OperationFilter.NONE)).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "/price/*, true", "/**, true", "/price, false", "/other/**, false" })
	void pathsAreMatchedByPattern(String pattern, boolean included) {
		this.properties.setPathsToMatch(List.of("/x", pattern));
		assertThat(includes(OperationFilter.of(this.properties))).isEqualTo(included);
		this.properties.setPathsToMatch(null);
		this.properties.setPathsToExclude(List.of("/x", pattern));
		assertThat(includes(OperationFilter.of(this.properties))).isNotEqualTo(included);
	}

	@ParameterizedTest
	@CsvSource({ "com.example, true", "com.example.shop, true", "com.example.sh, false", "com.example.shop.x, false" })
	void packagesIncludeThoseInThem(String name, boolean included) {
		this.properties.setPackagesToScan(List.of("org.x", name));
		assertThat(includes(OperationFilter.of(this.properties))).isEqualTo(included);
		this.properties.setPackagesToScan(null);
		this.properties.setPackagesToExclude(List.of("org.x", name));
		assertThat(includes(OperationFilter.of(this.properties))).isNotEqualTo(included);
	}

	@Test
	void mediaTypesAreMatchedAsAWhole() {
		this.properties.setConsumesToMatch(JSON);
		this.properties.setProducesToMatch(List.of("text/plain", "text/csv"));
		assertThat(includes(OperationFilter.of(this.properties))).isTrue();
		this.properties.setProducesToMatch(List.of("text/plain"));
		assertThat(includes(OperationFilter.of(this.properties))).isFalse();
	}

	@Test
	void whenHeadersAreWantedThenNothingIsIncluded() {
		this.properties.setHeadersToMatch(List.of("X-Any"));
		assertThat(includes(OperationFilter.of(this.properties))).isFalse();
	}

	@Test
	void groupSaysWhatTheApplicationLeavesOpen() {
		GroupedOpenApi group = GroupedOpenApi.builder()
			.group("own")
			.pathsToMatch("/other/**")
			.packagesToScan("com.example")
			.build();
		assertThat(includes(OperationFilter.of(this.properties).in(group))).isFalse();
		this.properties.setPathsToMatch(List.of("/price/**"));
		assertThat(includes(OperationFilter.of(this.properties).in(group))).isTrue();
	}

}
