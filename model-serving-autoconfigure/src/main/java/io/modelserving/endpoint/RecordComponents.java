package io.modelserving.endpoint;

import java.lang.annotation.Annotation;
import java.lang.reflect.RecordComponent;
import java.util.Optional;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Describes what callers need to know of the components of records.
 */
public final class RecordComponents {

	private RecordComponents() {
	}

	/**
	 * Return whether a component must be there.
	 * @param component the component
	 * @return {@code false} if it is an {@link Optional} or has an annotation named
	 * {@code Nullable}, of whatever library
	 */
	public static boolean isRequired(RecordComponent component) {
		return component.getType() != Optional.class && Stream
			.of(component.getAnnotations(), component.getAccessor().getAnnotations(),
					component.getAnnotatedType().getAnnotations())
			.flatMap(Stream::of)
			.map(Annotation::annotationType)
			.noneMatch((type) -> type.getSimpleName().equals("Nullable"));
	}

	/**
	 * Return the name that callers know.
	 * @param component the component
	 * @return the name of its {@link JsonProperty}, or else its own
	 */
	public static String jsonName(RecordComponent component) {
		JsonProperty property = component.getAccessor().getAnnotation(JsonProperty.class);
		return (property != null && !property.value().isEmpty()) ? property.value() : component.getName();
	}

}
