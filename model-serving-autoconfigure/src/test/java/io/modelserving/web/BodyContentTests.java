package io.modelserving.web;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link BodyContent}.
 */
class BodyContentTests {

	private static final long GIGABYTE = 1L << 30;

	private static byte[] zeros(ContentCoding coding, long count) throws IOException {
		ByteArrayOutputStream target = new ByteArrayOutputStream();
		try (OutputStream stream = coding.deflate(target)) {
			byte[] piece = new byte[1 << 20];
			for (long written = 0; written < count; written += piece.length) {
				stream.write(piece, 0, (int) Math.min(piece.length, count - written));
			}
		}
		return target.toByteArray();
	}

	private static BodyContent open(byte[] sent, ContentCoding coding, BodyBounds bounds) {
		return new BodyContent(new ByteArrayInputStream(sent), coding, bounds);
	}

	/** Returns how much was read before it was too much. */
	private static long readUntilTooLarge(BodyContent content, String reason) {
		byte[] buffer = new byte[8192];
		long count = 0;
		try (content) {
			while (true) {
				int read = content.read(buffer);
				assertThat(read).isPositive();
				count += read;
			}
		}
		catch (IOException ex) {
			assertThat(ex).isInstanceOf(BodyTooLarge.class).hasMessageContaining(reason);
			return count;
		}
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "IDENTITY")
	void whenABombIsReadThenLittleOfItIsInflated(ContentCoding coding) throws IOException {
		byte[] bomb = zeros(coding, GIGABYTE / 8);
		assertThat(readUntilTooLarge(open(bomb, coding, new BodyBounds(GIGABYTE, 10)), "more than 10 times"))
			.isBetween((1 << 20) - 8192L, Math.max(2 << 20, 10L * bomb.length));
		assertThat(readUntilTooLarge(open(bomb, coding, new BodyBounds(3 << 20, 100_000)), "larger than 3145728"))
			.isBetween((3 << 20) - 8192L, 3L << 20);
	}

	@ParameterizedTest
	@EnumSource
	void bodyOfExactlyTheLimitIsRead(ContentCoding coding) throws IOException {
		byte[] sent = zeros(coding, 5000);
		try (BodyContent content = open(sent, coding, new BodyBounds(5000, 1))) {
			assertThat(content.readAllBytes()).hasSize(5000);
		}
		assertThatExceptionOfType(BodyTooLarge.class)
			.isThrownBy(() -> open(sent, coding, new BodyBounds(4999, 1)).readAllBytes());
	}

	@ParameterizedTest
	@EnumSource
	void whenWhatIsSentIsTooLargeThenItFails(ContentCoding coding) throws IOException {
		byte[] sent = zeros(coding, 5000);
		assertThatExceptionOfType(BodyTooLarge.class)
			.isThrownBy(() -> open(sent, coding, new BodyBounds(5, 1)).readAllBytes());
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "IDENTITY")
	void whenTheConnectionFailsThenTheCodingIsNotToBlame(ContentCoding coding) {
		InputStream gone = new InputStream() {

			@Override
			public int read() throws IOException {
				throw new IOException("gone");
			}

		};
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> new BodyContent(gone, coding, new BodyBounds(10, 1)).readAllBytes())
			.withMessage("gone");
	}

	@Test
	void singleBytesAreReadToo() throws IOException {
		byte[] sent = zeros(ContentCoding.GZIP, 2);
		try (BodyContent content = open(sent, ContentCoding.GZIP, new BodyBounds(100, 1))) {
			assertThat(new int[] { content.read(), content.read(), content.read() }).containsExactly(0, 0, -1);
		}
	}

}
