package io.modelserving.endpoint.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.zip.GZIPInputStream;

import org.junit.jupiter.api.Test;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that responses are compressed and formats negotiated where requests do not wait
 * on their threads, too.
 */
@EndpointHttpTest
@TestPropertySource(properties = "model-serving.web.execution=asynchronous")
class AsynchronousCodingHttpTests {

	private final CodecCaller caller;

	AsynchronousCodingHttpTests(@LocalServerPort int port) {
		this.caller = new CodecCaller(port);
	}

	@Test
	void responseIsCompressed() throws IOException {
		byte[] numbers = CodecCaller.bytes("[0" + ",1".repeat(1999) + "]");
		HttpResponse<byte[]> response = this.caller.post("/vector", numbers, "Content-Type", "application/json",
				"Accept-Encoding", "gzip");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().allValues("Content-Encoding")).containsExactly("gzip");
		assertThat(new GZIPInputStream(new ByteArrayInputStream(response.body())))
			.hasBinaryContent(CodecCaller.bytes("[0.0" + ",1.0".repeat(1999) + "]"));
	}

	@Test
	void tableIsWritten() {
		assertThat(CodecCaller.text(this.caller.post("/rows", CodecCaller.bytes("width,name\n1.5,oak\n"),
				"Content-Type", "text/csv", "Accept", "text/csv")))
			.isEqualTo("name,the_score\noak,1.5\n");
	}

}
