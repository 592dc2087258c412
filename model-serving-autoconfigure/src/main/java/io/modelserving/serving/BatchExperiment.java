package io.modelserving.serving;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.BatchAdapter;
import io.modelserving.batching.CostCurve;
import io.modelserving.model.ComputeUnit;
import io.modelserving.model.InferenceException;
import io.modelserving.model.Model;
import io.modelserving.model.ModelLoadException;
import io.modelserving.serving.BatchingSettings.Verification;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Workspace;

/**
 * Runs a model in batches of 1, 2, 4 and so on rows, up to the configured limit, or as
 * far as batches stay reasonable and rows become cheaper. Of each size it finds out
 * whether every row gets the same answer as alone, and the time of the fastest run: what
 * else the machine does while a model is loaded can only make a run slower.
 */
final class BatchExperiment {

	private static final int AUTO_LIMIT = 64;

	private static final int MAX_AUTO_BATCH_BYTES = 64 << 20;

	private static final Duration LONGEST_AUTO_RUN = Duration.ofSeconds(1);

	private static final Duration SHORT_RUN = Duration.ofMillis(5);

	private static final int FEWEST_RUNS = 3;

	private static final int MOST_RUNS = 50;

	private static final int TURNS = 4;

	private static final int MOST_UNSTEADINESS = 3;

	private static final Duration SHORTEST_OF_A_SIZE = Duration.ofMillis(20);

	private static final Duration LONGEST_OF_A_SIZE = Duration.ofMillis(250);

	private final Model model;

	private final BatchAdapter<NamedTensors, NamedTensors> adapter;

	private final BatchingSettings settings;

	private final List<NamedTensors> rows;

	private final LongSupplier nanoTime;

	private final LongSupplier runTime;

	private final RowComparison comparison;

	private final Workspace workspace = new Workspace();

	/**
	 * Create an experiment.
	 * @param rows rows that differ from each other and may share a batch
	 * @param nanoTime the clock that the end goes by
	 * @param runTime the clock by which runs are timed
	 */
	BatchExperiment(Model model, BatchAdapter<NamedTensors, NamedTensors> adapter, BatchingSettings settings,
			List<NamedTensors> rows, LongSupplier nanoTime, LongSupplier runTime) {
		this.model = model;
		this.adapter = adapter;
		this.settings = settings;
		this.rows = rows;
		this.nanoTime = nanoTime;
		this.runTime = runTime;
		this.comparison = RowComparison.of(model.computeUnit());
	}

	/**
	 * Run the experiment.
	 * @param end the nanosecond time at which it is to stop
	 * @param timeout how long it was allowed, for the message
	 * @return what was found out
	 * @throws ModelLoadException if time runs out before the configured limit was reached
	 */
	BatchFacts run(long end, Duration timeout) {
		List<NamedTensors> alone = this.rows.stream().map(row -> run(List.of(row)).get(0)).toList();
		List<CostCurve.Point> points = new ArrayList<>();
		String difference = null;
		int limit = limit();
		for (int size = 1; size <= limit; size = (size == limit) ? limit + 1 : Math.min(limit, size * 2)) {
			List<NamedTensors> batch = cycle(this.rows, size);
			try {
				difference = (difference != null) ? difference : difference(batch, cycle(alone, size));
			}
			catch (InferenceException | IllegalStateException ex) {
				return failed(size, ex, points);
			}
			if (difference != null && this.settings.verification() != Verification.WARN) {
				break;
			}
			long nanos = leastNanos(batch);
			points.add(new CostCurve.Point(size, nanos));
			boolean outOfTime = this.nanoTime.getAsLong() - end > 0;
			if (outOfTime && !isAuto() && size < limit) {
				throw new ModelLoadException("warming up took longer than %s and got to batches of %d rows of %d."
					.formatted(timeout, size, limit), "Raise warm-up.timeout, or lower batching.max-batch-size.", true,
						null);
			}
			if (outOfTime || (isAuto() && isEnough(points))) {
				break;
			}
		}
		points.replaceAll(this::repeated);
		if (isAuto() && difference == null) {
			confirm(points, end);
		}
		CostCurve costs = new CostCurve(points);
		return new BatchFacts(isAuto() ? unsteadiness(costs) : null, difference, costs);
	}

	/**
	 * Measure the size that is recommended, rows alone, and the larger sizes that come
	 * near again, in turn, until the same size is recommended twice. Sizes are measured
	 * one after the other while the application still starts, and one that was slowed
	 * down by that makes the others look cheap.
	 */
	private void confirm(List<CostCurve.Point> points, long end) {
		int confirmed = 1;
		CostCurve curve = new CostCurve(points);
		while (curve.recommendedBatchSize() != confirmed && curve.recommendedBatchSize() > 1) {
			Set<Integer> sizes = new HashSet<>(curve.contenders());
			sizes.add(1);
			for (int turn = 0; turn < TURNS && this.nanoTime.getAsLong() - end < 0; turn++) {
				points.replaceAll(point -> sizes.contains(point.rows()) ? again(point) : point);
			}
			confirmed = curve.recommendedBatchSize();
			curve = new CostCurve(points);
		}
	}

	/**
	 * Find out whether another number of rows than the time before makes a run slow, as
	 * it does where an accelerator prepares itself anew, like ONNX Runtime's CUDA
	 * provider for each convolution. Batches, whose sizes change all the time, cannot pay
	 * then.
	 */
	private @Nullable String unsteadiness(CostCurve costs) {
		int size = costs.recommendedBatchSize();
		if (size == 1 || this.model.computeUnit() != ComputeUnit.ACCELERATOR) {
			return null;
		}
		List<NamedTensors> batch = cycle(this.rows, size);
		long least = Long.MAX_VALUE;
		for (int turn = 0; turn < TURNS; turn++) {
			run(cycle(this.rows, 1));
			least = Math.min(least, nanos(batch));
		}
		long steady = costs.nanosFor(size);
		return (least <= MOST_UNSTEADINESS * steady) ? null
				: "a run takes %.1f ms when it has another number of rows than the one before, and %.1f ms otherwise (%d rows)"
					.formatted(least / 1e6, steady / 1e6, size);
	}

	private CostCurve.Point again(CostCurve.Point point) {
		return new CostCurve.Point(point.rows(), Math.min(point.nanos(), leastNanos(cycle(this.rows, point.rows()))));
	}

	private static boolean isEnough(List<CostCurve.Point> points) {
		return points.get(points.size() - 1).nanos() > LONGEST_AUTO_RUN.toNanos()
				|| new CostCurve(points).hasLevelledOff();
	}

	/**
	 * Find out what a call costs alone, where there can be no batches.
	 * @param obstacle why there can be none
	 */
	BatchFacts alone(String obstacle) {
		List<NamedTensors> row = this.rows.subList(0, 1);
		CostCurve.Point point = repeated(new CostCurve.Point(1, leastNanos(row)));
		return new BatchFacts(obstacle, null, new CostCurve(List.of(point)));
	}

	/**
	 * Measure a short run again: the sizes that came first ran on code that the JVM had
	 * not compiled yet, which would make large batches look cheap.
	 */
	private CostCurve.Point repeated(CostCurve.Point point) {
		return (point.nanos() > SHORT_RUN.toNanos()) ? point : again(point);
	}

	private BatchFacts failed(int size, RuntimeException failure, List<CostCurve.Point> points) {
		String text = "a batch of %d rows fails: %s".formatted(size, failure.getMessage());
		boolean fatal = this.settings.verification() == Verification.FAIL;
		return new BatchFacts(fatal ? null : text, fatal ? text : null, new CostCurve(points));
	}

	private boolean isAuto() {
		return this.settings.maxBatchSize() == null;
	}

	private int limit() {
		if (this.settings.maxBatchSize() != null) {
			return this.settings.maxBatchSize();
		}
		long largest = this.rows.stream().mapToLong(BatchExperiment::bytes).max().orElse(1);
		long affordable = Math.max(1, MAX_AUTO_BATCH_BYTES / Math.max(1, largest));
		return (int) Math.min(affordable, Math.min(AUTO_LIMIT, this.settings.queueCapacity()));
	}

	private static long bytes(NamedTensors tensors) {
		return tensors.asMap()
			.values()
			.stream()
			.mapToLong(tensor -> (tensor instanceof NumericTensor numeric) ? numeric.data().remaining() : 0)
			.sum();
	}

	private static List<NamedTensors> cycle(List<NamedTensors> rows, int size) {
		return IntStream.range(0, size).mapToObj(i -> rows.get(i % rows.size())).toList();
	}

	private @Nullable String difference(List<NamedTensors> batch, List<NamedTensors> alone) {
		List<NamedTensors> answers = run(batch);
		if (this.settings.verification() == Verification.OFF) {
			return null;
		}
		for (int i = 0; i < batch.size(); i++) {
			String difference = this.comparison.difference(answers.get(i), alone.get(i));
			if (difference != null) {
				return "in a batch of %d rows, %s".formatted(batch.size(), difference);
			}
		}
		return null;
	}

	private List<NamedTensors> run(List<NamedTensors> batch) {
		return this.adapter.scatter(this.model.run(this.adapter.merge(batch, this.workspace), this.workspace), batch);
	}

	private long nanos(List<NamedTensors> batch) {
		long start = this.runTime.getAsLong();
		run(batch);
		return Math.max(1, this.runTime.getAsLong() - start);
	}

	private long leastNanos(List<NamedTensors> batch) {
		long begin = this.nanoTime.getAsLong();
		long least = Long.MAX_VALUE;
		long elapsed;
		int runs = 0;
		do {
			least = Math.min(least, nanos(batch));
			elapsed = this.nanoTime.getAsLong() - begin;
			runs++;
		}
		while (elapsed < LONGEST_OF_A_SIZE.toNanos() && runs < MOST_RUNS
				&& (runs < FEWEST_RUNS || elapsed < SHORTEST_OF_A_SIZE.toNanos()));
		return least;
	}

}
