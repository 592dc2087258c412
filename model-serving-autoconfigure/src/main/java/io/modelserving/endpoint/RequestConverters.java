package io.modelserving.endpoint;

import java.util.List;

import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;

import io.modelserving.tensor.BufferPool;

/**
 * The application's message converters, of which the one for JSON reads base64 faster.
 * Each request brings a list of its own of the same converters. Thread-safe: what is kept
 * is replaced as a whole.
 */
final class RequestConverters {

	private final BufferPool pool;

	private volatile Kept kept = new Kept(List.of(), List.of());

	RequestConverters(BufferPool pool) {
		this.pool = pool;
	}

	/**
	 * Return converters that read requests.
	 * @param converters those of the application
	 * @return the converters, in the same order
	 */
	List<HttpMessageConverter<?>> of(List<HttpMessageConverter<?>> converters) {
		Kept last = this.kept;
		if (!last.converters().equals(converters)) {
			last = new Kept(List.copyOf(converters),
					converters.stream().<HttpMessageConverter<?>>map(this::faster).toList());
			this.kept = last;
		}
		return last.faster();
	}

	private HttpMessageConverter<?> faster(HttpMessageConverter<?> converter) {
		if (converter.getClass() != JacksonJsonHttpMessageConverter.class) {
			return converter;
		}
		JacksonJsonHttpMessageConverter json = (JacksonJsonHttpMessageConverter) converter;
		JacksonJsonHttpMessageConverter faster = new LargeJsonConverter(json.getMapper(), this.pool);
		faster.setSupportedMediaTypes(json.getSupportedMediaTypes());
		return faster;
	}

	private record Kept(List<HttpMessageConverter<?>> converters, List<HttpMessageConverter<?>> faster) {
	}

}
