package io.modelserving.endpoint.http;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.cbor.CBORMapper;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that typed endpoints read and write CBOR where callers ask for it, by the names
 * and rules of JSON. The other side is Jackson's own mapper.
 */
@EndpointHttpTest
@TestPropertySource(properties = "spring.jackson.property-naming-strategy=SNAKE_CASE")
class CborHttpTests {

	private static final CBORMapper CBOR = new CBORMapper();

	private static final String TYPE = "application/cbor";

	private final CodecCaller caller;

	CborHttpTests(@LocalServerPort int port) {
		this.caller = new CodecCaller(port);
	}

	private String rejected(byte[] body, int status) {
		return CodecCaller.detail(this.caller.post("/mean", body, "Content-Type", TYPE), status);
	}

	@Test
	void requestAndResponseAreCbor() {
		var response = this.caller.post("/mean", CBOR.writeValueAsBytes(Map.of("values", new float[] { 1, 3 })),
				"Content-Type", TYPE, "Accept", TYPE);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(CodecCaller.type(response)).isEqualTo(TYPE);
		assertThat(CBOR.readTree(response.body()).path("mean").floatValue()).isEqualTo(2F);
	}

	@Test
	void namesAreThoseThatTheApplicationHasForJson() {
		byte[] flowers = CBOR.writeValueAsBytes(List.of(Map.of("petal_length", 1.5)));
		assertThat(this.caller.post("/flowers", flowers, "Content-Type", TYPE).statusCode()).isEqualTo(200);
	}

	@Test
	void bytesAreBytes() {
		byte[] picture = HexFormat.of().parseHex("89504e470d0a1a0a");
		assertThat(CodecCaller.detail(
				this.caller.post("/encoded", CBOR.writeValueAsBytes(Map.of("image", picture)), "Content-Type", TYPE),
				400))
			.doesNotContain("Base64");
	}

	@Test
	void whenCallerTakesAnythingThenResponseIsJson() {
		var response = this.caller.post("/mean", CBOR.writeValueAsBytes(Map.of("values", new float[] { 1, 3 })),
				"Content-Type", TYPE, "Accept", "*/*");
		assertThat(CodecCaller.type(response)).isEqualTo("application/json");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "''|is empty or ends too early", "a1|is no valid application/cbor",
					"a16676616c756573|is no valid application/cbor", "a1667661|is no valid application/cbor",
					"a16676616c7565735b7fffffffffffffff00|is no valid application/cbor",
					"a16676616c7565735a7fffffff00|is no valid application/cbor",
					"a16676616c7565737a7fffffff00|is no valid application/cbor",
					"a16676616c7565739a7fffffff|is no valid application/cbor",
					"a16676616c7565739b7fffffffffffffff|is no valid application/cbor",
					"ba7fffffff|is no valid application/cbor", "ff|is no valid application/cbor",
					"1c|is no valid application/cbor", "01|is a number, which is not an object",
					"f6|The body is null, which is not an object", "a16676616c7565736178|\"values\" is text",
					"a16676616c756573820161781|\"values[1]\"", "a16676616c756573810101|goes on after its value" })
	void whenBodyIsMalformedThenTheProblemSaysHow(String hex, String detail) {
		byte[] body = HexFormat.of().parseHex(hex.substring(0, hex.length() / 2 * 2));
		assertThat(rejected(body, 400)).contains(detail);
	}

	@Test
	void whenBodyIsNestedTooDeepThenThatIsSaid() {
		byte[] body = new byte[50_000];
		Arrays.fill(body, (byte) 0x81);
		assertThat(rejected(body, 400)).contains("array");
		byte[] inside = new byte[50_000];
		Arrays.fill(inside, (byte) 0x81);
		byte[] start = HexFormat.of().parseHex("a267756e6b6e6f776e");
		System.arraycopy(start, 0, inside, 0, start.length);
		assertThat(rejected(inside, 400)).contains("too much to be read", "500");
	}

	@Test
	void constraintsHoldAsForJson() {
		assertThat(rejected(CBOR.writeValueAsBytes(Map.of("values", new float[5])), 422)).isNotEmpty();
		assertThat(rejected(CBOR.writeValueAsBytes(Map.of("values", new float[] { Float.NaN })), 422)).isNotEmpty();
		JsonNode empty = CBOR.createObjectNode();
		assertThat(rejected(CBOR.writeValueAsBytes(empty), 422)).isNotEmpty();
	}

}
