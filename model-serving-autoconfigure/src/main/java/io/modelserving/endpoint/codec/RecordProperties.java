package io.modelserving.endpoint.codec;

import java.util.LinkedHashMap;
import java.util.Map;

import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsonFormatVisitors.JsonFormatVisitorWrapper;
import tools.jackson.databind.jsonFormatVisitors.JsonObjectFormatVisitor;

/**
 * What a mapper calls the components of records.
 */
final class RecordProperties {

	private RecordProperties() {
	}

	/**
	 * Return the names of the components of a record.
	 * @param mapper the mapper
	 * @param type the record
	 * @return the names of components by the names of properties, in the order in which
	 * they are written
	 */
	static Map<String, String> of(JsonMapper mapper, Class<?> type) {
		Map<String, String> names = new LinkedHashMap<>();
		mapper.acceptJsonFormatVisitor(type, new JsonFormatVisitorWrapper.Base() {

			@Override
			public JsonObjectFormatVisitor expectObjectFormat(JavaType ignored) {
				return new JsonObjectFormatVisitor.Base(getContext()) {

					@Override
					public void property(BeanProperty property) {
						names.put(property.getName(), property.getMember().getName());
					}

					@Override
					public void optionalProperty(BeanProperty property) {
						property(property);
					}

				};
			}

		});
		return names;
	}

}
