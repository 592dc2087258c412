package io.modelserving.sequence;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SequenceTable}.
 */
class SequenceTableTests {

	private static final long IDLE = Duration.ofSeconds(10).toNanos();

	/** The clock may overflow. */
	private static final long START = Long.MAX_VALUE - IDLE;

	private static final NamedTensors STATE = NamedTensors.of("h", Tensor.of(Shape.of(1, 2), 1f, 2f));

	private final SequenceTable<String> table = new SequenceTable<>("chars",
			new SequenceSettings(Map.of("h_out", SequenceSettings.State.zeros("h")), Duration.ofNanos(IDLE), 2));

	@Test
	void whenASequenceIsUnknownThenTheErrorHasTritonsWordsAndTheReason() {
		assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> this.table.enter(next("5"), START))
			.withMessage("inference request for sequence 5 to model 'chars' must specify the START flag on the first "
					+ "request of the sequence (sequence_start); the version that takes the request has no such sequence");
		this.table.history().add("5", SequenceEnd.EXPIRED);
		assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> this.table.enter(next("5"), START))
			.withMessageEndingWith("it is over: it had no request for longer than sequences.idle-timeout");
	}

	@Test
	void whenTheLimitIsReachedThenAStartIsRejectedUntilTheOldestExpires() {
		start("a", START);
		start("b", START + 1);
		assertThatExceptionOfType(Overloaded.class).isThrownBy(() -> start("c", START + IDLE / 2))
			.withMessage("the model has 2 sequences, which is the most (sequences.max-sequences)")
			.satisfies(
					failure -> assertThat(failure.retryAfter()).isEqualTo(Duration.ofNanos(IDLE / 2).plusSeconds(1)));
		assertThat(this.table.enter(next("a"), START + IDLE / 2)).isNotNull();
		assertThat(this.table.enter(new SequenceStep("b", true, false), START + IDLE / 2)).isNotNull();
	}

	@Test
	void whenTheStatesTakeTooMuchMemoryThenOnlyEndsAreTaken() {
		SequenceTable<String> small = new SequenceTable<>("chars",
				new SequenceSettings(Map.of("h_out", SequenceSettings.State.zeros("h")), Duration.ofNanos(IDLE), 2, 8));
		Sequence<String> sequence = small.enter(new SequenceStep("a", true, false), START);
		small.keep(sequence, STATE, 1);
		assertThatExceptionOfType(Overloaded.class).isThrownBy(() -> small.enter(next("a"), START))
			.withMessage("the states of sequences take 8 bytes, and 8 are the most (sequences.max-memory)");
		assertThatExceptionOfType(Overloaded.class)
			.isThrownBy(() -> small.enter(new SequenceStep("b", true, false), START));
		assertThat(small.find("b")).isNull();
		assertThat(small.enter(new SequenceStep("a", false, true), START)).isSameAs(sequence);
	}

	@Test
	void whenASequenceIsIdleForTooLongThenItExpiresAndNotBefore() {
		start("a", START);
		start("b", START + 1);
		assertThat(this.table.expire(START + IDLE - 1)).isEmpty();
		assertThat(this.table.expire(START + IDLE)).extracting(Sequence::id).containsExactly("a");
		assertThat(this.table.find("a")).isNull();
		assertThat(this.table.history().find("a")).isEqualTo(SequenceEnd.EXPIRED);
		assertThat(this.table.size()).isEqualTo(1);
		assertThat(this.table.bytes()).isEqualTo(8);
	}

	@Test
	void whenASequenceIsUsedThenItIsKeptFromThenOn() {
		start("a", START);
		start("b", START + 1);
		this.table.enter(next("a"), START + IDLE / 2);
		assertThat(this.table.expire(START + IDLE + 1)).extracting(Sequence::id).containsExactly("b");
		assertThat(this.table.expire(START + IDLE / 2 + IDLE)).extracting(Sequence::id).containsExactly("a");
		assertThat(this.table.bytes()).isZero();
	}

	@Test
	void whenASequenceHasRequestsThenItDoesNotExpireAndThoseAfterItDo() {
		start("a", START).add("waiting");
		start("b", START + 1);
		assertThat(this.table.expire(START + 2 * IDLE)).extracting(Sequence::id).containsExactly("b");
		assertThat(this.table.find("a")).isNotNull();
	}

	@Test
	void whenASequenceHasNeitherStateNorRequestsThenItIsForgotten() {
		Sequence<String> sequence = this.table.enter(new SequenceStep("a", true, false), START);
		sequence.add("first");
		this.table.settle(sequence);
		assertThat(this.table.find("a")).isSameAs(sequence);
		assertThat(sequence.next()).isEqualTo("first");
		sequence.ended();
		this.table.settle(sequence);
		assertThat(this.table.find("a")).isNull();
	}

	@Test
	void onlyOneRequestOfASequenceRunsAndTheOthersWaitInTheirOrder() {
		Sequence<String> sequence = start("a", START);
		sequence.add("first");
		sequence.add("second");
		sequence.add("third");
		assertThat(sequence.next()).isEqualTo("first");
		assertThat(sequence.next()).isNull();
		assertThat(sequence.remove("second")).isTrue();
		assertThat(sequence.remove("first")).isFalse();
		sequence.ended();
		assertThat(sequence.next()).isEqualTo("third");
	}

	@Test
	void theHistoryHasABound() {
		SequenceHistory history = new SequenceHistory(2);
		history.add("a", SequenceEnd.COMPLETED);
		history.add("b", SequenceEnd.COMPLETED);
		history.add("a", SequenceEnd.EXPIRED);
		history.add("c", SequenceEnd.COMPLETED);
		assertThat(history.find("a")).isEqualTo(SequenceEnd.EXPIRED);
		assertThat(history.find("b")).isNull();
	}

	private Sequence<String> start(String id, long now) {
		Sequence<String> sequence = this.table.enter(new SequenceStep(id, true, false), now);
		this.table.keep(sequence, STATE, 1);
		return sequence;
	}

	private static SequenceStep next(String id) {
		return new SequenceStep(id, false, false);
	}

}
