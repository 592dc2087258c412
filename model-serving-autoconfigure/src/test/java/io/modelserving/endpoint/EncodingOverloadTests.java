package io.modelserving.endpoint;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.modelserving.batching.Deadline;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.serving.LatencyEstimate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests what {@link EncodingAdmission} leads to under five times the load that one
 * encoding thread and one instance bear, in virtual time, which passes in encoding and
 * runs alone.
 */
class EncodingOverloadTests {

	private static final long OBJECTIVE = Duration.ofMillis(100).toNanos();

	private static final long TARGET = OBJECTIVE * 9 / 10;

	private final Random random = new Random(11);

	private final Deque<Runnable> encoding = new ArrayDeque<>();

	private final Deque<Run> running = new ArrayDeque<>();

	private final List<Long> latencies = new ArrayList<>();

	private long now;

	private long nextArrival;

	private long encodeNanos;

	private long believedNanos;

	private long runNanos;

	private int encoded;

	private final EncodingAdmission admission = new EncodingAdmission(
			new FakeEncodingStage(this::execute, () -> this.now), this::estimate, () -> this.now);

	@ParameterizedTest(name = "encoding {0} ms, running {1} ms, believed to be {2} ms")
	@CsvSource({ "4, 1, 1", "4, 3.9, 3.9", "1, 4, 4", "3, 4, 2", "4, 3, 6", "1, 4, 2" })
	void goodputIsThatOfThePeakAndTheObjectiveIsMet(double encode, double run, double believed) {
		this.encodeNanos = (long) (encode * 1e6);
		this.runNanos = (long) (run * 1e6);
		this.believedNanos = (long) (believed * 1e6);
		play(Duration.ofSeconds(10));
		this.latencies.clear();
		this.encoded = 0;
		play(Duration.ofSeconds(60));
		double peak = 60e3 / Math.max(encode, run);
		assertThat(this.latencies.stream().filter(nanos -> nanos <= OBJECTIVE).count())
			.isGreaterThanOrEqualTo((long) (0.95 * peak));
		Collections.sort(this.latencies);
		assertThat(this.latencies.get(this.latencies.size() * 99 / 100)).isLessThanOrEqualTo(OBJECTIVE);
		assertThat((double) this.encoded).as("hardly anything is encoded in vain")
			.isLessThanOrEqualTo(1.05 * this.latencies.size());
	}

	private void play(Duration duration) {
		long end = this.now + duration.toNanos();
		while (this.now < end) {
			Runnable task = this.encoding.poll();
			if (task != null) {
				task.run();
			}
			else {
				advance(this.nextArrival);
			}
		}
	}

	/** Let time pass until then, with all that happens meanwhile but encoding. */
	private void advance(long until) {
		while (true) {
			long runEnds = this.running.isEmpty() ? Long.MAX_VALUE : this.running.peek().end();
			long next = Math.min(this.nextArrival, runEnds);
			if (next > until) {
				this.now = until;
				return;
			}
			this.now = next;
			if (next == runEnds) {
				this.running.remove().answer().complete("done");
			}
			else {
				arrive();
			}
		}
	}

	private void arrive() {
		double gap = Math.max(this.encodeNanos, this.runNanos) / 5.0;
		this.nextArrival = this.now + Math.max(1, (long) (-gap * Math.log(1 - this.random.nextDouble())));
		long arrival = this.now;
		this.admission.submit(() -> {
			advance(this.now + (long) (this.encodeNanos * (0.8 + 0.4 * this.random.nextDouble())));
			this.encoded++;
			return infer(arrival);
		}, Deadline.after(null, arrival)).thenRun(() -> this.latencies.add(this.now - arrival));
	}

	private CompletableFuture<String> infer(long arrival) {
		if (!this.running.isEmpty() && waitNanos(0) + this.believedNanos > TARGET - (this.now - arrival)) {
			return CompletableFuture.failedFuture(new Overloaded("late", Duration.ofMillis(1)));
		}
		long begin = this.running.isEmpty() ? this.now : this.running.getLast().end();
		Run run = new Run(begin + this.runNanos, new CompletableFuture<>());
		this.running.add(run);
		return run.answer();
	}

	private long waitNanos(int before) {
		long left = this.running.isEmpty() ? 0 : Math.min(this.believedNanos, this.running.peek().end() - this.now);
		return left + Math.max(0, this.running.size() - 1 + before) * this.believedNanos;
	}

	private Optional<LatencyEstimate> estimate(int before) {
		return Optional.of(new LatencyEstimate(TARGET, 0.99, waitNanos(before), this.believedNanos));
	}

	private void execute(Runnable task) {
		if (this.encoding.size() == 256) {
			throw new RejectedExecutionException();
		}
		this.encoding.add(task);
	}

	private record Run(long end, CompletableFuture<String> answer) {
	}

}
