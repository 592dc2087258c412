package io.modelserving.serving.traffic;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FailureWindowTests {

	@Test
	void whenTooFewCallsHaveEndedThenNothingIsDecided() {
		FailureWindow window = new FailureWindow(new Rollback(null, 10, 5, 0.5));
		for (int i = 0; i < 4; i++) {
			assertThat(window.add(true)).isFalse();
		}
		assertThat(window.add(true)).isTrue();
	}

	@Test
	void whenExactlyTheShareFailsThenItIsAllowed() {
		FailureWindow window = new FailureWindow(new Rollback(null, 10, 4, 0.5));
		assertThat(window.add(true)).isFalse();
		assertThat(window.add(true)).isFalse();
		assertThat(window.add(false)).isFalse();
		assertThat(window.add(false)).isFalse();
		assertThat(window.add(true)).isTrue();
	}

	@Test
	void whenNoFailureIsAllowedThenOneIsTooMany() {
		FailureWindow window = new FailureWindow(new Rollback(null, 10, 1, 0));
		assertThat(window.add(false)).isFalse();
		assertThat(window.add(true)).isTrue();
	}

	@Test
	void whenFailuresHaveLeftTheWindowThenTheyDoNotCount() {
		FailureWindow window = new FailureWindow(new Rollback(null, 4, 4, 0.5));
		window.add(true);
		window.add(true);
		window.add(false);
		window.add(false);
		assertThat(window.add(false)).isFalse();
		assertThat(window.failures()).isEqualTo(1);
		assertThat(window.add(true)).isFalse();
		assertThat(window.failures()).isEqualTo(1);
		assertThat(window.calls()).isEqualTo(4);
	}

	@Test
	void decidesAsAPlainListOfTheLastCallsDoes() {
		Rollback rule = new Rollback(null, 37, 11, 0.3);
		FailureWindow window = new FailureWindow(rule);
		Deque<Boolean> last = new ArrayDeque<>();
		Random random = new Random(7);
		int exceeded = 0;
		for (int i = 0; i < 10_000; i++) {
			boolean failure = random.nextDouble() < 0.3;
			last.add(failure);
			if (last.size() > rule.window()) {
				last.remove();
			}
			long failures = last.stream().filter(failed -> failed).count();
			boolean expected = last.size() >= rule.minimumCalls() && failures > rule.failureRatio() * last.size();
			assertThat(window.add(failure)).isEqualTo(expected);
			assertThat(window.failures()).isEqualTo((int) failures);
			exceeded += expected ? 1 : 0;
		}
		assertThat(exceeded).isBetween(1, 9_999);
	}

}
