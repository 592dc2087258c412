package io.modelserving.endpoint;

import java.lang.annotation.Annotation;
import java.lang.reflect.RecordComponent;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tells which components of records must be there.
 */
public final class RequiredComponents {

	private RequiredComponents() {
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

}
