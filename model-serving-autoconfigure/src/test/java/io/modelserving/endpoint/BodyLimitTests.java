package io.modelserving.endpoint;

import java.io.IOException;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.junit.jupiter.api.Test;

import org.springframework.http.HttpStatus;
import org.springframework.mock.web.MockHttpServletRequest;

import io.modelserving.web.BodyBounds;
import io.modelserving.web.BodyTooLarge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link BodyLimit}.
 */
class BodyLimitTests {

	private final BodyLimit limit = new BodyLimit(new BodyBounds(4, 1));

	private static MockHttpServletRequest request(int bytes) {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.setContent(new byte[bytes]);
		return request;
	}

	/** As with chunked encoding. */
	private static HttpServletRequest withoutLength(int bytes) {
		return new HttpServletRequestWrapper(request(bytes)) {

			@Override
			public long getContentLengthLong() {
				return -1;
			}

		};
	}

	@Test
	void whenBodyIsAsLargeAsTheLimitThenItIsRead() throws IOException {
		assertThat(this.limit.apply(request(4)).getInputStream().readAllBytes()).hasSize(4);
		assertThat(this.limit.apply(withoutLength(4)).getInputStream().readAllBytes()).hasSize(4);
	}

	@Test
	void whenDeclaredLengthIsOverLimitThenRequestIsRejected() {
		assertThatExceptionOfType(RequestRejectedException.class).isThrownBy(() -> this.limit.apply(request(5)))
			.satisfies((ex) -> assertThat(ex.problem().status()).isEqualTo(HttpStatus.CONTENT_TOO_LARGE));
	}

	@Test
	void whenLengthIsUnknownThenReadingBeyondTheLimitFails() {
		HttpServletRequest limited = this.limit.apply(withoutLength(5));
		assertThatExceptionOfType(BodyTooLarge.class).isThrownBy(() -> limited.getInputStream().readAllBytes());
	}

	@Test
	void whenReadByteByByteThenLimitHoldsAcrossStreams() throws IOException {
		HttpServletRequest limited = this.limit.apply(withoutLength(10));
		for (int i = 0; i < 4; i++) {
			assertThat(limited.getInputStream().read()).isZero();
		}
		assertThatExceptionOfType(BodyTooLarge.class).isThrownBy(() -> limited.getInputStream().read());
	}

}
