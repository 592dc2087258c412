package io.modelserving.tuning;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

import io.modelserving.tuning.Candidate.Setup;

/**
 * A bench on which time passes only as the costs say: a batch of n rows takes
 * {@code fixed + n * perRow} on one thread, and threads divide what is parallel.
 */
final class FakeBench implements TuningBench, LongSupplier {

	static final Duration LOADING = Duration.ofMillis(100);

	final List<String> log = new ArrayList<>();

	final Set<Setup> broken = new HashSet<>();

	final Set<Candidate> failing = new HashSet<>();

	private final Map<Candidate, Integer> measured = new HashMap<>();

	private final Conditions conditions;

	private final double fixedMillis;

	private final double millisPerRow;

	private final double parallel;

	private long now;

	int open;

	int mostOpen;

	Duration loading = LOADING;

	Duration examining = Duration.ZERO;

	boolean cold;

	FakeBench(Conditions conditions, double fixedMillis, double millisPerRow, double parallel) {
		this.conditions = conditions;
		this.fixedMillis = fixedMillis;
		this.millisPerRow = millisPerRow;
		this.parallel = parallel;
	}

	static Conditions cores(int cores, Candidate current) {
		return new Conditions("digits", current, Duration.ZERO, cores, 1, false, List.of(1, 2, 4, 8, 16, 32, 64), 1024,
				List.of());
	}

	@Override
	public long getAsLong() {
		return this.now;
	}

	int measurements(Candidate candidate) {
		return this.measured.getOrDefault(candidate, 0);
	}

	@Override
	public Conditions examine(Duration atMost) {
		this.now += this.examining.toNanos();
		return this.conditions;
	}

	@Override
	public Rig open(Setup setup) {
		this.now += this.loading.toNanos();
		this.log.add("open " + setup);
		if (this.broken.contains(setup)) {
			throw new IllegalStateException("out of memory");
		}
		this.open++;
		this.mostOpen = Math.max(this.mostOpen, this.open);
		return new FakeRig(setup);
	}

	private double batchMillis(Setup setup, int rows) {
		double alone = this.fixedMillis + rows * this.millisPerRow;
		return alone * (1 - this.parallel + this.parallel / setup.intraOpThreads());
	}

	private final class FakeRig implements Rig {

		private final Setup setup;

		private FakeRig(Setup setup) {
			this.setup = setup;
		}

		@Override
		public Figures measure(int maxBatchSize, Duration slice) {
			Candidate candidate = new Candidate(this.setup.instances(), this.setup.intraOpThreads(), maxBatchSize);
			FakeBench.this.measured.merge(candidate, 1, Integer::sum);
			FakeBench.this.now += slice.toNanos();
			FakeBench.this.log.add("measure " + candidate);
			if (FakeBench.this.failing.contains(candidate)) {
				throw new IllegalStateException("no memory for the batch");
			}
			double millis = batchMillis(this.setup, maxBatchSize) * (FakeBench.this.cold ? 100 : 1);
			FakeBench.this.cold = false;
			long nanos = (long) (2 * millis * 1e6);
			return new Figures(1000 * this.setup.instances() * maxBatchSize / millis, nanos, nanos, maxBatchSize, 100);
		}

		@Override
		public void close() {
			FakeBench.this.open--;
		}

	}

}
