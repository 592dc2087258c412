package io.modelserving.codec;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for reading with {@link JsonTensors}.
 */
class JsonTensorsReadTests {

	private final JsonTensors tensors = new JsonTensors(1 << 20);

	@Test
	void whenFloatsAreFlatThenTheyAreReadInOrder() {
		Tensor tensor = readInput("FP32", "[2, 3]", "[1.0, 2, -3.5, 1e-3, 0.1, 3.4028235e38]");
		assertThat(tensor).hasToString("FP32[2, 3]");
		assertThat(Tensors.floats(tensor)).containsExactly(1f, 2f, -3.5f, 1e-3f, 0.1f, Float.MAX_VALUE);
	}

	@Test
	void whenElementsAreNestedThenTheyAreReadRowMajor() {
		Tensor tensor = readInput("INT32", "[2, 1, 3]", "[[[1, 2, 3]], [[4, 5, 6]]]");
		assertThat(Tensors.longs(tensor)).containsExactly(1, 2, 3, 4, 5, 6);
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BYTES")
	void whenAllElementsAreZeroThenOneWordStandsForThem(DataType type) {
		for (int size : List.of(0, 3, 1000, 7)) {
			Tensor tensor = read(zeros(type.name(), "[2, %d]".formatted(size))).inputs().get("x");
			assertThat(tensor).hasToString("%s[2, %d]".formatted(type, size));
			assertThat(((NumericTensor) tensor).data().remaining()).isEqualTo(2 * size * type.elementBytes());
			assertThat(Tensors.elements(tensor))
				.allSatisfy((element) -> assertThat(((Number) element).intValue()).isZero());
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "BYTES | [2] | true | is for numbers",
			"FP32 | [9000, 9000] | true | is too large", "FP32 | [2] | false | data is missing" })
	void whenZerosCannotBeHadThenTheMessageSaysWhy(String type, String shape, String parameter, String message) {
		assertThatExceptionOfType(InvalidInput.class)
			.isThrownBy(() -> read(zeros(type, shape).replace("true", parameter)))
			.withMessageContaining(message);
	}

	@Test
	void whenThereAreZerosAndDataThenTheyAreRejected() {
		assertThatExceptionOfType(InvalidInput.class)
			.isThrownBy(() -> read(zeros("FP32", "[1]").replace("}]", ",\"data\":[0]}]")))
			.withMessageContaining("both data and zeros");
	}

	@Test
	void whenZerosAreMoreThanTheirMemoryThenTheyAreRejected() {
		assertThatExceptionOfType(InvalidInput.class)
			.isThrownBy(() -> Zeros.of("input \"x\"", DataType.FP32, Shape.of(5 << 20), 5 << 20))
			.withMessageContaining("stands for at most 16777216 bytes");
	}

	private static String zeros(String type, String shape) {
		return """
				{"inputs":[{"name":"x","datatype":"%s","shape":%s,"parameters":{"zeros":true}}]}""".formatted(type,
				shape);
	}

	@ParameterizedTest
	@MethodSource("extremes")
	void whenElementsAreExtremeThenTheyAreExact(DataType type, String data, List<Object> expected) {
		Tensor tensor = readInput(type.name(), "[" + expected.size() + "]", data);
		assertThat(tensor.dataType()).isEqualTo(type);
		assertThat(Tensors.elements(tensor)).isEqualTo(expected);
	}

	static Stream<Arguments> extremes() {
		return Stream.of(Arguments.of(DataType.BOOL, "[true, false]", List.of((byte) 1, (byte) 0)),
				Arguments.of(DataType.UINT8, "[0, 255]", List.of((byte) 0, (byte) 0xff)),
				Arguments.of(DataType.UINT16, "[0, 65535]", List.of((short) 0, (short) 0xffff)),
				Arguments.of(DataType.UINT32, "[0, 4294967295]", List.of(0, 0xffffffff)),
				Arguments.of(DataType.UINT64, "[0, 18446744073709551615]", List.of(0L, -1L)),
				Arguments.of(DataType.INT8, "[-128, 127]", List.of((byte) -128, (byte) 127)),
				Arguments.of(DataType.INT16, "[-32768, 32767]", List.of((short) -32768, (short) 32767)),
				Arguments.of(DataType.INT32, "[-2147483648, 2147483647]",
						List.of(Integer.MIN_VALUE, Integer.MAX_VALUE)),
				Arguments.of(DataType.INT64, "[-9223372036854775808, 9223372036854775807]",
						List.of(Long.MIN_VALUE, Long.MAX_VALUE)),
				Arguments.of(DataType.FP16, "[1, 65504, -0.0]",
						List.of((short) 0x3c00, (short) 0x7bff, (short) 0x8000)),
				Arguments.of(DataType.BF16, "[1, -2.5]", List.of((short) 0x3f80, (short) 0xc020)),
				Arguments.of(DataType.FP32, "[16777217, 1e-45]", List.of(16777216f, Float.MIN_VALUE)),
				Arguments.of(DataType.FP64, "[0.1, 1.7976931348623157e308, 123456789012345678901234567890]",
						List.of(0.1, Double.MAX_VALUE, 123456789012345678901234567890.0)),
				Arguments.of(DataType.BYTES, "[\"\", \"gr\\u00fcn \\ud83c\\udf32\\n\"]", List.of("", "grün 🌲\n")));
	}

	@ParameterizedTest
	@EnumSource(names = { "FP16", "BF16", "FP32", "FP64" })
	void whenNumbersAreNotFiniteThenTheyAreReadBareAndQuoted(DataType type) {
		Tensor tensor = readInput(type.name(), "[6]",
				"[NaN, Infinity, -Infinity, \"NaN\", \"Infinity\", \"-Infinity\"]");
		assertThat(Tensors.floats(tensor)).containsExactly(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY,
				Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY);
	}

	@ParameterizedTest
	@ValueSource(strings = { "7.5", "[7.5]" })
	void whenShapeIsEmptyThenTheElementIsAScalar(String data) {
		Tensor tensor = readInput("FP64", "[]", data);
		assertThat(tensor.shape()).isEqualTo(Shape.of());
		assertThat(Tensors.elements(tensor)).isEqualTo(List.of(7.5));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "[0] | []", "[0, 3] | []", "[2, 0] | []", "[2, 0] | [[], []]" })
	void whenADimensionIsZeroThenTheTensorIsEmpty(String shape, String data) {
		Tensor tensor = readInput("FP32", shape, data);
		assertThat(tensor.shape()).hasToString(shape);
		assertThat(Tensors.floats(tensor)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { """
			{"data": [[1, 2], [3, 4]], "shape": [2, 2], "datatype": "INT64", "name": "x"}""", """
			{"datatype": "INT64", "data": [1, 2, 3, 4], "name": "x", "shape": [2, 2]}""", """
			{"shape": [2, 2], "datatype": "INT64", "data": [1, 2, 3, 4], "other": {"a": [1]}, "name": "x"}""" })
	void whenDataComesBeforeWhatItNeedsThenItIsReadAllTheSame(String input) {
		Tensor tensor = read("{\"inputs\": [%s]}".formatted(input)).inputs().get("x");
		assertThat(tensor).hasToString("INT64[2, 2]");
		assertThat(Tensors.longs(tensor)).containsExactly(1, 2, 3, 4);
	}

	@Test
	void whenAScalarComesBeforeItsShapeThenItIsReadAllTheSame() {
		Tensor tensor = read("""
				{"inputs": [{"data": 12345 , "shape": [], "datatype": "INT64", "name": "ä"}]}""").inputs().get("ä");
		assertThat(Tensors.longs(tensor)).containsExactly(12345);
	}

	@Test
	void whenTheRequestHasEverythingThenEverythingIsKept() {
		InferenceRequestBody request = read("""
				{"outputs": [{"name": "b", "parameters": {"binary_data": false}}, {"name": "a"}],
				 "unknown": [{"x": null}], "id": "42",
				 "parameters": {"priority": 3, "sequence_id": 18446744073709551615, "x": 0.5, "s": "t", "none": null},
				 "inputs": [{"name": "q", "shape": [1], "datatype": "FP32", "parameters": {"p": 1}, "data": [1]},
				            {"name": "p", "shape": [1], "datatype": "BYTES", "data": ["a"]}]}""");
		assertThat(request.id()).isEqualTo("42");
		assertThat(request.parameters()).isEqualTo(
				Map.of("priority", 3L, "sequence_id", new BigInteger("18446744073709551615"), "x", 0.5, "s", "t"));
		assertThat(request.inputs().names()).containsExactly("q", "p");
		assertThat(request.outputs()).containsExactly(new RequestedOutput("b", Map.of("binary_data", false)),
				new RequestedOutput("a", Map.of()));
	}

	@Test
	void whenOptionalValuesAreNullThenTheyCountAsAbsent() {
		InferenceRequestBody request = read("""
				{"id": null, "parameters": null, "outputs": null,
				 "inputs": [{"name": "x", "shape": [1], "datatype": "FP32", "parameters": null, "data": [1]}]}""");
		assertThat(request.id()).isNull();
		assertThat(request.parameters()).isEmpty();
		assertThat(request.outputs()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
			"FP32 | [1, 8, 8] | [1, 2, 3] | 3 elements where shape [1, 8, 8] takes 64",
			"FP32 | [2] | [1, 2, 3, 4, 5] | 5 elements where shape [2] takes 2",
			"FP32 | [] | [1, 2] | 2 elements where shape [] takes 1",
			"FP32 | [2, 2] | [[1, 2], [3]] | 1 element at [1] where shape [2, 2] takes 2",
			"FP32 | [2, 2] | [[1, 2], [3, 4, 5, 6]] | 4 elements at [1] where shape [2, 2] takes 2",
			"FP32 | [2, 2] | [[1, 2], [3, 4], [5, 6]] | 3 arrays where shape [2, 2] takes 2",
			"FP32 | [1, 2, 2] | [[[1, 2]]] | 1 array at [0] where shape [1, 2, 2] takes 2",
			"FP32 | [2, 2] | [[1, 2], 3] | a number at [1] where shape [2, 2] takes an array",
			"FP32 | [2] | [[1], [2]] | element 0 is an array; FP32 takes numbers",
			"FP32 | [2] | 5 | data is a number; an array is needed",
			"FP32 | [1000000, 1000000] | [1] | shape [1000000, 1000000] of FP32 is too large; the tensors of a request may take 1048576 bytes",
			"INT8 | [2147483647, 2147483647, 2147483647] | [1] | shape [2147483647, 2147483647, 2147483647] of INT8 is too large; the tensors of a request may take 1048576 bytes",
			"BYTES | [2000000000] | [\"\"] | shape [2000000000] of BYTES is too large; the tensors of a request may take 1048576 bytes",
			"FP32 | [-1, 2] | [1, 2] | dimension 0 of the shape is -1; it must be 0 to 2147483647",
			"FP32 | [1000000000000, 0] | [] | dimension 0 of the shape is 1000000000000; it must be 0 to 2147483647",
			"FP32 | [1.5] | [1] | dimension 0 of the shape is a number; an integer is needed",
			"FP32 | [99999999999999999999] | [1] | dimension 0 of the shape is 99999999999999999999; it must be 0 to 2147483647",
			"FP32 | 3 | [1] | shape is a number; an array is needed",
			"FP99 | [1] | [1] | datatype \"FP99\" is none of [BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP16, BF16, FP32, FP64, BYTES]" })
	void whenAnInputDoesNotFitItsShapeThenTheMessageSaysWhatWould(String type, String shape, String data,
			String message) {
		assertRejected(input(type, shape, data), "input \"pixels\": " + message);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
			"FP32 | [1, 2, 3, 4, 5, \"six\"] | element 5 is a string; FP32 takes numbers",
			"FP32 | [1, 2, null, 4, 5, 6] | element 2 is null; FP32 takes numbers",
			"FP32 | [1, true, 3, 4, 5, 6] | element 1 is a boolean; FP32 takes numbers",
			"FP32 | [1, {}, 3, 4, 5, 6] | element 1 is an object; FP32 takes numbers",
			"FP32 | [1, 1e39, 3, 4, 5, 6] | element 1 is 1e39; FP32 takes numbers up to 3.4028235E38",
			"FP64 | [1, -1e400, 3, 4, 5, 6] | element 1 is -1e400; FP64 takes numbers up to 1.7976931348623157E308",
			"FP16 | [1, 65520, 3, 4, 5, 6] | element 1 is 65520; FP16 takes numbers up to 65504",
			"BF16 | [1, 3.4028235e38, 3, 4, 5, 6] | element 1 is 3.4028235e38; BF16 takes numbers up to 3.3895314E38",
			"UINT8 | [0, 0, 0, 256, 0, 0] | element 3 is 256; UINT8 takes 0 to 255",
			"UINT16 | [-1, 0, 0, 0, 0, 0] | element 0 is -1; UINT16 takes 0 to 65535",
			"UINT32 | [4294967296, 0, 0, 0, 0, 0] | element 0 is 4294967296; UINT32 takes 0 to 4294967295",
			"UINT64 | [-1, 0, 0, 0, 0, 0] | element 0 is -1; UINT64 takes 0 to 18446744073709551615",
			"UINT64 | [18446744073709551616, 0, 0, 0, 0, 0] | element 0 is 18446744073709551616; UINT64 takes 0 to 18446744073709551615",
			"INT8 | [0, -129, 0, 0, 0, 0] | element 1 is -129; INT8 takes -128 to 127",
			"INT16 | [0, 32768, 0, 0, 0, 0] | element 1 is 32768; INT16 takes -32768 to 32767",
			"INT32 | [0, 2147483648, 0, 0, 0, 0] | element 1 is 2147483648; INT32 takes -2147483648 to 2147483647",
			"INT64 | [0, 9223372036854775808, 0, 0, 0, 0] | element 1 is 9223372036854775808; INT64 takes -9223372036854775808 to 9223372036854775807",
			"INT64 | [0, 1.5, 0, 0, 0, 0] | element 1 is 1.5; INT64 takes integers",
			"UINT64 | [0, NaN, 0, 0, 0, 0] | element 1 is NaN; UINT64 takes integers",
			"INT32 | [0, \"1\", 0, 0, 0, 0] | element 1 is a string; INT32 takes integers",
			"BOOL | [true, 1, true, true, true, true] | element 1 is a number; BOOL takes true or false",
			"BYTES | [\"a\", 1, \"\", \"\", \"\", \"\"] | element 1 is a number; BYTES takes strings",
			"BYTES | [\"a\", null, \"\", \"\", \"\", \"\"] | element 1 is null; BYTES takes strings" })
	void whenAnElementIsWrongThenTheMessageNamesIt(String type, String data, String message) {
		assertRejected(input(type, "[2, 3]", data), "input \"pixels\": " + message);
	}

	@Test
	void whenANestedElementIsWrongThenItsIndexCountsAllElements() {
		assertRejected(input("FP32", "[2, 3]", "[[1, 2, 3], [4, 5, []]]"),
				"input \"pixels\": element 5 is an array; FP32 takes numbers");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
			"{\"inputs\": [{\"name\": | broken JSON at line 1, column 21: Unexpected end-of-input within/between Object entries",
			"[] | the body is an array; an object with \"inputs\" is needed", "{} | inputs is missing",
			"{\"inputs\": 3} | inputs is a number; an array is needed",
			"{\"inputs\": []} {} | something follows the end of the body's object",
			"{\"inputs\": [3]} | inputs[0]: is a number; an object is needed",
			"{\"inputs\": [{}]} | inputs[0]: name is missing",
			"{\"inputs\": [{\"name\": 5}]} | inputs[0]: name is a number; a string is needed",
			"{\"inputs\": [{\"name\": \"x\", \"datatype\": \"FP32\", \"data\": []}]} | input \"x\": shape is missing",
			"{\"inputs\": [{\"name\": \"x\", \"shape\": [0], \"data\": []}]} | input \"x\": datatype is missing",
			"{\"inputs\": [{\"name\": \"x\", \"shape\": [0], \"datatype\": \"FP32\"}]} | input \"x\": data is missing",
			"{\"inputs\": [], \"id\": 5} | id is a number; a string is needed",
			"{\"inputs\": [], \"parameters\": 5} | parameters is a number; an object is needed",
			"{\"inputs\": [], \"parameters\": {\"a\": []}} | parameter \"a\" is an array; a string, a number or a boolean is needed",
			"{\"inputs\": [], \"outputs\": {}} | outputs is an object; an array is needed",
			"{\"inputs\": [], \"outputs\": [{}]} | outputs[0]: name is missing",
			"{\"inputs\": [], \"outputs\": [\"x\"]} | outputs[0] is a string; an object is needed",
			"{\"inputs\": [], \"inputs\": []} | broken JSON at line 1, column 24: Duplicate Object property \"inputs\"" })
	void whenTheBodyIsWrongThenTheMessageSaysWhere(String body, String message) {
		assertRejected(body, message);
	}

	@Test
	void whenTheBodyIsEmptyThenTheMessageSaysSo() {
		assertRejected("", "the body is empty; an object with \"inputs\" is needed");
	}

	@Test
	void whenJsonIsBrokenInALaterLineThenTheMessageNamesTheLine() {
		assertRejected(
				"{\n\"inputs\": [{\"name\": \"x\", \"shape\": [2], \"datatype\": \"FP32\",\n \"data\": [1, ,2]}]}",
				"broken JSON at line 3, column 14: Unexpected character (',' (code 44)): expected a value");
	}

	@Test
	void whenSkippedDataIsBrokenThenTheMessageNamesTheLine() {
		assertRejected("{\"inputs\": [{\n\"data\": [1, x], \"name\": \"x\", \"shape\": [2], \"datatype\": \"FP32\"}]}",
				"broken JSON at line 2, column 13");
	}

	@Test
	void whenAnInputComesTwiceThenItIsRejected() {
		assertRejected("""
				{"inputs": [{"name": "x", "shape": [1], "datatype": "FP32", "data": [1]},
				            {"name": "x", "shape": [1], "datatype": "FP32", "data": [1]}]}""",
				"input \"x\" is given twice");
	}

	@Test
	void whenArraysAreNestedWithoutEndThenTheyAreRejected() {
		assertRejected("{\"unknown\": " + "[".repeat(100_000),
				"broken JSON: Document nesting depth (101) exceeds the maximum allowed (100)");
	}

	@Test
	void whenTensorsTakeMoreThanTheLimitTogetherThenTheyAreRejected() {
		JsonTensors limited = new JsonTensors(32);
		String one = "{\"name\": \"%s\", \"shape\": [5], \"datatype\": \"FP32\", \"data\": [1, 2, 3, 4, 5]}";
		byte[] fits = "{\"inputs\": [%s]}".formatted(one.formatted("a")).getBytes(StandardCharsets.UTF_8);
		byte[] exceeds = "{\"inputs\": [%s, %s]}".formatted(one.formatted("a"), one.formatted("b"))
			.getBytes(StandardCharsets.UTF_8);
		assertThat(limited.readRequest(fits).inputs().names()).containsExactly("a");
		assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> limited.readRequest(exceeds))
			.withMessage("input \"b\": shape [5] of FP32 is too large; the tensors of a request may take 32 bytes");
	}

	@ParameterizedTest
	@EnumSource(names = "BYTES", mode = EnumSource.Mode.EXCLUDE)
	void whenShapePromisesMoreThanTheTextCanHoldThenNothingIsAllocatedForIt(DataType type) {
		String element = (type == DataType.BOOL) ? "true" : "1";
		byte[] body = input(type.name(), "[2, 1000000000]", "[[%s], []]".formatted(element))
			.getBytes(StandardCharsets.UTF_8);
		JsonTensors unlimited = new JsonTensors(Long.MAX_VALUE);
		assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> unlimited.readRequest(body))
			.withMessageStartingWith("input \"pixels\": ");
	}

	private void assertRejected(String body, String message) {
		assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> read(body)).withMessageStartingWith(message);
	}

	private Tensor readInput(String type, String shape, String data) {
		return read(input(type, shape, data)).inputs().get("pixels");
	}

	private InferenceRequestBody read(String body) {
		return this.tensors.readRequest(body.getBytes(StandardCharsets.UTF_8));
	}

	private static String input(String type, String shape, String data) {
		return "{\"inputs\": [{\"name\": \"pixels\", \"shape\": %s, \"datatype\": \"%s\", \"data\": %s}]}"
			.formatted(shape, type, data);
	}

}
