package io.modelserving.codec;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.BufferPool;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link InferenceCodec}.
 */
class InferenceCodecTests {

	private final InferenceCodec codec = new InferenceCodec(1 << 26);

	static Stream<Arguments> binaryTensors() {
		return Stream.of(Arguments.of(DataType.BOOL, "000101", List.of((byte) 0, (byte) 1, (byte) 1)),
				Arguments.of(DataType.UINT8, "0001ff", List.of((byte) 0, (byte) 1, (byte) 0xff)),
				Arguments.of(DataType.INT8, "00807f", List.of((byte) 0, (byte) -128, (byte) 127)),
				Arguments.of(DataType.UINT16, "00000100ffff", List.of((short) 0, (short) 1, (short) 0xffff)),
				Arguments.of(DataType.INT16, "00000080ff7f", List.of((short) 0, Short.MIN_VALUE, Short.MAX_VALUE)),
				Arguments.of(DataType.FP16, "003c007e0080", List.of((short) 0x3c00, (short) 0x7e00, (short) 0x8000)),
				Arguments.of(DataType.BF16, "803fc07f20c0", List.of((short) 0x3f80, (short) 0x7fc0, (short) 0xc020)),
				Arguments.of(DataType.UINT32, "0000000001000000ffffffff", List.of(0, 1, -1)),
				Arguments.of(DataType.INT32, "0000000004030201ffffff7f", List.of(0, 0x01020304, Integer.MAX_VALUE)),
				Arguments.of(DataType.FP32, "0000803f0000c07f000080ff",
						List.of(1f, Float.NaN, Float.NEGATIVE_INFINITY)),
				Arguments.of(DataType.UINT64, "00000000000000000100000000000000ffffffffffffffff", List.of(0L, 1L, -1L)),
				Arguments.of(DataType.INT64, "00000000000000000807060504030201ffffffffffffff7f",
						List.of(0L, 0x0102030405060708L, Long.MAX_VALUE)),
				Arguments.of(DataType.FP64, "000000000000f03f000000000000f87f000000000000f0ff",
						List.of(1.0, Double.NaN, Double.NEGATIVE_INFINITY)),
				Arguments.of(DataType.BYTES, "00000000" + "02000000c3bc" + "0100000061", List.of("", "ü", "a")));
	}

	@ParameterizedTest
	@MethodSource("binaryTensors")
	void whenBytesFollowTheJsonThenTheyAreTheElements(DataType type, String hex, List<Object> elements) {
		byte[] bytes = bytes(hex);
		Tensor tensor = read(input("x", type, "[3]", bytes.length), bytes).inputs().get("x");
		assertThat(tensor).hasToString(type + "[3]");
		assertThat(Tensors.elements(tensor)).isEqualTo(elements);
	}

	@Test
	void whenARequestCannotBeReadThenWhatItHasBorrowedIsLentAgain() {
		BufferPool pool = new BufferPool(1 << 20);
		InferenceCodec pooling = new InferenceCodec(1 << 26, pool);
		byte[] json = json(input("x", DataType.UINT8, "[65536]", 65536));
		byte[] body = Arrays.copyOf(json, json.length + 65536);
		InferenceRequestBody request = pooling.readRequest(new ByteArrayInputStream(body), json.length);
		assertThat(pool.keptBytes()).isZero();
		request.memory().release();
		assertThat(pool.keptBytes()).isEqualTo(65536);
		byte[] shorter = Arrays.copyOf(body, body.length - 1);
		assertThatExceptionOfType(InvalidInput.class)
			.isThrownBy(() -> pooling.readRequest(new ByteArrayInputStream(shorter), json.length));
		assertThat(pool.keptBytes()).isEqualTo(65536);
	}

	@ParameterizedTest
	@MethodSource("binaryTensors")
	void whenWhatWasReadIsWrittenAsBytesThenItIsTheSame(DataType type, String hex, List<Object> elements)
			throws IOException {
		byte[] bytes = bytes(hex);
		Tensor tensor = read(input("x", type, "[3]", bytes.length), bytes).inputs().get("x");
		Written written = write(NamedTensors.of("x", tensor), Set.of("x"));
		assertThat(written.json()).isEqualTo("""
				{"model_name":"m","outputs":[{"name":"x","shape":[3],"datatype":"%s",\
				"parameters":{"binary_data_size":%d}}]}""".formatted(type, bytes.length));
		assertThat(written.bytes()).isEqualTo(bytes);
	}

	@Test
	void whenInputsAreOfBothKindsThenEachIsReadFromItsPlace() {
		InferenceRequestBody request = read("""
				{"name":"a","datatype":"INT32","shape":[1],"parameters":{"binary_data_size":4}},
				{"name":"b","datatype":"INT32","shape":[1],"data":[7]},
				{"parameters":{"binary_data_size":0},"name":"c","datatype":"FP32","shape":[0,3]},
				{"parameters":{"binary_data_size":1},"shape":[1],"name":"d","datatype":"UINT8"}""",
				bytes("0500000009"));
		assertThat(request.inputs().names()).containsExactly("a", "b", "c", "d");
		assertThat(Tensors.longs(request.inputs().get("a"))).containsExactly(5);
		assertThat(Tensors.longs(request.inputs().get("b"))).containsExactly(7);
		assertThat(request.inputs().get("c")).hasToString("FP32[0, 3]");
		assertThat(Tensors.longs(request.inputs().get("d"))).containsExactly(9);
	}

	@Test
	void whenOutputsAreOfBothKindsThenBytesAreInTheOrderOfTheOutputs() throws IOException {
		Map<String, Tensor> outputs = new LinkedHashMap<>();
		outputs.put("b", Tensor.of(Shape.of(2), 1, 2));
		outputs.put("json", Tensor.of(Shape.of(1), 9));
		outputs.put("a", Tensor.of(Shape.of(1), 1));
		Written written = write(NamedTensors.of(outputs), Set.of("a", "b"));
		assertThat(written.json()).contains("\"name\":\"json\",\"shape\":[1],\"datatype\":\"INT32\",\"data\":[9]");
		assertThat(written.bytes()).isEqualTo(bytes("010000000200000001000000"));
	}

	@Test
	void whenAllBinaryOutputsAreEmptyThenTheResponseIsNothingButJson() throws IOException {
		EncodedResponse response = this.codec.encode(new InferenceResponseBody("m", null, null, Map.of(),
				NamedTensors.of("x", Tensor.of(Shape.of(0, 2), new float[0]))), Set.of("x"));
		assertThat(response.jsonLength()).isEmpty();
		assertThat(response.length()).isEmpty();
		ByteArrayOutputStream target = new ByteArrayOutputStream();
		response.writeTo(target);
		assertThat(target.toString(StandardCharsets.UTF_8)).contains("\"parameters\":{\"binary_data_size\":0}")
			.doesNotContain("\"data\"");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
			"FP32 | [2] | 4 | 00000000 | binary_data_size is 4; FP32[2] takes 8",
			"FP32 | [1] | -4 | | binary_data_size is -4; it must be 0 to 2147483647",
			"FP32 | [1] | 1e3 | | binary_data_size is 1000.0; it must be 0 to 2147483647",
			"FP32 | [1] | \"4\" | | binary_data_size is 4; it must be 0 to 2147483647",
			"FP32 | [1] | 18446744073709551620 | | binary_data_size is 18446744073709551620; it must be 0 to 2147483647",
			"FP32 | [2] | 8 | 0000000000 | the body ends 3 bytes too early",
			"BYTES | [2] | 7 | 00000000000000 | binary_data_size is 7; the lengths alone of BYTES[2] take 8",
			"BYTES | [0] | 4 | 00000000 | binary_data_size is 4; the lengths alone of BYTES[0] take 0",
			"BYTES | [1] | 6 | 030000006162 | element 0 is 3 bytes long, and 2 bytes are left of 6",
			"BYTES | [1] | 6 | ffffffff6162 | element 0 is 4294967295 bytes long, and 2 bytes are left of 6",
			"BYTES | [2] | 8 | 0100000061000000 | element 1 is 0 bytes long, and 0 bytes are left of 8",
			"BYTES | [1] | 6 | 010000006162 | 1 elements take 5 bytes, not 6",
			"BYTES | [1] | 6 | 0200000061 | the body ends 1 bytes too early",
			"BYTES | [1] | 5 | 01000000ff | element 0 is not text in UTF-8",
			"BOOL | [2] | 2 | 0102 | element 1 is 2; BOOL takes 0 or 1" })
	void whenBytesDoNotFitThenTheMessageSaysWhatWould(String type, String shape, String size, String hex,
			String message) {
		String input = """
				{"name":"x","datatype":"%s","shape":%s,"parameters":{"binary_data_size":%s}}""".formatted(type, shape,
				size);
		assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> read(input, bytes((hex != null) ? hex : "")))
			.withMessage("input \"x\": " + message);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
			"\"data\":[1],\"parameters\":{\"binary_data_size\":4} | there are both data and binary_data_size; send one of them",
			"\"parameters\":{} | data is missing, and so is binary_data_size",
			"\"parameters\":{\"shared_memory_region\":\"r\"} | parameter \"shared_memory_region\" is not supported, as the server shares no memory with callers; send data or binary_data_size" })
	void whenElementsAreNotInExactlyOnePlaceThenTheInputIsRejected(String rest, String message) {
		assertThatExceptionOfType(InvalidInput.class)
			.isThrownBy(() -> read("{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1],%s}".formatted(rest),
					bytes("00000000")))
			.withMessage("input \"x\": " + message);
	}

	@Test
	void whenBytesAreLeftOverThenTheRequestIsRejected() {
		assertThatExceptionOfType(InvalidInput.class)
			.isThrownBy(() -> read(input("x", DataType.INT8, "[1]", 1), bytes("0102")))
			.withMessage("the body goes on after the bytes of the last input");
	}

	@Test
	void whenTheLengthOfTheJsonIsNotToldThenThereAreNoBytes() {
		assertThatExceptionOfType(InvalidInput.class)
			.isThrownBy(() -> this.codec.readRequest(stream(json(input("x", DataType.INT8, "[1]", 1)))))
			.withMessage("input \"x\": its 1 bytes are missing; the length of the JSON before them must be given");
		assertThat(this.codec.readRequest(stream(json(input("x", DataType.INT8, "[0]", 0)))).inputs().get("x"))
			.hasToString("INT8[0]");
	}

	@Test
	void whenTheJsonIsShorterOrLongerThanToldThenTheRequestIsRejected() {
		byte[] json = json("{\"name\":\"x\",\"datatype\":\"INT8\",\"shape\":[1],\"data\":[1]}");
		assertThatExceptionOfType(InvalidInput.class)
			.isThrownBy(() -> this.codec.readRequest(stream(json), json.length + 5))
			.withMessage("the body ends 5 bytes before the end of the JSON, which should be %d bytes long",
					json.length + 5);
		assertThatExceptionOfType(InvalidInput.class)
			.isThrownBy(() -> this.codec.readRequest(stream(json), json.length - 1))
			.withMessageContaining("broken JSON");
	}

	@Test
	void whenShapePromisesMoreThanTheLimitThenNothingIsReadForIt() {
		InferenceCodec small = new InferenceCodec(100);
		byte[] json = json(input("x", DataType.FP32, "[2147483647,2147483647,2147483647]", 8));
		assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> small.readRequest(stream(json), json.length))
			.withMessageContaining("is too large; the tensors of a request may take 100 bytes");
	}

	@ParameterizedTest
	@CsvSource({ "FP32, 3, false", "INT64, 3, false", "UINT8, 3, false", "FP32, 9, true", "UINT8, 9, true" })
	void whenATensorIsLargeThenItIsReadWholeAndOffTheHeapIfVeryLarge(DataType type, int times, boolean direct) {
		int elements = times * ElementBuffer.FIRST_BYTES / type.elementBytes() + 7;
		byte[] bytes = new byte[elements * type.elementBytes()];
		new Random(42).nextBytes(bytes);
		byte[] json = json(input("x", type, "[" + elements + "]", bytes.length));
		InputStream body = new SequenceInputStream(stream(json), new Dripping(bytes));
		NumericTensor tensor = this.codec.readRequest(body, json.length).inputs().numeric("x");
		assertThat(tensor.isDirect()).isEqualTo(direct);
		assertThat(tensor.data()).isEqualTo(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()));
	}

	@ParameterizedTest
	@CsvSource({ "2, false", "9, true" })
	void whenJsonIsLargeThenItIsReadWholeAndOffTheHeapIfVeryLarge(int times, boolean direct) {
		int elements = times * ElementBuffer.FIRST_BYTES / 4;
		StringBuilder data = new StringBuilder("0");
		for (int i = 1; i < elements; i++) {
			data.append(',').append(i);
		}
		byte[] json = json(
				"{\"name\":\"x\",\"datatype\":\"INT32\",\"shape\":[%d],\"data\":[%s]}".formatted(elements, data));
		NumericTensor tensor = this.codec.readRequest(new Dripping(json)).inputs().numeric("x");
		assertThat(tensor.isDirect()).isEqualTo(direct);
		for (int i = 0; i < elements; i++) {
			assertThat(tensor.data().getInt(4 * i)).isEqualTo(i);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\0', value = { "[0.1, 1e-45, NaN, \"Infinity\", -0.0, 3.4028235e38]",
			"[16777217, 1E5, 0.30000001192092896, 7, 8, 9]" })
	void whenDataComesFirstThenNotADigitIsLost(String data) {
		String first = "{\"data\":%s,\"name\":\"x\",\"shape\":[6],\"datatype\":\"FP32\"}".formatted(data);
		String last = "{\"name\":\"x\",\"shape\":[6],\"datatype\":\"FP32\",\"data\":%s}".formatted(data);
		Tensor expected = this.codec.readRequest(stream(json(last))).inputs().get("x");
		assertThat(Tensors.elements(this.codec.readRequest(stream(json(first))).inputs().get("x")))
			.isEqualTo(Tensors.elements(expected));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\0',
			value = { "[\"\\u0000\", \"🌲\\ud83c\\udf32\", \"\\\"\"]", "[[\"a\"],[\"b\"],[\"c\"]]" })
	void whenStringsComeFirstThenTheyAreTheSame(String data) {
		String input = "{\"data\":%s,\"name\":\"x\",\"shape\":[3,1],\"datatype\":\"BYTES\"}".formatted(data);
		String last = "{\"name\":\"x\",\"shape\":[3,1],\"datatype\":\"BYTES\",\"data\":%s}".formatted(data);
		assertThat(Tensors.elements(this.codec.readRequest(stream(json(input))).inputs().get("x")))
			.isEqualTo(Tensors.elements(this.codec.readRequest(stream(json(last))).inputs().get("x")));
	}

	@Test
	void whenTheStreamFailsThenTheBodyBreaksOff() {
		InputStream failing = new InputStream() {

			@Override
			public int read() throws IOException {
				throw new IOException("reset");
			}

		};
		assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> this.codec.readRequest(failing))
			.withMessage("the body breaks off");
	}

	private static String input(String name, DataType type, String shape, int size) {
		return """
				{"name":"%s","datatype":"%s","shape":%s,"parameters":{"binary_data_size":%d}}""".formatted(name, type,
				shape, size);
	}

	private static byte[] json(String inputs) {
		return "{\"inputs\":[%s]}".formatted(inputs).getBytes(StandardCharsets.UTF_8);
	}

	private static InputStream stream(byte[] bytes) {
		return new ByteArrayInputStream(bytes);
	}

	private InferenceRequestBody read(String inputs, byte[] bytes) {
		byte[] json = json(inputs);
		return this.codec.readRequest(new SequenceInputStream(stream(json), stream(bytes)), json.length);
	}

	private Written write(NamedTensors outputs, Set<String> binary) throws IOException {
		EncodedResponse response = this.codec.encode(new InferenceResponseBody("m", null, null, Map.of(), outputs),
				binary);
		ByteArrayOutputStream target = new ByteArrayOutputStream();
		response.writeTo(target);
		assertThat(response.length()).hasValue(target.size());
		int length = (int) response.jsonLength().orElseThrow();
		ByteBuffer all = ByteBuffer.wrap(target.toByteArray());
		byte[] bytes = new byte[target.size() - length];
		all.get(length, bytes);
		return new Written(new String(target.toByteArray(), 0, length, StandardCharsets.UTF_8), bytes);
	}

	static byte[] bytes(String hex) {
		return HexFormat.of().parseHex(hex);
	}

	private record Written(String json, byte[] bytes) {
	}

	/** Gives a few bytes at a time, as networks do. */
	private static final class Dripping extends ByteArrayInputStream {

		private Dripping(byte[] bytes) {
			super(bytes);
		}

		@Override
		public synchronized int read(byte[] target, int offset, int length) {
			return super.read(target, offset, Math.min(length, 1 + this.pos % 1459));
		}

	}

}
