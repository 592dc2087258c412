package io.modelserving.serving.warmup;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.BatchingSettings;
import io.modelserving.batching.BatchAdapter;
import io.modelserving.batching.admission.CostCurve;
import io.modelserving.batching.DeadlineTimer;
import io.modelserving.model.ComputeUnit;
import io.modelserving.model.InferenceException;
import io.modelserving.model.Model;
import io.modelserving.model.RunControl;
import io.modelserving.serving.BatchingSettings.Verification;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Workspace;

/**
 * Runs a model in batches of 1, 2, 4 and so on rows, up to the configured limit, or as
 * far as batches stay reasonable and rows become cheaper. Of each size it finds out
 * whether every row gets the same result as alone, and the time of the fastest run: what
 * else the machine does while a model is loaded can only make a run slower.
 */
final class BatchExperiment {

	private static final int AUTO_LIMIT = 64;

	private static final int MOST_HOSTILE_ROWS = 32;

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

	private final DeadlineTimer timer;

	private final RunControl control = new RunControl();

	private final RowComparison comparison;

	private final Workspace workspace = new Workspace();

	/** The rows of the last run that was begun. */
	private int begun = 1;

	/**
	 * Create an experiment.
	 * @param rows rows that differ from each other and may share a batch
	 * @param nanoTime the clock of the end
	 * @param runTime the clock by which runs are timed
	 * @param timer terminates what runs beyond the end
	 */
	BatchExperiment(Model model, BatchAdapter<NamedTensors, NamedTensors> adapter, BatchingSettings settings,
			List<NamedTensors> rows, LongSupplier nanoTime, LongSupplier runTime, DeadlineTimer timer) {
		this.model = model;
		this.adapter = adapter;
		this.settings = settings;
		this.rows = rows;
		this.nanoTime = nanoTime;
		this.runTime = runTime;
		this.timer = timer;
		this.comparison = RowComparison.of(model.computeUnit());
	}

	/**
	 * Run the experiment. Runs that are under way at the end are terminated.
	 * @param hostile rows unlike the others, to be compared in batches with them; they
	 * are not measured, and those that do not run alone are left out
	 * @param end the nanosecond time at which it is to stop
	 * @param timeout how long it was allowed, for the message
	 * @return what was found out
	 */
	BatchFacts run(List<NamedTensors> hostile, long end, Duration timeout) {
		Runnable cancellation = this.timer.schedule(end - this.nanoTime.getAsLong(), this.control::terminate);
		try {
			return runUntil(hostile, end, timeout);
		}
		finally {
			cancellation.run();
		}
	}

	private BatchFacts runUntil(List<NamedTensors> hostile, long end, Duration timeout) {
		List<CostCurve.Point> points = new ArrayList<>();
		String difference = null;
		String outOfTime = null;
		int limit = limit();
		try {
			List<NamedTensors> alone = this.rows.stream().map(row -> run(List.of(row)).get(0)).toList();
			difference = hostileDifference(hostile, alone, Math.min(limit, MOST_HOSTILE_ROWS));
			for (int size = 1; size <= limit; size = (size == limit) ? limit + 1 : Math.min(limit, size * 2)) {
				List<NamedTensors> batch = cycle(this.rows, size);
				difference = (difference != null) ? difference : difference(batch, cycle(alone, size));
				if (difference != null && this.settings.verification() != Verification.WARN) {
					break;
				}
				points.add(new CostCurve.Point(size, leastNanos(batch)));
				if (this.nanoTime.getAsLong() - end > 0) {
					outOfTime = "warming up took longer than %s and got to batches of %d rows of %d".formatted(timeout,
							size, limit);
					break;
				}
				if (isAuto() && isEnough(points)) {
					break;
				}
			}
			points.replaceAll(this::repeated);
			if (isAuto() && difference == null) {
				confirm(points, end);
			}
			CostCurve costs = new CostCurve(points);
			return new BatchFacts(isAuto() ? unsteadiness(costs) : null, difference, costs, outOfTime);
		}
		catch (InferenceException | IllegalStateException | IllegalArgumentException | OutOfMemoryError
				| StackOverflowError ex) {
			return failed(ex, points);
		}
	}

	/**
	 * Compare hostile rows alone with the same in batches of them and of others.
	 */
	private @Nullable String hostileDifference(List<NamedTensors> hostile, List<NamedTensors> rowsAlone, int most) {
		if (most < 2 || this.settings.verification() == Verification.OFF) {
			return null;
		}
		List<NamedTensors> mixed = new ArrayList<>();
		List<NamedTensors> alone = new ArrayList<>();
		for (int i = 0; i < hostile.size(); i++) {
			NamedTensors result = aloneOrNull(hostile.get(i));
			if (result != null) {
				mixed.add(hostile.get(i));
				alone.add(result);
				mixed.add(this.rows.get(i % this.rows.size()));
				alone.add(rowsAlone.get(i % this.rows.size()));
			}
		}
		for (int size = Math.min(most, 2); size <= most; size = (size == most) ? most + 1 : most) {
			for (int from = 0; from < mixed.size(); from += size) {
				int to = Math.min(mixed.size(), from + size);
				String difference = difference(mixed.subList(from, to), alone.subList(from, to));
				if (difference != null) {
					return difference + ", among rows of other ranges and signs";
				}
			}
		}
		return null;
	}

	private @Nullable NamedTensors aloneOrNull(NamedTensors row) {
		try {
			return run(List.of(row)).get(0);
		}
		catch (InferenceException ex) {
			return null;
		}
	}

	/**
	 * Measure the size that is recommended, rows alone, and the larger sizes that are
	 * nearly as good again, in turn, until the same size is recommended twice. Sizes are
	 * measured one after the other while the application still starts, and one that was
	 * slowed down by that makes the others look cheap.
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
	 * @param end the nanosecond time at which a run is terminated
	 */
	BatchFacts alone(String obstacle, long end) {
		List<NamedTensors> row = this.rows.subList(0, 1);
		Runnable cancellation = this.timer.schedule(end - this.nanoTime.getAsLong(), this.control::terminate);
		try {
			CostCurve.Point point = repeated(new CostCurve.Point(1, leastNanos(row)));
			return new BatchFacts(obstacle, null, new CostCurve(List.of(point)));
		}
		catch (InferenceException ex) {
			return BatchFacts.none(obstacle);
		}
		finally {
			cancellation.run();
		}
	}

	/**
	 * Measure a short run again: the sizes that came first ran on code that the JVM had
	 * not compiled yet, which would make large batches look cheap.
	 */
	private CostCurve.Point repeated(CostCurve.Point point) {
		return (point.nanos() > SHORT_RUN.toNanos()) ? point : again(point);
	}

	private BatchFacts failed(Throwable failure, List<CostCurve.Point> points) {
		boolean mixes = !(failure instanceof Error) && !this.control.isTerminated();
		String text = "a batch of %d rows fails: %s".formatted(this.begun, (failure instanceof InferenceException known)
				? LimitedRuns.reasonOf(known) : (failure instanceof Error) ? failure.toString() : failure.getMessage());
		boolean fatal = mixes && this.begun > 1 && this.settings.verification() == Verification.FAIL;
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
		List<NamedTensors> results = run(batch);
		if (this.settings.verification() == Verification.OFF) {
			return null;
		}
		for (int i = 0; i < batch.size(); i++) {
			String difference = this.comparison.difference(results.get(i), alone.get(i));
			if (difference != null) {
				return "in a batch of %d rows, %s".formatted(batch.size(), difference);
			}
		}
		return null;
	}

	/**
	 * Run a batch whose results are compared.
	 * @throws IllegalStateException if an output has not as many rows as the batch
	 */
	private List<NamedTensors> run(List<NamedTensors> batch) {
		NamedTensors outputs = outputs(batch);
		return this.adapter.scatter(outputs, batch);
	}

	private NamedTensors outputs(List<NamedTensors> batch) {
		this.begun = batch.size();
		return this.model.run(this.adapter.merge(batch, this.workspace), this.workspace, this.control);
	}

	private long nanos(List<NamedTensors> batch) {
		long start = this.runTime.getAsLong();
		this.adapter.scatter(outputs(batch), batch);
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
