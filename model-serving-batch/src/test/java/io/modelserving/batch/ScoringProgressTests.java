package io.modelserving.batch;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests what is said of a job that runs, with a clock that the test turns.
 */
class ScoringProgressTests {

	private final AtomicLong clock = new AtomicLong();

	@Test
	void whenTheJobGoesOnThenTheTimeIsThatOfThisProcess() {
		ScoringProgress progress = new ScoringProgress(this.clock::get);
		assertThat(progress.snapshot().remaining()).isNull();
		progress.begin(0.5);
		progress.written(500, 2);
		this.clock.addAndGet(Duration.ofSeconds(10).toNanos());
		for (int i = 0; i < 250; i++) {
			progress.scored();
		}
		progress.read(0.75);
		assertThat(progress.snapshot())
			.isEqualTo(new ScoringProgress.Snapshot(500, 2, 0.75, 25, Duration.ofSeconds(10)));
		assertThat(progress.snapshot())
			.hasToString("500 rows scored, 2 rejected, 75.0 % of the input, 25 rows a second, 0:10 left");
		assertThat(progress.snapshot().bar()).startsWith("[##################      ] 500 rows scored");
		progress.read(0.5 + 1 / 14400.0);
		assertThat(progress.snapshot().toString()).endsWith("19:59:50 left");
	}

	@Test
	void whenALineIsShorterThanTheOneBeforeThenNothingOfThatIsLeft() {
		ByteArrayOutputStream drawn = new ByteArrayOutputStream();
		Terminal terminal = new Terminal(new PrintStream(drawn, true, StandardCharsets.UTF_8));
		terminal.draw("long line");
		terminal.draw("line");
		terminal.end();
		terminal.end();
		assertThat(drawn.toString(StandardCharsets.UTF_8)).isEqualTo("\rlong line\rline     " + System.lineSeparator());
	}

}
