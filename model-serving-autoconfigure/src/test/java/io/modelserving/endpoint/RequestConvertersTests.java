package io.modelserving.endpoint;

import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.StringHttpMessageConverter;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;

import io.modelserving.tensor.BufferPool;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests {@link RequestConverters}.
 */
class RequestConvertersTests {

	private final RequestConverters converters = new RequestConverters(BufferPool.NONE);

	private final HttpMessageConverter<?> text = new StringHttpMessageConverter();

	private final HttpMessageConverter<?> json = new JacksonJsonHttpMessageConverter(new JsonMapper());

	@Test
	void onlyTheOneForJsonIsReplaced() {
		List<HttpMessageConverter<?>> faster = this.converters.of(List.of(this.text, this.json));
		assertThat(faster).first().isSameAs(this.text);
		assertThat(faster).last().isInstanceOf(JacksonJsonHttpMessageConverter.class).isNotSameAs(this.json);
	}

	@Test
	void whenAnotherListHasTheSameConvertersThenNoneIsMadeAnew() {
		List<HttpMessageConverter<?>> first = this.converters
			.of(Collections.unmodifiableList(List.of(this.text, this.json)));
		assertThat(this.converters.of(Collections.unmodifiableList(List.of(this.text, this.json)))).isSameAs(first);
	}

	@Test
	void whenConvertersDifferThenTheyAreMadeAnew() {
		List<HttpMessageConverter<?>> first = this.converters.of(List.of(this.text, this.json));
		assertThat(this.converters.of(List.of(this.json))).hasSize(1).doesNotContainAnyElementsOf(first);
	}

}
