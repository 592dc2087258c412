package io.modelserving.endpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JsonBody}.
 */
class JsonBodyTests {

	private final JsonBody body = body("{'a':'QUJDREVGR0hJSktMTU5PUA==','b':'QUJD'}");

	private static JsonBody body(String json) {
		// what is in the memory behind the body is not looked at
		byte[] bytes = (json + "\"=='").replace('\'', '"').getBytes(StandardCharsets.US_ASCII);
		return new JsonBody(bytes, json.length());
	}

	private String read(int count) throws IOException {
		return new String(this.body.readNBytes(count), StandardCharsets.US_ASCII).replace('"', '\'');
	}

	@Test
	void whenStringIsTakenThenTheRestOfItIsLeftOut() throws IOException {
		assertThat(read(10)).isEqualTo("{'a':'QUJD");
		assertThat(this.body.takeBase64(5)).asString().isEqualTo("ABCDEFGHIJKLMNOP");
		assertThat(read(100)).isEqualTo("','b':'QUJD'}");
	}

	@Test
	void whenStringFollowsOneThatWasTakenThenItsPlaceIsTheParsers() throws IOException {
		read(10);
		this.body.takeBase64(5);
		int seen = "{'a':'QUJD','b':".length();
		assertThat(read(7)).isEqualTo("','b':'");
		assertThat(this.body.takeBase64(seen)).asString().isEqualTo("ABC");
		assertThat(read(100)).isEqualTo("'}");
	}

	@Test
	void whenParserHasReadBeyondTheStringThenNothingIsLeftOut() throws IOException {
		read(40);
		assertThat(this.body.takeBase64(5)).hasSize(16);
		assertThat(read(100)).isEqualTo("D'}");
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '"', value = { "-1, {'a':'QUJD'}", "4, {'a':'QUJD'}", "99, {'a':'QUJD'}",
			"5, {'a':'QUJDR'}", "5, {'a':'QU\\D'}", "5, {'a':'____'}", "5, {'a':'QUJD" })
	void whenThereIsNoPlainBase64ThenNothingIsTaken(long offset, String json) {
		JsonBody other = body(json);
		assertThat(other.takeBase64(offset)).isNull();
		assertThat(other.available()).isEqualTo(json.length());
	}

}
