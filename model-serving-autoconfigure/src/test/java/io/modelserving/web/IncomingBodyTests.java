package io.modelserving.web;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.modelserving.batching.DeadlineTimer;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.tensor.BufferPool;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;

class IncomingBodyTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(15);

	private final Connection connection = new Connection();

	private final BodyMemory memory = new BodyMemory(1 << 20);

	private final ManualTimer timer = new ManualTimer();

	private IncomingBody body(long declared, long limit) {
		return new IncomingBody(this.connection, new BodyBuffer(declared, BufferPool.NONE.lend(), this.memory), limit);
	}

	@Test
	void whenAllArrivedWithTheHeadersThenNothingIsWaitedFor() throws IOException {
		IncomingBody body = body(5, 100);
		this.connection.arrives("hello");
		assertThat(body.readPresent(5)).isTrue();
		assertThat(text(body)).isEqualTo("hello");
	}

	@Test
	void whenTheRestArrivesThenTheBodyIsWhole() throws IOException {
		IncomingBody body = body(11, 100);
		this.connection.arrives("hello");
		assertThat(body.readPresent(11)).isFalse();
		this.connection.arrives(" world");
		body.onDataAvailable();
		assertThat(body.received()).isNotDone();
		body.onAllDataRead();
		assertThat(body.received()).isCompletedWithValue(body);
		assertThat(text(body)).isEqualTo("hello world");
	}

	@Test
	void whenABodyIsLargeThenItsSegmentsAreInOrder() throws IOException {
		String large = "0123456789".repeat(150_000);
		IncomingBody body = body(large.length(), large.length());
		for (int i = 0; i < large.length(); i += 10_000) {
			this.connection.arrives(large.substring(i, i + 10_000));
			body.onDataAvailable();
		}
		body.onAllDataRead();
		assertThat(text(body)).isEqualTo(large);
		body.release();
		assertThat(this.memory.held()).isZero();
	}

	@Test
	void whenTheRestDoesNotArriveInTimeThenTheBodyIsTooSlow() throws IOException {
		IncomingBody body = body(1000, 2000);
		body.limitTime(this.timer, TIMEOUT, "body-timeout");
		this.connection.arrives("x".repeat(999));
		body.onDataAvailable();
		assertThat(this.timer.delays).containsExactly(TIMEOUT);
		this.timer.fire();
		assertThat(body.received()).isCompletedExceptionally();
		assertThat(failure(body)).isInstanceOf(BodyTooSlow.class)
			.hasMessageContainingAll("256 KB", "15 s", "body-timeout");
	}

	@Test
	void whenAPieceArrivesInTimeThenTheNextMayTakeAsLong() throws IOException {
		IncomingBody body = body(10 << 20, 16 << 20);
		body.limitTime(this.timer, TIMEOUT, "body-timeout");
		this.connection.arrives("x".repeat(IncomingBody.PIECE));
		body.onDataAvailable();
		this.timer.fire();
		assertThat(body.received()).isNotDone();
		assertThat(this.timer.delays).containsExactly(TIMEOUT, TIMEOUT);
		this.connection.arrives("x".repeat(IncomingBody.PIECE - 1));
		body.onDataAvailable();
		this.timer.fire();
		assertThat(body.received()).isCompletedExceptionally();
	}

	@Test
	void whenTheBodyIsThereThenItsDeadlineIsForgotten() throws IOException {
		IncomingBody body = body(1, 100);
		body.limitTime(this.timer, TIMEOUT, "body-timeout");
		this.connection.arrives("x");
		body.onDataAvailable();
		body.onAllDataRead();
		assertThat(this.timer.tasks).isEmpty();
	}

	@Test
	void whenTheConnectionFailsWhileTheBodyArrivesThenNobodyIsAnswered() throws IOException {
		IncomingBody body = body(10, 100);
		this.connection.arrives("hello");
		body.onDataAvailable();
		body.onError(new IOException("reset"));
		assertThat(failure(body)).hasMessage("reset");
		assertThat(body.isBroken()).isTrue();
	}

	@Test
	void whenTheBodyBreaksOffAtOnceThenItsReaderSeesThatAfterWhatArrived() throws IOException {
		IncomingBody body = body(10, 100);
		this.connection.arrivesAndFails("hello");
		assertThat(body.readPresent(10)).isTrue();
		InputStream stream = body.toStream();
		assertThat(new String(stream.readNBytes(5), StandardCharsets.US_ASCII)).isEqualTo("hello");
		assertThatIOException().isThrownBy(stream::read).withMessage("reset");
	}

	@Test
	void whenTheBodyIsTooLongThenNoMoreIsKeptThanShowsIt() throws IOException {
		IncomingBody body = body(-1, 100);
		this.connection.arrives("x".repeat(1 << 20));
		body.onDataAvailable();
		assertThat(body.received()).isCompletedWithValue(body);
		assertThat(this.memory.held()).isLessThan(1 << 16);
		assertThat(body.toStream().readAllBytes().length).isGreaterThan(100);
	}

	@Test
	void whenTheRestIsNotWantedThenItsSuccessorGetsIt() throws IOException {
		IncomingBody body = body(-1, 100);
		this.connection.arrives("x".repeat(1 << 20));
		body.onDataAvailable();
		int left = this.connection.available();
		ReadListener successor = mock(ReadListener.class);
		body.leaveTo(successor);
		body.onDataAvailable();
		assertThat(this.connection.available()).isEqualTo(left).isPositive();
		IOException failure = new IOException("reset");
		body.onError(failure);
		body.onAllDataRead();
		then(successor).should().onDataAvailable();
		then(successor).should().onError(failure);
		then(successor).should().onAllDataRead();
	}

	@Test
	void whenOthersHoldTheMemoryThenTheBodyIsRefused() throws IOException {
		assertThat(this.memory.tryAdd(0, (1 << 20) - 100)).isTrue();
		IncomingBody body = body(1 << 20, 2 << 20);
		this.connection.arrives("x".repeat(1000));
		body.onDataAvailable();
		assertThat(failure(body)).isInstanceOf(Overloaded.class);
		body.abandon();
		assertThat(this.memory.held()).isEqualTo((1 << 20) - 100);
	}

	@Test
	void whenABodyIsAloneThenItMayHoldMoreThanAllTogether() throws IOException {
		int length = 3 << 20;
		IncomingBody body = body(length, length);
		this.connection.arrives("x".repeat(length));
		body.onDataAvailable();
		body.onAllDataRead();
		assertThat(body.toStream().readAllBytes()).hasSize(length);
	}

	@Test
	void whenASenderDeclaresMuchThenNoMoreIsTakenThanArrives() throws IOException {
		IncomingBody body = body(1 << 29, 1 << 30);
		this.connection.arrives("x");
		body.onDataAvailable();
		assertThat(this.memory.held()).isLessThanOrEqualTo(16 << 10);
	}

	private static String text(IncomingBody body) throws IOException {
		return new String(body.toStream().readAllBytes(), StandardCharsets.US_ASCII);
	}

	private static Throwable failure(IncomingBody body) {
		return body.received().handle((received, failure) -> failure).join();
	}

	/** What has arrived can be read; what has not cannot be waited for. */
	private static final class Connection extends ServletInputStream {

		private InputStream arrived = InputStream.nullInputStream();

		private boolean failing;

		void arrives(String text) {
			this.arrived = new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
		}

		void arrivesAndFails(String text) {
			arrives(text);
			this.failing = true;
		}

		@Override
		public int available() throws IOException {
			return Math.max(this.arrived.available(), this.failing ? 1 : 0);
		}

		@Override
		public boolean isReady() {
			try {
				return available() > 0;
			}
			catch (IOException ex) {
				throw new AssertionError(ex);
			}
		}

		@Override
		public int read() throws IOException {
			assertThat(isReady()).isTrue();
			return this.arrived.read();
		}

		@Override
		public int read(byte[] target, int offset, int length) throws IOException {
			assertThat(isReady()).isTrue();
			if (this.arrived.available() == 0) {
				throw new IOException("reset");
			}
			return this.arrived.read(target, offset, length);
		}

		@Override
		public boolean isFinished() {
			return false;
		}

		@Override
		public void setReadListener(ReadListener listener) {
		}

	}

	private static final class ManualTimer implements DeadlineTimer {

		private final List<Duration> delays = new ArrayList<>();

		private final List<Runnable> tasks = new ArrayList<>();

		@Override
		public Runnable schedule(long delayNanos, Runnable task) {
			this.delays.add(Duration.ofNanos(delayNanos));
			this.tasks.add(task);
			return () -> this.tasks.remove(task);
		}

		void fire() {
			this.tasks.remove(0).run();
		}

	}

}
