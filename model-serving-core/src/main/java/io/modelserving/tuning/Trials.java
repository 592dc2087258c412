package io.modelserving.tuning;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.modelserving.tuning.Candidate.Setup;
import io.modelserving.tuning.TuningBench.Rig;

/**
 * Tries candidates on the bench, counts the steps, and notes what fails instead of
 * failing. Used by one thread.
 */
final class Trials {

	private final TuningBench bench;

	private final TuningProgress progress;

	private final TuningTable table;

	private int step;

	private int steps = 1;

	Trials(TuningBench bench, TuningProgress progress, TuningTable table) {
		this.bench = bench;
		this.progress = progress;
		this.table = table;
	}

	Conditions examine(Duration atMost) {
		begin("looking at the model");
		return this.bench.examine(atMost);
	}

	/**
	 * There will be more steps than those begun.
	 */
	void expect(int more) {
		this.steps = this.step + more;
	}

	/**
	 * A step is left out.
	 */
	void skip() {
		this.step++;
	}

	private void begin(String doing) {
		this.step++;
		this.progress.step(this.step, this.steps, doing);
	}

	/**
	 * Load a setup and use it.
	 * @param candidates what it was to be used for
	 */
	void use(Setup setup, List<Candidate> candidates, Consumer<Rig> work) {
		this.progress.step(this.step, this.steps, "loading " + setup);
		Rig rig;
		try {
			rig = this.bench.open(setup);
		}
		catch (CancellationException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			candidates.forEach(candidate -> this.table.failed(candidate, "cannot be loaded: " + ex.getMessage()));
			this.step += candidates.size();
			return;
		}
		try (rig) {
			work.accept(rig);
		}
	}

	/**
	 * Measure a candidate.
	 * @return what was measured, or {@code null} if it fails, which is noted
	 */
	@Nullable Figures measure(Rig rig, Candidate candidate, Duration slice) {
		begin("measuring " + candidate);
		try {
			return rig.measure(candidate.maxBatchSize(), slice);
		}
		catch (CancellationException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			this.table.failed(candidate, "it fails: " + ex.getMessage());
			return null;
		}
	}

}
