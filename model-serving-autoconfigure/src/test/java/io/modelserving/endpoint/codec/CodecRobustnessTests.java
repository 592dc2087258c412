package io.modelserving.endpoint.codec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.sun.management.ThreadMXBean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORFactory;

import org.springframework.core.ResolvableType;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.mock.http.MockHttpInputMessage;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Has each codec read bytes at random, and valid bodies with changes at random. Nothing
 * may come of it but a value, or the failure that callers get as a 400, and it may not
 * take memory on the word of a sender.
 */
class CodecRobustnessTests {

	private static final int ROUNDS = 4000;

	/** Beyond what a body of this size makes of itself, classes are loaded. */
	private static final long MOST_BYTES = 8 << 20;

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	static Stream<Arguments> codecs() {
		BodyCodec cbor = new JacksonCodec(MAPPER, CBORFactory.builder().build(), MediaType.APPLICATION_CBOR);
		Table table = new Table(new float[] { 1, 2, 3 }, "name", Map.of("a", 1L, "b", 2L),
				List.of(new Table(new float[] { 4 }, null, Map.of(), List.of())));
		Struct struct = Struct.newBuilder()
			.putFields("a", Value.newBuilder().setNumberValue(1).build())
			.putFields("b",
					Value.newBuilder()
						.setListValue(ListValue.newBuilder().addValues(Value.newBuilder().setStringValue("x")))
						.build())
			.build();
		return Stream.of(Arguments.of("CBOR", cbor, ResolvableType.forClass(Table.class), table),
				Arguments.of("CBOR of an array", cbor, ResolvableType.forClass(float[][].class),
						new float[][] { { 1, 2 }, { 3, 4 } }),
				Arguments.of("MessagePack", new MessagePackCodec(MAPPER), ResolvableType.forClass(Table.class), table),
				Arguments.of("CSV", new CsvCodec(MAPPER), ResolvableType.forClassWithGenerics(List.class, Row.class),
						List.of(new Row(1, "x"), new Row(2, "y"))),
				Arguments.of("npy", new NpyCodec(MAPPER), ResolvableType.forClass(float[][].class),
						new float[][] { { 1, 2 }, { 3, 4 } }),
				Arguments.of("Protobuf", new ProtobufCodec(), ResolvableType.forClass(Struct.class), struct));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("codecs")
	void whatIsValidIsRead(String name, BodyCodec codec, ResolvableType type, Object value) throws IOException {
		assertThat(read(codec, type, bytes(codec, type, value))).as(name).isNotNull();
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("codecs")
	void whatIsChangedIsReadOrRejected(String name, BodyCodec codec, ResolvableType type, Object value)
			throws IOException {
		Random random = new Random(name.hashCode());
		byte[] valid = bytes(codec, type, value);
		for (int i = 0; i < ROUNDS; i++) {
			read(codec, type, changed(valid, random));
			byte[] any = new byte[random.nextInt(64)];
			random.nextBytes(any);
			read(codec, type, any);
		}
	}

	private static byte[] changed(byte[] valid, Random random) {
		byte[] changed = Arrays.copyOf(valid,
				(random.nextInt(4) == 0) ? random.nextInt(valid.length + 1) : valid.length);
		for (int i = random.nextInt(4); i >= 0 && changed.length > 0; i--) {
			int at = random.nextInt(changed.length);
			changed[at] = switch (random.nextInt(3)) {
				case 0 -> (byte) random.nextInt();
				case 1 -> (byte) 0xff;
				default -> (byte) (changed[at] ^ (1 << random.nextInt(8)));
			};
		}
		return changed;
	}

	private static byte[] bytes(BodyCodec codec, ResolvableType type, Object value) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		codec.write(value, type, bytes, StandardCharsets.UTF_8);
		return bytes.toByteArray();
	}

	private static @Nullable Object read(BodyCodec codec, ResolvableType type, byte[] body) throws IOException {
		long before = THREADS.getCurrentThreadAllocatedBytes();
		try {
			return new CodecHttpMessageConverter(codec).read(type, new MockHttpInputMessage(body), null);
		}
		catch (HttpMessageNotReadableException ex) {
			return null;
		}
		finally {
			assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_BYTES);
		}
	}

	record Table(float[] values, @Nullable String name, Map<String, Long> counts, List<Table> parts) {
	}

	record Row(float x, String y) {
	}

}
