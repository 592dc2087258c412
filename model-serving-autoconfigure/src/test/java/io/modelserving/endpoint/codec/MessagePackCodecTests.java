package io.modelserving.endpoint.codec;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.Value;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.ResolvableType;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageNotReadableException;

import io.modelserving.model.InferenceException.InvalidInput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link MessagePackCodec}. The other side is the reader and writer of
 * MessagePack's own library.
 */
class MessagePackCodecTests {

	private static final MediaType MESSAGE_PACK = MediaType.parseMediaType("application/msgpack");

	private final CodecHttpMessageConverter converter = new CodecHttpMessageConverter(
			new MessagePackCodec(new JsonMapper()));

	private Object read(Class<?> type, byte[] body) throws IOException {
		return this.converter.read(ResolvableType.forClass(type), new Input(body), null);
	}

	private Value write(Object value) throws IOException {
		Output output = new Output();
		this.converter.write(value, ResolvableType.forInstance(value), MESSAGE_PACK, output, null);
		assertThat(output.headers.getContentType()).isEqualTo(MESSAGE_PACK);
		try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(output.body.toByteArray())) {
			Value written = unpacker.unpackValue();
			assertThat(unpacker.hasNext()).isFalse();
			return written;
		}
	}

	@Test
	void valuesOfAllTypesAreRead() throws IOException {
		MessageBufferPacker packer = MessagePack.newDefaultBufferPacker();
		packer.packMapHeader(6);
		packer.packString("picture").packBinaryHeader(3).writePayload(new byte[] { 1, 2, 3 });
		packer.packString("numbers").packArrayHeader(3).packFloat(1.5F).packDouble(2.5).packInt(3);
		packer.packString("text").packString("grün");
		packer.packString("flag").packBoolean(true);
		packer.packString("large").packBigInteger(BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE));
		packer.packString("nothing").packNil();
		Everything read = (Everything) read(Everything.class, packer.toByteArray());
		assertThat(read.picture()).containsExactly(1, 2, 3);
		assertThat(read.numbers()).containsExactly(1.5F, 2.5F, 3);
		assertThat(read.text()).isEqualTo("grün");
		assertThat(read.flag()).isTrue();
		assertThat(read.large()).isEqualTo("18446744073709551615");
		assertThat(read.nothing()).isNull();
	}

	@Test
	void valuesOfAllTypesAreWritten() throws IOException {
		Map<Value, Value> written = write(new Everything(new byte[] { 1, 2 }, new float[] { 0.1F }, "grün", true,
				new BigInteger("18446744073709551615"), null))
			.asMapValue()
			.map();
		assertThat(written).hasSize(6);
		Map<String, Value> byName = new HashMap<>();
		written.forEach((name, value) -> byName.put(name.asStringValue().asString(), value));
		assertThat(byName.get("picture").asBinaryValue().asByteArray()).containsExactly(1, 2);
		assertThat(byName.get("numbers").asArrayValue().get(0).asFloatValue().toFloat()).isEqualTo(0.1F);
		assertThat(byName.get("text").asStringValue().asString()).isEqualTo("grün");
		assertThat(byName.get("flag").asBooleanValue().getBoolean()).isTrue();
		assertThat(byName.get("large").asIntegerValue().asBigInteger()).isEqualTo("18446744073709551615");
		assertThat(byName.get("nothing").isNilValue()).isTrue();
	}

	@Test
	void whatNoIntegerHoldsIsWrittenAsText() throws IOException {
		assertThat(write(List.of(new BigInteger("-18446744073709551616"))).asArrayValue().get(0).asStringValue())
			.hasToString("-18446744073709551616");
	}

	@Test
	void textAndBytesAreLeftToOtherConverters() {
		assertThat(this.converter.canRead(ResolvableType.forClass(Everything.class), MESSAGE_PACK)).isTrue();
		assertThat(this.converter.canRead(ResolvableType.forClass(Everything.class), MediaType.APPLICATION_JSON))
			.isFalse();
		assertThat(this.converter.canWrite(ResolvableType.forClass(String.class), String.class, MESSAGE_PACK))
			.isFalse();
		assertThat(this.converter.canRead(ResolvableType.forClass(byte[].class), MESSAGE_PACK)).isFalse();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "''| it breaks off", "93 01| it breaks off", "a5 61| 4 bytes are missing",
			"c6 7f ff ff ff 00| bytes are missing", "dd 7f ff ff ff 00| bytes are missing",
			"df 7f ff ff ff 00| bytes are missing", "db 7f ff ff ff 00| bytes are missing",
			"c6 ff ff ff ff| MessagePack", "81 01 02| The keys of maps must be strings", "d4 05 00| Extension types",
			"01 02| The body goes on after its value, at byte 1", "c1| MessagePack" })
	void whenBodyIsMalformedThenThatIsSaid(String hex, String message) {
		byte[] body = HexFormat.of().parseHex(hex.replace(" ", ""));
		assertThatExceptionOfType(HttpMessageNotReadableException.class).isThrownBy(() -> read(Object.class, body))
			.havingCause()
			.isInstanceOf(InvalidInput.class)
			.withMessageContaining(message);
	}

	@Test
	void whenBodyIsNestedTooDeepThenThatIsSaid() {
		byte[] body = new byte[100_000];
		Arrays.fill(body, (byte) 0x91);
		assertThatExceptionOfType(HttpMessageNotReadableException.class).isThrownBy(() -> read(Object.class, body))
			.withMessageContaining("The body cannot be read")
			.havingCause()
			.withMessage("The body is nested more than 500 deep");
	}

	record Everything(byte @Nullable [] picture, float @Nullable [] numbers, @Nullable String text, boolean flag,
			@Nullable BigInteger large, @Nullable String nothing) {
	}

	private record Input(byte[] body) implements HttpInputMessage {

		@Override
		public HttpHeaders getHeaders() {
			return new HttpHeaders();
		}

		@Override
		public InputStream getBody() {
			return new ByteArrayInputStream(this.body);
		}

	}

	private static final class Output implements HttpOutputMessage {

		private final HttpHeaders headers = new HttpHeaders();

		private final ByteArrayOutputStream body = new ByteArrayOutputStream();

		@Override
		public HttpHeaders getHeaders() {
			return this.headers;
		}

		@Override
		public ByteArrayOutputStream getBody() {
			return this.body;
		}

	}

}
