package io.modelserving.serving;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.BatchAdapter;
import io.modelserving.batching.CostCurve;
import io.modelserving.batching.Padding;
import io.modelserving.batching.TensorBatching;
import io.modelserving.model.InferenceException;
import io.modelserving.model.Model;
import io.modelserving.model.ModelLoadException;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Workspace;

/**
 * Runs a model before it takes requests: alone, then in batches of 1, 2, 4 and so on. It
 * finds out whether a row gets the same answer in a batch as alone, and what a batch
 * costs.
 */
final class WarmUp {

	private static final int AUTO_LIMIT = 64;

	private static final int DISTINCT_ROWS = 8;

	private static final int MAX_BATCH_BYTES = 64 << 20;

	private static final int RUNS = 7;

	private static final int LARGE_INTEGERS = 1000;

	private static final int SMALL_INTEGERS = 2;

	private static final Duration BUDGET_OF_A_SIZE = Duration.ofMillis(250);

	private static final Duration LONGEST_AUTO_RUN = Duration.ofSeconds(1);

	private final Model model;

	private final WarmUpSettings settings;

	private final BatchingSettings batching;

	private final Padding padding;

	private final LongSupplier nanoTime;

	private final Workspace workspace = new Workspace();

	WarmUp(Model model, WarmUpSettings settings, BatchingSettings batching, Padding padding, LongSupplier nanoTime) {
		this.model = model;
		this.settings = settings;
		this.batching = batching;
		this.padding = padding;
		this.nanoTime = nanoTime;
	}

	/**
	 * Warm up.
	 * @return what was found out
	 * @throws ModelLoadException if the model does not run on the samples, or not in time
	 */
	Findings run() {
		long end = this.nanoTime.getAsLong() + this.settings.timeout().toNanos();
		List<NamedTensors> samples = this.settings.enabled() ? samples() : generated(SMALL_INTEGERS);
		String obstacle = obstacle();
		BatchFacts facts = (obstacle != null) ? BatchFacts.none(obstacle)
				: this.settings.enabled() ? explore(samples, end) : BatchFacts.none(null);
		return new Findings(BatchPlanner.plan(facts, this.batching), exampleOf(samples.get(0)));
	}

	private NamedTensors exampleOf(NamedTensors sample) {
		return this.model.signature().allowsBatches() ? sample.slice(0, 1) : sample;
	}

	private List<NamedTensors> generated(int integerLimit) {
		return new SampleGenerator(this.model.signature(), this.padding, integerLimit).generate(DISTINCT_ROWS);
	}

	private List<NamedTensors> samples() {
		List<NamedTensors> given = this.settings.samples().read(this.model.signature());
		if (!given.isEmpty()) {
			given.forEach(this::runGiven);
			return given;
		}
		InferenceException failure = null;
		for (int integerLimit : integerLimits()) {
			List<NamedTensors> generated = generated(integerLimit);
			try {
				generated.forEach(this::runOnce);
				return generated;
			}
			catch (InferenceException ex) {
				failure = ex;
			}
		}
		throw new ModelLoadException("the model does not run on generated inputs: " + reasonOf(failure),
				"Give inputs that it can run on in warm-up.samples.", true, failure);
	}

	private List<Integer> integerLimits() {
		boolean integers = this.model.signature().inputs().stream().anyMatch(spec -> spec.dataType().isInteger());
		return integers ? List.of(LARGE_INTEGERS, SMALL_INTEGERS) : List.of(SMALL_INTEGERS);
	}

	private void runGiven(NamedTensors sample) {
		try {
			runOnce(sample);
		}
		catch (InferenceException ex) {
			throw new ModelLoadException("the model does not run on a sample of warm-up.samples: " + reasonOf(ex),
					"Mend the sample, or the model.", true, ex);
		}
	}

	private static String reasonOf(@Nullable InferenceException failure) {
		if (failure == null) {
			return "unknown";
		}
		Throwable cause = failure.getCause();
		return (cause != null) ? failure.getMessage() + ": " + cause.getMessage()
				: String.valueOf(failure.getMessage());
	}

	private NamedTensors runOnce(NamedTensors inputs) {
		this.model.signature().check(inputs);
		return this.model.run(inputs.toDirect(this.workspace), this.workspace);
	}

	private @Nullable String obstacle() {
		if (!this.model.signature().allowsBatches()) {
			return "the first dimension of an input or output is not dynamic: " + this.model.signature().inputs()
					+ " -> " + this.model.signature().outputs();
		}
		Integer limit = this.batching.maxBatchSize();
		return (limit != null && limit == 1) ? "max-batch-size is 1" : null;
	}

	private BatchFacts explore(List<NamedTensors> samples, long end) {
		BatchAdapter<NamedTensors, NamedTensors> adapter = TensorBatching.byRows(this.padding);
		List<NamedTensors> rows = rows(samples, adapter);
		if (rows.size() < 2) {
			return BatchFacts.none("there is one sample row only; with two or more in warm-up.samples, it can be shown "
					+ "that a row gets the same answer in a batch as alone");
		}
		List<NamedTensors> alone = rows.stream().map(this::runOnce).toList();
		List<CostCurve.Point> points = new ArrayList<>();
		String difference = null;
		int limit = limit(rows);
		for (int size = 1; size <= limit; size = next(size, limit)) {
			List<NamedTensors> batch = cycle(rows, size);
			difference = (difference != null) ? difference : difference(adapter, batch, cycle(alone, size));
			if (difference != null && this.batching.verification() != BatchingSettings.Verification.WARN) {
				break;
			}
			long nanos = medianNanos(adapter, batch);
			points.add(new CostCurve.Point(size, nanos));
			if (this.nanoTime.getAsLong() - end > 0) {
				checkTime(size, limit);
				break;
			}
			if (this.batching.maxBatchSize() == null && nanos > LONGEST_AUTO_RUN.toNanos()) {
				break;
			}
		}
		return new BatchFacts(null, difference, new CostCurve(points));
	}

	/**
	 * Return single rows that may share a batch, generated ones if the samples are too
	 * few for a proof and the model runs on them.
	 */
	private List<NamedTensors> rows(List<NamedTensors> samples, BatchAdapter<NamedTensors, NamedTensors> adapter) {
		List<NamedTensors> rows = largestGroup(singleRows(samples), adapter);
		if (rows.size() < 2) {
			try {
				List<NamedTensors> generated = largestGroup(generated(SMALL_INTEGERS), adapter);
				generated.forEach(this::runOnce);
				return generated;
			}
			catch (InferenceException ex) {
				return rows;
			}
		}
		return rows;
	}

	private static List<NamedTensors> singleRows(List<NamedTensors> samples) {
		return samples.stream()
			.flatMap(sample -> IntStream.range(0, sample.rowCount()).mapToObj(i -> sample.slice(i, i + 1)))
			.toList();
	}

	private void checkTime(int size, int limit) {
		if (this.batching.maxBatchSize() != null && size < limit) {
			throw new ModelLoadException(
					"warming up took longer than %s and got to batches of %d rows of %d"
						.formatted(this.settings.timeout(), size, limit),
					"Raise warm-up.timeout, or lower batching.max-batch-size.", true, null);
		}
	}

	private static List<NamedTensors> largestGroup(List<NamedTensors> rows,
			BatchAdapter<NamedTensors, NamedTensors> adapter) {
		Map<Object, List<NamedTensors>> groups = new LinkedHashMap<>();
		rows.forEach(row -> groups.computeIfAbsent(adapter.group(row), group -> new ArrayList<>()).add(row));
		return groups.values().stream().reduce((one, other) -> (other.size() > one.size()) ? other : one).orElseThrow();
	}

	private int limit(List<NamedTensors> rows) {
		if (this.batching.maxBatchSize() != null) {
			return this.batching.maxBatchSize();
		}
		long largest = rows.stream().mapToLong(WarmUp::bytes).max().orElse(1);
		return (int) Math.max(1,
				Math.min(Math.min(AUTO_LIMIT, this.batching.queueCapacity()), MAX_BATCH_BYTES / Math.max(1, largest)));
	}

	private static long bytes(NamedTensors tensors) {
		return tensors.asMap()
			.values()
			.stream()
			.mapToLong(tensor -> (tensor instanceof NumericTensor numeric) ? numeric.data().remaining() : 0)
			.sum();
	}

	private static int next(int size, int limit) {
		return (size == limit) ? limit + 1 : Math.min(limit, size * 2);
	}

	private static List<NamedTensors> cycle(List<NamedTensors> rows, int size) {
		List<NamedTensors> cycled = new ArrayList<>(size);
		for (int i = 0; i < size; i++) {
			cycled.add(rows.get(i % rows.size()));
		}
		return cycled;
	}

	private @Nullable String difference(BatchAdapter<NamedTensors, NamedTensors> adapter, List<NamedTensors> rows,
			List<NamedTensors> alone) {
		List<NamedTensors> answers;
		try {
			answers = runBatch(adapter, rows);
		}
		catch (InferenceException | IllegalStateException ex) {
			return "a batch of %d rows fails: %s".formatted(rows.size(), ex.getMessage());
		}
		if (this.batching.verification() != BatchingSettings.Verification.OFF) {
			for (int i = 0; i < rows.size(); i++) {
				String difference = RowComparison.difference(answers.get(i), alone.get(i));
				if (difference != null) {
					return "in a batch of %d rows, %s".formatted(rows.size(), difference);
				}
			}
		}
		return null;
	}

	private List<NamedTensors> runBatch(BatchAdapter<NamedTensors, NamedTensors> adapter, List<NamedTensors> rows) {
		return adapter.scatter(this.model.run(adapter.merge(rows, this.workspace), this.workspace), rows);
	}

	private long medianNanos(BatchAdapter<NamedTensors, NamedTensors> adapter, List<NamedTensors> rows) {
		long[] nanos = new long[RUNS];
		long begin = this.nanoTime.getAsLong();
		int runs = 0;
		while (runs < RUNS && (runs == 0 || this.nanoTime.getAsLong() - begin < BUDGET_OF_A_SIZE.toNanos())) {
			long start = this.nanoTime.getAsLong();
			runBatch(adapter, rows);
			nanos[runs++] = Math.max(1, this.nanoTime.getAsLong() - start);
		}
		Arrays.sort(nanos, 0, runs);
		return nanos[runs / 2];
	}

	/**
	 * What warming up found out.
	 *
	 * @param plan how calls are to share batches
	 * @param example inputs that the model has run on
	 */
	record Findings(BatchingPlan plan, NamedTensors example) {
	}

}
