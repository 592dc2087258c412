package io.modelserving.endpoint.http;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the codec of {@code docs/endpoints.md} is {@link LinesCodec}, and that it
 * works.
 */
@EndpointHttpTest
@Import(LinesCodec.class)
class CodecsPageTests {

	private static final Pattern BLOCK = Pattern.compile("```java\n(@Component.*?)```", Pattern.DOTALL);

	private final CodecCaller caller;

	CodecsPageTests(@LocalServerPort int port) {
		this.caller = new CodecCaller(port);
	}

	@Test
	void codeOfThePageIsThatOfTheExample() throws IOException {
		String code = Files
			.readString(Path.of("src/test/java", LinesCodec.class.getName().replace('.', '/') + ".java"));
		List<String> blocks = BLOCK.matcher(Files.readString(Path.of("../docs/endpoints.md")))
			.results()
			.map((found) -> found.group(1))
			.toList();
		assertThat(blocks).hasSize(1).allSatisfy((block) -> assertThat(code).contains(block));
	}

	@Test
	void codecOfTheApplicationIsReadAndOffered() {
		HttpResponse<byte[]> response = this.caller.post("/vector", CodecCaller.bytes("1.5\n2\n"), "Content-Type",
				"text/x-numbers", "Accept", "text/x-numbers");
		assertThat(CodecCaller.text(response)).isEqualTo("1.5\n2.0\n");
		assertThat(CodecCaller
			.detail(this.caller.post("/vector", CodecCaller.bytes("1\nx"), "Content-Type", "text/x-numbers"), 400))
			.isEqualTo("line 2 is not a number");
		assertThat(CodecCaller.type(this.caller.post("/vector", CodecCaller.bytes("1.5\n"), "Content-Type",
				"text/x-numbers", "Accept", "*/*")))
			.isEqualTo("application/json");
		assertThat(CodecCaller
			.detail(this.caller.post("/vector", CodecCaller.bytes("<a/>"), "Content-Type", "application/xml"), 415))
			.contains("text/x-numbers");
	}

}
