package io.modelserving.openapi;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Markdown}.
 */
class MarkdownTests {

	@ParameterizedTest
	@ValueSource(strings = { "<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "[a](javascript:alert(1))",
			"![a](https://evil.example/x.png)", "[a]: javascript:alert(1)", "<javascript:alert(1)>", "`<b>`",
			"**b** _i_ ~~s~~", "# head", "a | b", "<svg/onload=alert(1)>", "&lt;img&gt;", "\\[a\\](javascript:x)",
			"<!-- a -->" })
	void noMarkupIsLeft(String text) {
		assertThat(Markdown.escape(text)).doesNotContain("<", ">")
			.doesNotContainPattern("(?<!\\\\)(?:\\\\\\\\)*[\\[\\]()`*_#~|!]")
			.doesNotContainPattern("&(?!amp;|lt;|gt;)");
	}

	@Test
	void ordinaryTextStays() {
		String text = "Reads digits, 28 x 28 pixels: 0-9. Größe 尺寸, version 1.2 + \"more\".\nSecond line";
		assertThat(Markdown.escape(text)).isEqualTo(text);
	}

	@Test
	void nameHasNoTags() {
		assertThat(Markdown.html("a_b <img src=x>&")).isEqualTo("a_b &lt;img src=x&gt;&amp;");
	}

}
