package io.modelserving.endpoint.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;

import com.google.protobuf.FloatValue;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.StringValue;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;

import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.tensor.NamedTensors;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests endpoints whose requests and responses are generated messages.
 */
@EndpointHttpTest
@Import(ProtobufHttpTests.HalfEndpoint.class)
class ProtobufHttpTests {

	private static final String TYPE = "application/x-protobuf";

	private final int port;

	private final CodecCaller caller;

	ProtobufHttpTests(@LocalServerPort int port) {
		this.port = port;
		this.caller = new CodecCaller(port);
	}

	@Test
	void requestAndResponseAreMessages() throws InvalidProtocolBufferException {
		var response = this.caller.post("/half", FloatValue.of(3).toByteArray(), "Content-Type", TYPE);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(CodecCaller.type(response)).isEqualTo(TYPE);
		assertThat(StringValue.parseFrom(response.body()).getValue()).isEqualTo("1.5");
	}

	@Test
	void theDocumentShowsTheFormat() throws IOException {
		try (InputStream document = URI.create("http://localhost:%d/v3/api-docs".formatted(this.port))
			.toURL()
			.openStream()) {
			assertThat(new JsonMapper().readTree(document).at("/paths/~1half/post/requestBody/content").propertyNames())
				.containsExactly(TYPE, "application/protobuf", "application/vnd.google.protobuf");
		}
	}

	@Test
	void whenTheMessageIsBrokenThen400() {
		byte[] broken = { 0x0d, 1 };
		assertThat(CodecCaller.detail(this.caller.post("/half", broken, "Content-Type", TYPE), 400))
			.contains("FloatValue");
	}

	@Test
	void whenTheFormatIsAnotherThen415AndOfResponses406() {
		for (String type : new String[] { "application/json", "application/x-ndjson", "application/cbor" }) {
			assertThat(CodecCaller
				.detail(this.caller.post("/half", "{}".getBytes(StandardCharsets.US_ASCII), "Content-Type", type), 415))
				.contains(TYPE)
				.doesNotContain("application/json,");
		}
		assertThat(CodecCaller.detail(this.caller.post("/half", FloatValue.of(3).toByteArray(), "Content-Type", TYPE,
				"Accept", "application/json"), 406))
			.contains(TYPE);
	}

	@Test
	void whenTheEndpointTakesNoMessagesThenItDoesNotReadThem() {
		assertThat(CodecCaller.detail(this.caller.post("/mean", FloatValue.of(3).toByteArray(), "Content-Type", TYPE),
				415))
			.doesNotContain("send application/x-protobuf");
	}

	@ModelEndpoint(path = "/half", model = "echo")
	static class HalfEndpoint implements ModelHandler<FloatValue, StringValue> {

		@Override
		public NamedTensors encode(FloatValue request) {
			return TestHandlers.inputs(request.getValue());
		}

		@Override
		public StringValue decode(FloatValue request, NamedTensors outputs) {
			return StringValue.of(Float.toString(outputs.numeric("y").toFloats()[0] / 2));
		}

	}

}
