package io.modelserving.endpoint.codec;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TreeNode;
import tools.jackson.core.type.ResolvedType;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.ResolvableType;
import org.springframework.http.MediaType;

import io.modelserving.model.InferenceException.InvalidInput;

/**
 * A format that Jackson parses and generates, such as CBOR. The application's mapper for
 * JSON reads and writes the values, so names, rules and errors are those of JSON.
 * Thread-safe.
 */
public class JacksonCodec implements BodyCodec {

	private final JsonMapper mapper;

	private final TokenStreamFactory factory;

	private final List<MediaType> mediaTypes;

	/**
	 * Create a codec.
	 * @param mapper the application's mapper
	 * @param factory parses and generates the format
	 * @param mediaTypes what the format is called, the usual one first
	 */
	public JacksonCodec(JsonMapper mapper, TokenStreamFactory factory, MediaType... mediaTypes) {
		this.mapper = mapper;
		this.factory = factory;
		this.mediaTypes = List.of(mediaTypes);
	}

	@Override
	public List<MediaType> mediaTypes() {
		return this.mediaTypes;
	}

	@Override
	public Object read(ResolvableType type, InputStream body, Charset charset) throws IOException {
		ObjectReadContext context = reading(type);
		try (JsonParser parser = isText(charset)
				? this.factory.createParser(context, new InputStreamReader(body, charset))
				: this.factory.createParser(context, body)) {
			begin(parser);
			Object value = this.mapper.readerFor(this.mapper.constructType(type.getType()))
				.without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
				.readValue(parser);
			if (parser.nextToken() != null) {
				throw new InvalidInput("The body goes on after its value");
			}
			return value;
		}
	}

	@Override
	public void write(Object value, ResolvableType type, OutputStream body, Charset charset) throws IOException {
		JavaType javaType = this.mapper.constructType(type.getType());
		ObjectWriter writer = javaType.isContainerType() ? this.mapper.writerFor(javaType) : this.mapper.writer();
		ObjectWriteContext context = writing(type);
		try (JsonGenerator generator = isText(charset)
				? this.factory.createGenerator(context, new OutputStreamWriter(body, charset))
				: this.factory.createGenerator(context, body)) {
			writer.writeValue(generator, value);
		}
	}

	/** Bytes are read and written as UTF-8 where they are text. */
	private boolean isText(Charset charset) {
		return !this.factory.canHandleBinaryNatively() && !charset.equals(StandardCharsets.UTF_8);
	}

	/**
	 * Check what a body begins with.
	 * @param parser the parser, which may be moved to the first token
	 * @throws InvalidInput if the body is malformed
	 */
	void begin(JsonParser parser) {
	}

	final JsonMapper mapper() {
		return this.mapper;
	}

	/**
	 * Return what the parser of a body needs to know.
	 * @param type the type of the value
	 * @return the context
	 */
	ObjectReadContext reading(ResolvableType type) {
		return new Reading();
	}

	/**
	 * Return what the generator of a body needs to know.
	 * @param type the type of the value
	 * @return the context
	 */
	ObjectWriteContext writing(ResolvableType type) {
		return new Writing();
	}

	/** Has deserializers which read by the parser use the application's mapper, too. */
	@SuppressWarnings("TypeParameterUnusedInFormals")
	class Reading extends ObjectReadContext.Base {

		@Override
		public StreamReadConstraints streamReadConstraints() {
			return JacksonCodec.this.factory.streamReadConstraints();
		}

		@Override
		@SuppressWarnings("unchecked")
		public <T extends TreeNode> T readTree(JsonParser parser) {
			return (T) JacksonCodec.this.mapper.readTree(parser);
		}

		@Override
		public <T> T readValue(JsonParser parser, Class<T> type) {
			return JacksonCodec.this.mapper.readValue(parser, type);
		}

		@Override
		public <T> T readValue(JsonParser parser, TypeReference<T> type) {
			return JacksonCodec.this.mapper.readValue(parser, type);
		}

		@Override
		public <T> T readValue(JsonParser parser, ResolvedType type) {
			return JacksonCodec.this.mapper.readValue(parser, type);
		}

	}

	/** Has serializers which write by the generator use the application's mapper, too. */
	class Writing extends ObjectWriteContext.Base {

		@Override
		public void writeValue(JsonGenerator generator, Object value) {
			JacksonCodec.this.mapper.writeValue(generator, value);
		}

		@Override
		public void writeTree(JsonGenerator generator, TreeNode tree) {
			JacksonCodec.this.mapper.writeTree(generator, (JsonNode) tree);
		}

	}

}
