package io.modelserving.autoconfigure.endpoint;

import java.util.List;

import org.msgpack.core.MessagePack;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORFactory;
import tools.jackson.dataformat.csv.CsvFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.HttpMessageConverters;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import io.modelserving.endpoint.codec.BodyCodec;
import io.modelserving.endpoint.codec.CodecHttpMessageConverter;
import io.modelserving.endpoint.codec.CsvCodec;
import io.modelserving.endpoint.codec.JacksonCodec;
import io.modelserving.endpoint.codec.MessagePackCodec;
import io.modelserving.endpoint.codec.NpyCodec;
import io.modelserving.endpoint.codec.ProtobufCodec;

/**
 * The formats of bodies beside JSON, which stays what callers get who do not say what
 * they want.
 */
@Configuration(proxyBeanMethods = false)
class BodyCodecConfiguration {

	/**
	 * Behind JSON, and before the converters that Spring has for the same formats, which
	 * know nothing of the application's mapper.
	 */
	@Bean
	WebMvcConfigurer modelEndpointCodecConfigurer(ObjectProvider<BodyCodec> codecs) {
		return new WebMvcConfigurer() {

			@Override
			public void configureMessageConverters(HttpMessageConverters.ServerBuilder builder) {
				builder.configureMessageConvertersList((converters) -> converters.addAll(behindJson(converters),
						codecs.orderedStream().map(CodecHttpMessageConverter::new).toList()));
			}

		};
	}

	private static int behindJson(List<HttpMessageConverter<?>> converters) {
		for (int i = 0; i < converters.size(); i++) {
			if (converters.get(i) instanceof JacksonJsonHttpMessageConverter) {
				return i + 1;
			}
		}
		return converters.size();
	}

	@Bean
	@Order(3)
	@ConditionalOnMissingBean(name = "npyCodec")
	BodyCodec npyCodec(JsonMapper mapper) {
		return new NpyCodec(mapper);
	}

	@Bean
	@Order(4)
	@ConditionalOnMissingBean(name = "protobufCodec")
	BodyCodec protobufCodec() {
		return new ProtobufCodec();
	}

	/** MessagePack. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MessagePack.class)
	static class MessagePackConfiguration {

		@Bean
		@Order(1)
		@ConditionalOnMissingBean(name = "messagePackCodec")
		BodyCodec messagePackCodec(JsonMapper mapper) {
			return new MessagePackCodec(mapper);
		}

	}

	/** CBOR. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(CBORFactory.class)
	static class CborConfiguration {

		@Bean
		@Order(0)
		@ConditionalOnMissingBean(name = "cborCodec")
		BodyCodec cborCodec(JsonMapper mapper) {
			return new JacksonCodec(mapper,
					CBORFactory.builder()
						.streamReadConstraints(mapper.tokenStreamFactory().streamReadConstraints())
						.build(),
					MediaType.APPLICATION_CBOR);
		}

	}

	/** CSV. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(CsvFactory.class)
	static class CsvConfiguration {

		@Bean
		@Order(2)
		@ConditionalOnMissingBean(name = "csvCodec")
		BodyCodec csvCodec(JsonMapper mapper) {
			return new CsvCodec(mapper);
		}

	}

}
