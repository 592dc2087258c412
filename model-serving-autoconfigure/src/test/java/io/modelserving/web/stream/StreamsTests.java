package io.modelserving.web.stream;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.context.request.async.WebAsyncUtils;

import io.modelserving.batching.Deadline;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.web.ClientConnection;
import io.modelserving.web.Execution;
import io.modelserving.web.RequestExecution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import io.modelserving.serving.stream.StreamClosedException;
import io.modelserving.serving.stream.StreamOutcome;

/**
 * Tests for {@link Streams}, with a clock that the test turns.
 */
@Timeout(60)
class StreamsTests {

	private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(20).toNanos());

	private Runnable tick = () -> {
		throw new AssertionError("nothing ticks");
	};

	private final AtomicBoolean ticking = new AtomicBoolean();

	private final CompletableFuture<StreamOutcome> ended = new CompletableFuture<>();

	private final Streams streams = new Streams(
			new StreamSettings(2, Duration.ofMinutes(10), Duration.ofSeconds(15), Duration.ofSeconds(30)),
			(task) -> new Thread(task).start(), this.clock::get, this::startTicks, new StreamListener() {

				@Override
				public void ended(String endpoint, StreamOutcome outcome, long nanos) {
					StreamsTests.this.ended.complete(outcome);
				}

			});

	private final MockHttpServletRequest request = new MockHttpServletRequest("POST", "/count");

	private final FakeResponse response = new FakeResponse();

	private final Connection connection = new Connection();

	private Runnable startTicks(Runnable newTick) {
		this.tick = newTick;
		this.ticking.set(true);
		return () -> this.ticking.set(false);
	}

	@BeforeEach
	void setUp() {
		this.request.setAsyncSupported(true);
		this.request.setAttribute(ClientConnection.ATTRIBUTE, this.connection);
	}

	private void open(StreamFormat format, Duration timeout, Consumer<EventStream> work) throws Exception {
		this.streams.reserve();
		WebAsyncUtils.getAsyncManager(this.request)
			.setAsyncWebRequest(WebAsyncUtils.createAsyncWebRequest(this.request, this.response));
		new RequestExecution(Execution.BLOCKING, Duration.ZERO, (task) -> task, 1).detach(this.request,
				(detached) -> this.streams.open("/count", detached, format,
						this.streams.limit(Deadline.after(timeout, this.clock.get())), work,
						(failure) -> new StreamProblem(503, Map.of("Content-Type", "application/problem+json"),
								json("{\"detail\":\"%s\"}".formatted(failure.getMessage())))),
				this.streams::release)
			.writeTo(this.request, this.response, List::of);
	}

	private static byte[] json(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private StreamOutcome outcome() throws Exception {
		return this.ended.get(30, TimeUnit.SECONDS);
	}

	private void turn(long seconds) {
		this.clock.addAndGet(Duration.ofSeconds(seconds).toNanos());
		this.tick.run();
	}

	@Test
	void whenNothingIsSentForLongThenCommentsAre() throws Exception {
		CountDownLatch first = new CountDownLatch(1);
		CountDownLatch go = new CountDownLatch(1);
		CountDownLatch sent = new CountDownLatch(1);
		open(StreamFormat.SERVER_SENT_EVENTS, null, (stream) -> {
			await(first);
			stream.send(json("1"));
			sent.countDown();
			await(go);
		});
		turn(60);
		assertThat(this.response.written()).as("the status is not known yet").isEmpty();
		first.countDown();
		await(sent);
		turn(14);
		assertThat(this.response.written()).isEqualTo("data: 1\n\n");
		turn(1);
		turn(14);
		assertThat(this.response.written()).isEqualTo("data: 1\n\n:\n\n");
		turn(1);
		assertThat(this.response.written()).isEqualTo("data: 1\n\n:\n\n:\n\n");
		go.countDown();
		assertThat(outcome()).isEqualTo(StreamOutcome.SUCCESS);
		assertThat(this.response.written()).endsWith(":\n\nevent: end\ndata: {}\n\n");
		assertThat(this.ticking).isFalse();
		assertThat(this.request.isAsyncStarted()).isFalse();
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void whenTheClientReadsAgainInTimeThenTheStreamGoesOn() throws Exception {
		CountDownLatch sent = new CountDownLatch(1);
		open(StreamFormat.LINES, null, (stream) -> {
			stream.send(json("1"));
			block();
			sent.countDown();
			stream.send(json("{\n\"a\": 2 }"));
		});
		await(sent);
		this.response.awaitWriter();
		turn(29);
		assertThat(this.response.written()).isEqualTo("1\n");
		this.response.ready(true);
		assertThat(outcome()).isEqualTo(StreamOutcome.SUCCESS);
		assertThat(this.response.written()).isEqualTo("1\n{ \"a\": 2 }\n");
	}

	private void block() {
		try {
			this.response.ready(false);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void whenTheClientReadsTooSlowlyThenTheStreamEndsAndTheConnectionIsClosed() throws Exception {
		CompletableFuture<Throwable> thrown = new CompletableFuture<>();
		open(StreamFormat.LINES, null, (stream) -> {
			block();
			thrown.complete(catchThrowableOfType(StreamClosedException.class, () -> stream.send(json("1"))));
		});
		this.response.awaitWriter();
		turn(0);
		assertThat(thrown).isNotDone();
		turn(31);
		assertThat(thrown.get(30, TimeUnit.SECONDS)).hasMessage("the stream has ended: the client reads too slowly");
		assertThat(outcome()).isEqualTo(StreamOutcome.SLOW_CLIENT);
		assertThat(this.connection.aborted).isTrue();
		assertThat(this.response.written()).isEmpty();
	}

	@Test
	void whenTheClientIsGoneThenTheCallThatTheHandlerWaitsForIsCancelled() throws Exception {
		CompletableFuture<String> call = new CompletableFuture<>();
		CountDownLatch begun = new CountDownLatch(1);
		open(StreamFormat.ARRAY, null, (stream) -> {
			begun.countDown();
			join(stream, call);
		});
		await(begun);
		this.tick.run();
		assertThat(call).isNotDone();
		this.connection.closed = true;
		this.tick.run();
		assertThat(outcome()).isEqualTo(StreamOutcome.CLIENT_DISCONNECT);
		assertThat(call).isCancelled();
	}

	private static <T> T join(EventStream stream, CompletableFuture<T> call) {
		try {
			return stream.await(call);
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void whenTimeIsOverThenTheStreamEndsWithAnErrorAlsoIfTheHandlerGoesOn() throws Exception {
		CountDownLatch sent = new CountDownLatch(1);
		CompletableFuture<String> call = new CompletableFuture<>();
		open(StreamFormat.SERVER_SENT_EVENTS, Duration.ofSeconds(5), (stream) -> {
			stream.send(json("1"));
			sent.countDown();
			assertThatExceptionOfType(StreamClosedException.class).isThrownBy(() -> join(stream, call));
			assertThatExceptionOfType(StreamClosedException.class).isThrownBy(() -> stream.send(json("2")));
			assertThatExceptionOfType(StreamClosedException.class).isThrownBy(stream::remaining);
		});
		await(sent);
		turn(5);
		assertThat(outcome()).isEqualTo(StreamOutcome.DEADLINE_EXCEEDED);
		assertThat(this.response.written()).isEqualTo("data: 1\n\nevent: error\n"
				+ "data: {\"detail\":\"the stream was not complete within its time of 5000 ms\"}\n\n");
	}

	@Test
	void whenTheRequestHasNoDeadlineThenTheLongestDurationHolds() throws Exception {
		open(StreamFormat.LINES, null, (stream) -> join(stream, new CompletableFuture<>()));
		turn(599);
		assertThat(this.ended).isNotDone();
		turn(1);
		assertThat(outcome()).isEqualTo(StreamOutcome.DEADLINE_EXCEEDED);
	}

	@Test
	void whenShuttingDownThenStreamsHaveTimeAndThenEndWithAnError() throws Exception {
		CountDownLatch sent = new CountDownLatch(1);
		CountDownLatch drained = new CountDownLatch(1);
		open(StreamFormat.LINES, null, (stream) -> {
			stream.send(json("1"));
			sent.countDown();
			join(stream, new CompletableFuture<>());
		});
		await(sent);
		this.streams.drain(Duration.ofSeconds(10), drained::countDown);
		assertThatExceptionOfType(ModelUnavailable.class).isThrownBy(this.streams::reserve)
			.withMessage("the application is shutting down");
		turn(9);
		assertThat(this.ended).isNotDone();
		turn(1);
		await(drained);
		assertThat(outcome()).isEqualTo(StreamOutcome.SHUTDOWN);
		assertThat(this.response.written())
			.isEqualTo("1\n{\"error\":{\"detail\":\"the application is shutting down\"}}\n");
		this.streams.resume();
		this.streams.reserve();
	}

	@Test
	void whenNothingIsOpenThenDrainIsDoneAtOnce() {
		CountDownLatch drained = new CountDownLatch(1);
		this.streams.drain(Duration.ofSeconds(10), drained::countDown);
		assertThat(drained.getCount()).isZero();
	}

	@Test
	void whenStreamsHaveEndedThenTheirPlacesAreFree() throws Exception {
		open(StreamFormat.LINES, null, (stream) -> {
		});
		outcome();
		this.streams.reserve();
		this.streams.reserve();
		assertThatExceptionOfType(ModelUnavailable.class).isThrownBy(this.streams::reserve)
			.withMessage("all of the 2 streams that may be open are (model-serving.endpoints.streams.max-streams)");
	}

	@Test
	void whenThereAreNoEventsThenTheArrayIsEmpty() throws Exception {
		open(StreamFormat.ARRAY, null, (stream) -> {
		});
		assertThat(outcome()).isEqualTo(StreamOutcome.SUCCESS);
		assertThat(this.response.written()).isEqualTo("[]");
	}

	@Test
	void whenAnArrayFailsAfterAnEventThenItIsAProblem() throws Exception {
		open(StreamFormat.ARRAY, null, (stream) -> {
			stream.send(json("1"));
			throw new IllegalStateException("no");
		});
		assertThat(outcome()).isEqualTo(StreamOutcome.FAILED);
		assertThat(this.response.getStatus()).isEqualTo(503);
		assertThat(this.response.written()).isEqualTo("{\"detail\":\"no\"}");
	}

	private static final class Connection implements ClientConnection {

		private volatile boolean closed;

		private volatile boolean aborted;

		@Override
		public boolean isClosed() {
			return this.closed;
		}

		@Override
		public void abort() {
			this.aborted = true;
		}

	}

}
