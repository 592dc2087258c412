package io.modelserving.endpoint.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.value.ValueFactory;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that typed endpoints read and write MessagePack where callers ask for it.
 */
@EndpointHttpTest
class MessagePackHttpTests {

	@LocalServerPort
	private int port;

	private static byte[] numbers(float... values) throws IOException {
		MessageBufferPacker packer = MessagePack.newDefaultBufferPacker();
		packer.packMapHeader(1).packString("values").packArrayHeader(values.length);
		for (float value : values) {
			packer.packFloat(value);
		}
		return packer.toByteArray();
	}

	private HttpResponse<byte[]> post(byte[] body, String type, String accept) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:%d/mean".formatted(this.port)))
			.header("Content-Type", type)
			.header("Accept", accept)
			.POST(BodyPublishers.ofByteArray(body))
			.build();
		return HttpClient.newHttpClient().send(request, BodyHandlers.ofByteArray());
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/msgpack", "application/vnd.msgpack", "application/x-msgpack" })
	void requestAndResponseAreMessagePack(String type) throws Exception {
		HttpResponse<byte[]> response = post(numbers(1, 3), type, type);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).hasValue(type);
		assertThat(MessagePack.newDefaultUnpacker(response.body()).unpackValue().asMapValue().map())
			.containsEntry(ValueFactory.newString("mean"), ValueFactory.newFloat(2F));
	}

	@Test
	void whenCallerTakesAnythingThenResponseIsJson() throws Exception {
		HttpResponse<byte[]> response = post(numbers(1, 3), "application/msgpack", "*/*");
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
		assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains("\"mean\":2.0");
	}

	@Test
	void whenBodyIsMalformedThenTheProblemSaysHow() throws Exception {
		HttpResponse<byte[]> response = post(new byte[] { (byte) 0xdd, 0x7f, 0, 0, 0 }, "application/msgpack", "*/*");
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains("The body is no valid MessagePack");
	}

	@Test
	void constraintsHoldAsForJson() throws Exception {
		assertThat(post(numbers(1, 2, 3, 4, 5), "application/msgpack", "*/*").statusCode()).isEqualTo(422);
	}

}
