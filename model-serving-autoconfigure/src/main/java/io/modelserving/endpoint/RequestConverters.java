package io.modelserving.endpoint;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import com.google.protobuf.MessageLite;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.GenericHttpMessageConverter;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.SmartHttpMessageConverter;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;

import io.modelserving.tensor.BufferPool;

/**
 * The application's message converters, of whichever of Spring's three kinds; the one for
 * JSON reads base64 faster. Each request brings a list of its own of the same converters.
 * Thread-safe: what is kept is replaced as a whole.
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
					converters.stream()
						.filter((converter) -> !isStray(converter))
						.<HttpMessageConverter<?>>map(this::faster)
						.toList());
			this.kept = last;
		}
		return last.faster();
	}

	/**
	 * That of Jackson 2, which springdoc brings: it knows nothing of the application's
	 * mapper.
	 */
	private static boolean isStray(HttpMessageConverter<?> converter) {
		return converter.getClass().getSimpleName().equals("MappingJackson2YamlHttpMessageConverter");
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

	static boolean canRead(HttpMessageConverter<?> converter, ResolvableType type, @Nullable MediaType mediaType) {
		if (!suits(converter, type)) {
			return false;
		}
		if (converter instanceof GenericHttpMessageConverter<?> generic) {
			return generic.canRead(type.getType(), type.toClass(), mediaType);
		}
		return (converter instanceof SmartHttpMessageConverter<?> smart) ? smart.canRead(type, mediaType)
				: converter.canRead(type.toClass(), mediaType);
	}

	/** What writes the properties of objects makes no sense of generated messages. */
	private static boolean suits(HttpMessageConverter<?> converter, ResolvableType type) {
		return !MessageLite.class.isAssignableFrom(type.toClass()) || converter.getSupportedMediaTypes()
			.stream()
			.anyMatch((mediaType) -> mediaType.getSubtype().contains("protobuf"));
	}

	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
	static <T> @Nullable T read(HttpMessageConverter<?> converter, ResolvableType type, HttpInputMessage body)
			throws IOException {
		if (converter instanceof GenericHttpMessageConverter<?> generic) {
			return (T) generic.read(type.getType(), type.toClass(), body);
		}
		return (converter instanceof SmartHttpMessageConverter<?> smart) ? (T) smart.read(type, body, null)
				: ((HttpMessageConverter<T>) converter).read((Class<? extends T>) type.toClass(), body);
	}

	static boolean canWrite(HttpMessageConverter<?> converter, ResolvableType type) {
		if (!suits(converter, type)) {
			return false;
		}
		if (converter instanceof GenericHttpMessageConverter<?> generic) {
			return generic.canWrite(type.getType(), type.toClass(), null);
		}
		return (converter instanceof SmartHttpMessageConverter<?> smart) ? smart.canWrite(type, type.toClass(), null)
				: converter.canWrite(type.toClass(), null);
	}

	/**
	 * Return what some converters read or write.
	 * @param converters the converters
	 * @param type the type of the value
	 * @return the media types, JSON first and then in the order of the converters
	 */
	static List<MediaType> mediaTypes(Stream<HttpMessageConverter<?>> converters, ResolvableType type) {
		return converters.filter((converter) -> !isStray(converter))
			.flatMap((converter) -> converter.getSupportedMediaTypes(type.toClass()).stream())
			.distinct()
			.sorted(Comparator.comparing((mediaType) -> !mediaType.equals(MediaType.APPLICATION_JSON)))
			.toList();
	}

	private record Kept(List<HttpMessageConverter<?>> converters, List<HttpMessageConverter<?>> faster) {
	}

}
