package io.modelserving.sample;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Compares answers with those that the documentation shows.
 */
final class ShownJson {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	/** Stands for the rest of an array that is too long to show. */
	private static final String REST = "...";

	private ShownJson() {
	}

	/**
	 * Assert that an answer is the one shown, numbers within a ten-thousandth.
	 * @param actual the answer
	 * @param shown what the documentation shows
	 * @param description what was asked
	 */
	static void assertSame(String actual, String shown, String description) {
		String complete = shown.replace(", ...]", ", \"...\"]");
		assertSame(JSON.readTree(actual), JSON.readTree(complete), description);
	}

	private static void assertSame(JsonNode actual, JsonNode shown, String description) {
		if (shown.isNumber()) {
			assertThat(actual.asDouble()).as(description).isCloseTo(shown.asDouble(), within(1e-4));
		}
		else if (shown.isArray()) {
			boolean cut = !shown.isEmpty() && shown.get(shown.size() - 1).isString()
					&& shown.get(shown.size() - 1).asString().equals(REST);
			int length = cut ? shown.size() - 1 : shown.size();
			assertThat(actual.size()).as(description)
				.satisfies(size -> assertThat(cut ? size > length : size == length).isTrue());
			for (int i = 0; i < length; i++) {
				assertSame(actual.get(i), shown.get(i), description);
			}
		}
		else if (shown.isObject()) {
			assertThat(actual.propertyNames()).as(description).containsExactlyElementsOf(shown.propertyNames());
			shown.propertyNames()
				.forEach(name -> assertSame(actual.get(name), shown.get(name), description + ": " + name));
		}
		else {
			assertThat(actual).as(description).isEqualTo(shown);
		}
	}

}
