package io.modelserving.endpoint;

import java.util.Base64;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link FastBase64}.
 */
class FastBase64Tests {

	private final JsonMapper jackson = JsonMapper.builder().build();

	private final JsonMapper fast = FastBase64.in(this.jackson);

	private record Body(byte[] image) {
	}

	@Test
	void whenBytesAreBase64ThenTheyAreThoseThatWereEncoded() {
		byte[] bytes = new byte[10_000];
		new Random(1).nextBytes(bytes);
		String json = "{\"image\": \"%s\"}".formatted(Base64.getEncoder().encodeToString(bytes));
		assertThat(this.fast.readValue(json, Body.class).image()).isEqualTo(bytes);
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"AQID\"", "\"\"", "\"AQ==\"", "\"AQI\\nDBA==\"", "null", "[1, 2, -3]", "\"AQ\"", "\"A\"",
			"\"!!!!\"", "7", "{}", "\"_-8=\"" })
	void whenValueIsOutOfTheOrdinaryThenItIsReadAsJacksonReadsIt(String value) {
		assertThat(outcome(this.fast, value)).isEqualTo(outcome(this.jackson, value));
	}

	private static Object outcome(JsonMapper mapper, String value) {
		try {
			byte[] image = mapper.readValue("{\"image\": " + value + "}", Body.class).image();
			return (image != null) ? Base64.getEncoder().encodeToString(image) : "null";
		}
		catch (JacksonException ex) {
			return "rejected";
		}
	}

	@Test
	void whenBase64IsBrokenThenItIsRejected() {
		assertThatExceptionOfType(JacksonException.class)
			.isThrownBy(() -> this.fast.readValue("{\"image\": \"????\"}", Body.class));
	}

}
