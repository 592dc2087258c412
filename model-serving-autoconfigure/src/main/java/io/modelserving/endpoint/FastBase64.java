package io.modelserving.endpoint;

import java.util.Base64;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.ArrayType;

/**
 * Reads bytes that stand in JSON as base64 with the decoder of the JDK, which the virtual
 * machine replaces by vector instructions, and in a {@link JsonBody} without reading them
 * as text first. Jackson reads base64 that this does not take, such as with line breaks.
 */
final class FastBase64 extends DelegatingDeserializer {

	private FastBase64(ValueDeserializer<?> delegate) {
		super(delegate);
	}

	static JsonMapper in(JsonMapper mapper) {
		return mapper.rebuild()
			.addModule(new SimpleModule("fast-base64").setDeserializerModifier(new Modifier()))
			.build();
	}

	@Override
	protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> delegate) {
		return new FastBase64(delegate);
	}

	@Override
	public Object deserialize(JsonParser parser, DeserializationContext context) {
		if (parser.currentToken() != JsonToken.VALUE_STRING) {
			return super.deserialize(parser, context);
		}
		if (parser.streamReadInputSource() instanceof JsonBody body) {
			byte[] taken = body.takeBase64(parser.currentTokenLocation().getByteOffset());
			if (taken != null) {
				return taken;
			}
		}
		String text = parser.getString();
		if (text.length() % 4 != 0) {
			// Jackson's default wants padding, the JDK does not mind
			return super.deserialize(parser, context);
		}
		try {
			return Base64.getDecoder().decode(text);
		}
		catch (IllegalArgumentException ex) {
			return super.deserialize(parser, context);
		}
	}

	private static final class Modifier extends ValueDeserializerModifier {

		private static final long serialVersionUID = 1L;

		@Override
		public ValueDeserializer<?> modifyArrayDeserializer(DeserializationConfig config, ArrayType type,
				BeanDescription.Supplier description, ValueDeserializer<?> deserializer) {
			return type.hasRawClass(byte[].class) ? new FastBase64(deserializer) : deserializer;
		}

	}

}
