package io.modelserving.endpoint;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.ResolvableType;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageNotReadableException;

import io.modelserving.tensor.BufferPool;
import io.modelserving.web.BodyBounds;
import io.modelserving.web.BodyTooLarge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link LargeJsonConverter}.
 */
class LargeJsonConverterTests {

	private final BufferPool pool = new BufferPool(1 << 20);

	private final LargeJsonConverter converter = new LargeJsonConverter(JsonMapper.builder().build(), this.pool);

	/** What is taken for a body of unknown length first. */
	private static final int BYTES = 64 << 10;

	private final Random random = new Random(4);

	private record Body(String name, byte[] image, List<byte[]> more, int number) {
	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
	@JsonSubTypes(@JsonSubTypes.Type(value = Kept.class, name = "kept"))
	private interface Kind {

	}

	private record Kept(byte[] image, String note) implements Kind {
	}

	private record Message(HttpHeaders headers, InputStream body) implements HttpInputMessage {

		@Override
		public HttpHeaders getHeaders() {
			return this.headers;
		}

		@Override
		public InputStream getBody() {
			return this.body;
		}

	}

	private static Message message(String json, Charset charset, long length) {
		HttpHeaders headers = new HttpHeaders();
		headers.setContentType(MediaType.APPLICATION_JSON);
		byte[] bytes = json.getBytes(charset);
		if (length >= 0) {
			headers.setContentLength(length);
		}
		return new Message(headers, new ByteArrayInputStream(bytes));
	}

	private <T> T read(Class<T> type, String json) throws IOException {
		return type
			.cast(this.converter.read(ResolvableType.forClass(type), message(json, StandardCharsets.UTF_8, -1), null));
	}

	private byte[] bytes(int size) {
		byte[] bytes = new byte[size];
		this.random.nextBytes(bytes);
		return bytes;
	}

	private static String base64(byte[] bytes) {
		return '"' + Base64.getEncoder().encodeToString(bytes) + '"';
	}

	@Test
	void whenStringsEndAnywhereInTheParsersBufferThenAllIsRead() throws IOException {
		for (int size = 5900; size < 6100; size++) {
			byte[] image = bytes(size);
			byte[] second = bytes(size / 2);
			byte[] third = bytes(20_000);
			String json = "{\"name\":\"\u00e4\u20ac\",\"image\":%s, \"more\" : [ %s,%s,\"\"], \"number\":7}"
				.formatted(base64(image), base64(second), base64(third));
			Body body = read(Body.class, json);
			assertThat(body.name()).isEqualTo("\u00e4\u20ac");
			assertThat(body.image()).isEqualTo(image);
			assertThat(body.more()).usingElementComparator(Arrays::compare).containsExactly(second, third, new byte[0]);
			assertThat(body.number()).isEqualTo(7);
		}
	}

	@Test
	void whatIsReadDoesNotShareTheMemoryOfTheBodyWhichIsLentAgain() throws IOException {
		byte[] image = bytes(40_000);
		Body body = read(Body.class, "{\"name\":\"n\",\"image\":%s,\"number\":1}".formatted(base64(image)));
		assertThat(this.pool.keptBytes()).isEqualTo(BYTES);
		Arrays.fill(this.pool.acquire().take(BYTES), (byte) 'x');
		assertThat(this.pool.keptBytes()).isZero();
		assertThat(body.image()).isEqualTo(image);
		assertThat(body.name()).isEqualTo("n");
	}

	@Test
	void whenABodyCannotBeReadThenItsMemoryIsLentAgain() {
		String json = "{\"image\":%s".formatted(base64(bytes(30_000)));
		assertThatExceptionOfType(HttpMessageNotReadableException.class).isThrownBy(() -> read(Body.class, json));
		assertThat(this.pool.keptBytes()).isPositive();
	}

	@Test
	void whenTypeComesAfterTheBytesThenTheyAreNotMistakenForOthers() throws IOException {
		byte[] image = bytes(30_000);
		String json = "{\"note\":\"%s\",\"image\":%s,\"kind\":\"kept\"}".formatted("x".repeat(9000), base64(image));
		assertThat(((Kept) read(Kind.class, json)).image()).isEqualTo(image);
		String typeFirst = "{\"kind\":\"kept\",\"image\":%s,\"note\":\"n\"}".formatted(base64(image));
		assertThat(((Kept) read(Kind.class, typeFirst)).image()).isEqualTo(image);
		assertThat(((Kept) read(Kind.class, typeFirst)).note()).isEqualTo("n");
	}

	@Test
	void whenSlashesAreEscapedThenBytesAreTheSame() throws IOException {
		byte[] image = bytes(30_000);
		String json = "{\"image\":%s,\"number\":3}".formatted(base64(image).replace("/", "\\/"));
		assertThat(read(Body.class, json).image()).isEqualTo(image);
		assertThat(read(Body.class, json).number()).isEqualTo(3);
	}

	@ParameterizedTest
	@ValueSource(strings = { "UTF-8", "UTF-16BE", "UTF-16LE", "UTF-32BE" })
	void whenTextIsUnicodeOfAnyKindThenItIsReadWithAndWithoutMark(String charset) throws IOException {
		byte[] image = bytes(30_000);
		for (String mark : List.of("", "\ufeff")) {
			String json = "%s{\"image\":%s,\"number\":3}".formatted(mark, base64(image));
			Body body = (Body) this.converter.read(ResolvableType.forClass(Body.class),
					message(json, Charset.forName(charset), -1), null);
			assertThat(body.image()).isEqualTo(image);
			assertThat(body.number()).isEqualTo(3);
		}
	}

	@Test
	void whenJsonIsBrokenAfterTheBytesThenTheRightPlaceIsNamed() {
		String json = "{\"image\":%s,\"number\":x}".formatted(base64(bytes(30_000)));
		assertThatExceptionOfType(HttpMessageNotReadableException.class).isThrownBy(() -> read(Body.class, json))
			.satisfies((ex) -> assertThat(MalformedBody.describe(ex, MediaType.APPLICATION_JSON))
				.contains("line 1, column " + (json.length() - 1)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"image\":\"%s", "{\"image\":\"%s\"", "{\"image\":\"%s\\\"}", "[\"%s\"]" })
	void whenBodyEndsTooEarlyOrIsOfAnotherTypeThenItIsRejected(String json) {
		String text = json.formatted("AAAA".repeat(5000));
		assertThatExceptionOfType(HttpMessageNotReadableException.class).isThrownBy(() -> read(Body.class, text));
	}

	@ParameterizedTest
	@ValueSource(longs = { -1, 0, 10_000, 2_800_000, 9_000_000 })
	void whenDeclaredLengthIsWrongThenAllThatWasSentIsRead(long declared) throws IOException {
		byte[] image = bytes(2_000_000);
		Message message = message("{\"image\":%s,\"number\":1}".formatted(base64(image)), StandardCharsets.UTF_8,
				declared);
		assertThat(((Body) this.converter.read(ResolvableType.forClass(Body.class), message, null)).image())
			.isEqualTo(image);
	}

	@Test
	void whenBodyCannotBeReadThenTheCauseIsKept() {
		InputStream failing = new InputStream() {

			@Override
			public int read() throws IOException {
				throw BodyTooLarge.size(new BodyBounds(1, 1));
			}

		};
		assertThatExceptionOfType(HttpMessageNotReadableException.class)
			.isThrownBy(() -> this.converter.read(ResolvableType.forClass(Body.class),
					new Message(new HttpHeaders(), failing), null))
			.withCauseInstanceOf(BodyTooLarge.class);
	}

}
