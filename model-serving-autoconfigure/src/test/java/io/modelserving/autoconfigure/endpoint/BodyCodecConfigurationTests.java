package io.modelserving.autoconfigure.endpoint;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORFactory;

import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.cbor.JacksonCborHttpMessageConverter;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;

import io.modelserving.autoconfigure.OwnAutoConfigurations;
import io.modelserving.endpoint.codec.BodyCodec;
import io.modelserving.endpoint.codec.CodecHttpMessageConverter;
import io.modelserving.endpoint.codec.JacksonCodec;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BodyCodecConfiguration}.
 */
class BodyCodecConfigurationTests {

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner().withConfiguration(
			OwnAutoConfigurations.and(JacksonAutoConfiguration.class, HttpMessageConvertersAutoConfiguration.class,
					DispatcherServletAutoConfiguration.class, WebMvcAutoConfiguration.class));

	private static List<HttpMessageConverter<?>> converters(ApplicationContext context) {
		return context.getBean(RequestMappingHandlerAdapter.class).getMessageConverters();
	}

	@Test
	void codecsStandBehindJsonAndBeforeSpringsOwn() {
		this.runner.run((context) -> {
			List<HttpMessageConverter<?>> all = converters(context);
			List<HttpMessageConverter<?>> codecs = all.stream()
				.<HttpMessageConverter<?>>map((converter) -> converter)
				.filter(CodecHttpMessageConverter.class::isInstance)
				.toList();
			assertThat(codecs).extracting((codec) -> codec.getSupportedMediaTypes().get(0).toString())
				.containsExactly("application/cbor", "application/msgpack", "text/csv", "application/x-npy",
						"application/x-protobuf");
			assertThat(all.get(all.indexOf(codecs.get(0)) - 1)).isInstanceOf(JacksonJsonHttpMessageConverter.class);
			assertThat(all.subList(all.indexOf(codecs.get(4)), all.size()))
				.hasAtLeastOneElementOfType(JacksonCborHttpMessageConverter.class);
		});
	}

	@Test
	void whenEndpointsAreDisabledThenThereAreNone() {
		this.runner.withPropertyValues("model-serving.endpoints.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(BodyCodec.class));
	}

	@ParameterizedTest
	@CsvSource({ "org.msgpack, messagePackCodec", "tools.jackson.dataformat.cbor, cborCodec",
			"tools.jackson.dataformat.csv, csvCodec" })
	void whenLibraryIsMissingThenTheOthersAreThere(String library, String codec) {
		this.runner.withClassLoader(new FilteredClassLoader(library))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(codec)
				.getBeans(BodyCodec.class)
				.hasSize(4));
	}

	@Test
	void whenApplicationHasACodecOfTheNameThenItIsUsed() {
		BodyCodec own = new JacksonCodec(new JsonMapper(), new CBORFactory(), MediaType.APPLICATION_CBOR);
		this.runner.withBean("cborCodec", BodyCodec.class, () -> own)
			.run((context) -> assertThat(context.getBeansOfType(BodyCodec.class)).hasSize(5)
				.containsAllEntriesOf(Map.of("cborCodec", own)));
	}

}
