package io.modelserving.endpoint;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.core.ResolvableType;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.converter.ByteArrayHttpMessageConverter;
import org.springframework.http.converter.StringHttpMessageConverter;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.servlet.function.ServerRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ResponseTypes}.
 */
class ResponseTypesTests {

	private static final List<MediaType> JSON = List.of(MediaType.APPLICATION_JSON,
			MediaType.parseMediaType("application/*+json"));

	private static ServerRequest accepting(String... accept) {
		MockHttpServletRequest request = new MockHttpServletRequest("POST", "/");
		for (String value : accept) {
			request.addHeader("Accept", value);
		}
		return ServerRequest.create(request, List.of());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			*/*                                       | application/json
			application/*                             | application/json
			application/json                          | application/json
			text/html, application/json;q=0.1         | application/json
			application/vnd.example+json              | application/vnd.example+json
			application/json;charset=UTF-8            | application/json;charset=UTF-8
			text/html, */*;q=0.1                      | application/json
			""")
	void whenSomethingIsAcceptedThenTheBestIsChosen(String accept, String chosen) {
		assertThat(ResponseTypes.choose(accepting(accept), JSON)).isEqualTo(MediaType.parseMediaType(chosen));
	}

	@Test
	void whenNothingIsSaidThenTheFirstIsChosen() {
		List<MediaType> pictures = List.of(MediaType.IMAGE_PNG, MediaType.IMAGE_JPEG);
		assertThat(ResponseTypes.choose(accepting(), pictures)).isEqualTo(MediaType.IMAGE_PNG);
		assertThat(ResponseTypes.choose(accepting("image/png;q=0.2, image/jpeg;q=0.3"), pictures))
			.isEqualTo(MediaType.IMAGE_JPEG);
	}

	@ParameterizedTest
	@CsvSource({ "text/html, NOT_ACCEPTABLE", "application/json;q=0, NOT_ACCEPTABLE", "nonsense, NOT_ACCEPTABLE" })
	void whenNothingIsAcceptedThenItIsRejected(String accept, HttpStatus status) {
		assertThatExceptionOfType(RequestRejectedException.class)
			.isThrownBy(() -> ResponseTypes.choose(accepting(accept), JSON))
			.satisfies((ex) -> assertThat(ex.problem().status()).isEqualTo(status));
	}

	@Test
	void whenTypeIsOfRecordsThenOnlyConvertersOfObjectsCount() {
		ResolvableType type = ResolvableType.forClassWithGenerics(Map.class, String.class, Integer.class);
		assertThat(ResponseTypes.of(type, List.of(new ByteArrayHttpMessageConverter(), new StringHttpMessageConverter(),
				new JacksonJsonHttpMessageConverter())))
			.first()
			.isEqualTo(MediaType.APPLICATION_JSON);
	}

}
