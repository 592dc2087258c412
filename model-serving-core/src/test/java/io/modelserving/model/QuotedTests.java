package io.modelserving.model;

import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Quoted}.
 */
class QuotedTests {

	@Test
	void shortNameStandsInQuotationMarks() {
		assertThat(Quoted.name("pixels")).isEqualTo("\"pixels\"");
	}

	@Test
	void longNameIsCut() {
		assertThat(Quoted.name("a".repeat(10_000_000))).isEqualTo("\"" + "a".repeat(100) + "...\"");
	}

	@Test
	void whenCutFallsIntoSurrogatePairThenNoHalfOfItIsLeft() {
		assertThat(Quoted.text("a".repeat(99) + "\ud83d\ude00".repeat(5))).isEqualTo("a".repeat(99) + "...");
	}

	@ParameterizedTest
	@CsvSource({ "10, \\u000a", "13, \\u000d", "27, \\u001b", "0, \\u0000", "127, \\u007f", "155, \\u009b",
			"8232, \\u2028", "8233, \\u2029", "8238, \\u202e", "8294, \\u2066", "55357, \\ud83d" })
	void characterThatLogOrTerminalActsOnIsEscaped(int character, String escaped) {
		assertThat(Quoted.text("a" + (char) character + "b")).isEqualTo("a" + escaped + "b");
	}

	@Test
	void otherCharactersStay() {
		assertThat(Quoted.text("größe 尺寸 \ud83d\ude00 \u200d")).isEqualTo("größe 尺寸 \ud83d\ude00 \u200d");
	}

	@Test
	void longListIsCut() {
		List<String> names = IntStream.range(0, 600_000).mapToObj(String::valueOf).toList();
		assertThat(Quoted.names(names)).startsWith("\"0\", \"1\", ").endsWith(", \"9\" and 599990 more");
		assertThat(Quoted.list(names)).startsWith("0, 1, ").endsWith(", 9 and 599990 more");
	}

	@Test
	void listOfTenIsWhole() {
		assertThat(Quoted.list(IntStream.range(0, 10).boxed().toList())).isEqualTo("0, 1, 2, 3, 4, 5, 6, 7, 8, 9");
	}

	@Test
	void messageIsLimited() {
		assertThat(Quoted.message("ab ".repeat(1_000_000))).hasSize(4003);
		assertThat(Quoted.message("model \"" + "n".repeat(1_000_000) + "\" is not served"))
			.isEqualTo("model \"" + "n".repeat(99) + "...");
		assertThat(Quoted.message("model \"" + "n".repeat(200) + "\" is not served"))
			.isEqualTo("model \"" + "n".repeat(99) + "... is not served");
		String quoted = "input " + Quoted.name("n".repeat(200)) + "; more";
		assertThat(Quoted.message(quoted)).isEqualTo(quoted);
		assertThat(Quoted.message("short")).isEqualTo("short");
	}

}
