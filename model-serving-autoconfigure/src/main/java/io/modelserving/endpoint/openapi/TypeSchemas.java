package io.modelserving.endpoint.openapi;

import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.media.Schema;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.utils.SpringDocAnnotationsUtils;

import org.springframework.core.ResolvableType;

import io.modelserving.endpoint.RecordComponents;

/**
 * Makes schemas of the types of requests and responses, as springdoc makes those of
 * controllers, with their constraints. In addition the components of records are required
 * unless they may be missing, as endpoints require them.
 */
final class TypeSchemas {

	private final OpenAPI api;

	TypeSchemas(OpenAPI api) {
		this.api = api;
	}

	/**
	 * Make the schema of a type.
	 * @param type the type
	 * @return the schema, or a reference to it among the components of the document
	 */
	Schema<?> of(Type type) {
		Schema<?> schema = SpringDocAnnotationsUtils.extractSchema(this.api.getComponents(), type, null, null,
				this.api.getSpecVersion());
		require(ResolvableType.forType(type), schema, new HashSet<>());
		return schema;
	}

	private void require(ResolvableType type, @Nullable Schema<?> schema, Set<Class<?>> seen) {
		Class<?> raw = type.toClass();
		if (schema == null) {
			return;
		}
		if (raw.isArray()) {
			require(type.getComponentType(), schema.getItems(), seen);
		}
		else if (!raw.isRecord()) {
			Stream.of(type.getGenerics()).forEach((argument) -> require(argument, schema.getItems(), seen));
		}
		else if (seen.add(raw)) {
			requireComponents(raw, dereference(schema), seen);
		}
	}

	private void requireComponents(Class<?> type, @Nullable Schema<?> schema, Set<Class<?>> seen) {
		if (schema == null || schema.getProperties() == null) {
			return;
		}
		for (RecordComponent component : type.getRecordComponents()) {
			String name = RecordComponents.jsonName(component);
			Schema<?> property = (Schema<?>) schema.getProperties().get(name);
			if (property != null) {
				if (RecordComponents.isRequired(component)
						&& (schema.getRequired() == null || !schema.getRequired().contains(name))) {
					schema.addRequiredItem(name);
				}
				require(ResolvableType.forType(component.getGenericType()), property, seen);
			}
		}
	}

	@Nullable Schema<?> dereference(Schema<?> schema) {
		String reference = schema.get$ref();
		return (reference == null) ? schema
				: this.api.getComponents().getSchemas().get(reference.substring(reference.lastIndexOf('/') + 1));
	}

}
