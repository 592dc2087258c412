package io.modelserving.web;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CompressedResponse}.
 */
class CompressedResponseTests {

	private static final byte[] LONG = "0123456789".repeat(20).getBytes(StandardCharsets.UTF_8);

	private static final byte[] SHORT = "0123".getBytes(StandardCharsets.UTF_8);

	private final MockHttpServletResponse response = new MockHttpServletResponse();

	private CompressedResponse open(String accepted) {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.addHeader("Accept-Encoding", accepted);
		return new ResponseCompression(true, DataSize.ofBytes(100)).apply(request, this.response);
	}

	private void write(String accepted, String type, byte[] body) throws IOException {
		try (CompressedResponse compressed = open(accepted)) {
			compressed.setContentType(type);
			for (byte single : body) {
				compressed.getOutputStream().write(single);
				compressed.flushBuffer();
			}
			compressed.finish();
		}
	}

	@Test
	void whatIsLongIsCompressedHoweverItIsWritten() throws IOException {
		write("gzip", "application/json", LONG);
		assertThat(this.response.getHeader("Content-Encoding")).isEqualTo("gzip");
		assertThat(this.response.getHeader("Vary")).isEqualTo("Accept-Encoding");
		assertThat(this.response.getHeader("Content-Length")).isNull();
		assertThat(new GZIPInputStream(new ByteArrayInputStream(this.response.getContentAsByteArray())))
			.hasBinaryContent(LONG);
	}

	@Test
	void whatIsShortHasItsLength() throws IOException {
		write("gzip", "application/json", SHORT);
		assertThat(this.response.getHeader("Content-Encoding")).isNull();
		assertThat(this.response.getContentLength()).isEqualTo(SHORT.length);
		assertThat(this.response.getContentAsByteArray()).isEqualTo(SHORT);
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/event-stream", "text/event-stream;charset=UTF-8", "image/png", "IMAGE/jpeg",
			"video/mp4" })
	void streamsOfEventsAndWhatIsCompressedByItselfAreLeftAlone(String type) throws IOException {
		try (CompressedResponse compressed = open("gzip")) {
			compressed.setContentType(type);
			compressed.getOutputStream().write(SHORT);
			assertThat(this.response.getContentAsByteArray()).as("not held back").isEqualTo(SHORT);
			compressed.getOutputStream().write(LONG);
			compressed.finish();
		}
		assertThat(this.response.getHeader("Content-Encoding")).isNull();
		assertThat(this.response.getContentAsByteArray()).hasSize(SHORT.length + LONG.length);
	}

	@Test
	void whatIsEncodedAlreadyIsNotEncodedAgain() throws IOException {
		try (CompressedResponse compressed = open("gzip")) {
			compressed.setHeader("Content-Encoding", "br");
			compressed.getOutputStream().write(LONG);
			compressed.finish();
		}
		assertThat(this.response.getHeaders("Content-Encoding")).containsExactly("br");
		assertThat(this.response.getContentAsByteArray()).isEqualTo(LONG);
	}

	@Test
	void lengthThatIsDeclaredIsThatOfTheBodyAsItIs() throws IOException {
		for (byte[] body : new byte[][] { SHORT, LONG }) {
			this.response.reset();
			try (CompressedResponse compressed = open("gzip")) {
				compressed.setHeader("Content-Length", Integer.toString(body.length));
				compressed.getOutputStream().write(body);
				compressed.finish();
			}
			assertThat(this.response.getHeader("Content-Length")).isEqualTo((body == SHORT) ? "4" : null);
			assertThat(this.response.getHeader("Content-Encoding")).isEqualTo((body == SHORT) ? null : "gzip");
		}
	}

	@ParameterizedTest
	@EnumSource
	void whenWritingFailsThenNothingMoreIsSent(ContentCoding coding) throws IOException {
		try (CompressedResponse compressed = open(coding.token())) {
			compressed.getOutputStream().write(SHORT);
			assertThat(this.response.getContentAsByteArray().length).isLessThanOrEqualTo(SHORT.length);
			compressed.getOutputStream().write(LONG);
		}
		int sent = this.response.getContentAsByteArray().length;
		assertThat(sent).isLessThanOrEqualTo((coding == ContentCoding.IDENTITY) ? SHORT.length + LONG.length : 10);
	}

	@Test
	void whenItIsOffThenNothingIsChanged() throws IOException {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.addHeader("Accept-Encoding", "gzip");
		try (CompressedResponse same = new ResponseCompression(false, DataSize.ofBytes(0)).apply(request,
				this.response)) {
			same.setContentLength(LONG.length);
			same.getOutputStream().write(LONG);
			same.finish();
		}
		assertThat(this.response.getHeaderNames()).containsExactly("Content-Length");
		assertThat(this.response.getContentAsByteArray()).isEqualTo(LONG);
	}

}
