package io.modelserving.openapi;

import java.util.List;

import io.swagger.v3.oas.models.media.Schema;

/**
 * Makes schemas that say their type in the way of OpenAPI 3.0 and in that of 3.1.
 */
public final class Schemas {

	private Schemas() {
	}

	public static Schema<Object> of(String type) {
		Schema<Object> schema = new Schema<>();
		schema.setType(type);
		schema.addType(type);
		return schema;
	}

	public static Schema<Object> of(String type, String format) {
		Schema<Object> schema = of(type);
		schema.setFormat(format);
		return schema;
	}

	public static Schema<Object> described(String description, Schema<Object> schema) {
		schema.setDescription(description);
		return schema;
	}

	public static Schema<Object> string() {
		return of("string");
	}

	public static Schema<Object> integer() {
		return of("integer", "int64");
	}

	public static Schema<Object> object() {
		return of("object");
	}

	public static Schema<Object> array(Schema<?> items) {
		Schema<Object> array = of("array");
		array.setItems(items);
		return array;
	}

	/**
	 * Make the schema of one string out of some.
	 * @param values the strings
	 * @return the schema
	 */
	public static Schema<Object> oneOf(List<String> values) {
		Schema<Object> schema = string();
		values.forEach(schema::addEnumItemObject);
		return schema;
	}

	public static Schema<Object> exactly(String value) {
		return oneOf(List.of(value));
	}

}
