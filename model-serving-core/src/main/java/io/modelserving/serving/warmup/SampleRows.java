package io.modelserving.serving.warmup;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.WarmUpSettings;
import io.modelserving.batching.BatchAdapter;
import io.modelserving.batching.DeadlineTimer;
import io.modelserving.batching.tensor.Padding;
import io.modelserving.model.InferenceException;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Model;
import io.modelserving.model.InvalidModelException;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.graph.GraphAnalysis;
import io.modelserving.serving.warmup.SampleGenerator.Guess;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.TensorSpec;

/**
 * Finds inputs on which a model runs: those that are given, as they are, or else
 * generated ones. Generated inputs are guesses: small ones are tried first, none takes
 * more than a share of the heap, and that none runs is no fault of the model.
 */
public final class SampleRows {

	private static final int DISTINCT_ROWS = 8;

	/** Generated rows take at most this share of the heap. */
	private static final int HEAP_SHARE = 16;

	/** Where a run takes longer, no larger inputs are guessed. */
	private static final long LONG_RUN = 500_000_000;

	/** Of the time for warming up, guessing takes at most this share. */
	private static final int TIME_SHARE = 4;

	private final Model model;

	private final Padding padding;

	private final GraphAnalysis analysis;

	private final LimitedRuns runs;

	private final LongSupplier nanoTime;

	SampleRows(Model model, Padding padding, GraphAnalysis analysis, DeadlineTimer timer, LongSupplier nanoTime) {
		this.model = model;
		this.padding = padding;
		this.analysis = analysis;
		this.runs = new LimitedRuns(model, timer, nanoTime);
		this.nanoTime = nanoTime;
	}

	/**
	 * Find inputs on which the model runs.
	 * @param given the samples that the application gives
	 * @param end the nanosecond time by which it has to be done
	 * @return the inputs, or why there are none
	 * @throws ModelLoadException if the model does not run on a given sample
	 */
	Inputs find(WarmUpSettings.Samples given, long end) {
		List<NamedTensors> samples = given.read(this.model.signature());
		return samples.isEmpty() ? guess(end) : run(samples, end);
	}

	/**
	 * Return generated inputs without running the model.
	 * @return inputs that the signature accepts; none if they would be too large
	 */
	Inputs untried() {
		List<NamedTensors> rows = generator(Guess.LEAST).generate(1, maxBytes());
		return new Inputs(rows, false, rows.isEmpty() ? "inputs would be too large to generate" : null, Set.of());
	}

	private Inputs run(List<NamedTensors> samples, long end) {
		Set<String> nonFinite = new TreeSet<>();
		for (NamedTensors sample : samples) {
			try {
				nonFinite(this.runs.run(sample, end), nonFinite);
			}
			catch (InferenceException ex) {
				throw new InvalidModelException("the model does not run on a sample of warm-up.samples: %s."
					.formatted(LimitedRuns.reasonOf(ex)), "Correct the sample, or the model.", false, ex);
			}
		}
		return new Inputs(samples, true, null, nonFinite);
	}

	private static void nonFinite(NamedTensors outputs, Set<String> names) {
		outputs.asMap().forEach((name, tensor) -> {
			if (tensor instanceof NumericTensor numeric && numeric.dataType().isFloatingPoint()) {
				for (float element : numeric.toFloats()) {
					if (!Float.isFinite(element)) {
						names.add(name);
						return;
					}
				}
			}
		});
	}

	private Inputs guess(long end) {
		long start = this.nanoTime.getAsLong();
		long last = start + (end - start) / TIME_SHARE;
		Attempt best = null;
		String failure = "";
		for (Guess guess : Guess.LIKELY) {
			if (best != null && best.nanos() > LONG_RUN) {
				break;
			}
			Attempt attempt = attempt(guess, last);
			best = (attempt.failure() == null || best == null) ? attempt : best;
		}
		for (Guess guess : Guess.UNLIKELY) {
			if (best == null || best.failure() == null) {
				break;
			}
			failure = failure.isEmpty() ? best.failure() : failure;
			best = attempt(guess, last);
		}
		if (best == null || best.failure() != null) {
			return new Inputs(List.of(), false, failure, Set.of());
		}
		return rowsLike(best, last);
	}

	/**
	 * Have further rows like one on which the model has run, as far as they run, too, and
	 * time allows it.
	 */
	private Inputs rowsLike(Attempt attempt, long end) {
		List<NamedTensors> rows = generator(attempt.guess()).generate(DISTINCT_ROWS, maxBytes());
		List<NamedTensors> runnable = new ArrayList<>(rows.subList(0, 1));
		for (NamedTensors row : rows.subList(1, rows.size())) {
			if (end - this.nanoTime.getAsLong() < attempt.nanos() || !runs(row, end)) {
				break;
			}
			runnable.add(row);
		}
		return new Inputs(runnable, false, null, Set.of());
	}

	private boolean runs(NamedTensors inputs, long end) {
		try {
			this.runs.run(inputs, end);
			return true;
		}
		catch (InferenceException ex) {
			return false;
		}
	}

	private Attempt attempt(Guess guess, long end) {
		long start = this.nanoTime.getAsLong();
		try {
			List<NamedTensors> rows = generator(guess).generate(1, maxBytes());
			if (rows.isEmpty()) {
				return new Attempt(guess, 0, "inputs would be too large to generate");
			}
			this.runs.run(rows.get(0), end);
			return new Attempt(guess, this.nanoTime.getAsLong() - start, null);
		}
		catch (InferenceException ex) {
			return new Attempt(guess, 0, LimitedRuns.reasonOf(ex));
		}
		catch (OutOfMemoryError ex) {
			return new Attempt(guess, 0, "there is too little memory to generate inputs");
		}
	}

	private SampleGenerator generator(Guess guess) {
		return new SampleGenerator(this.model.signature(), BatchPlanner.axes(this.model.signature(), this.analysis),
				this.padding, this.analysis.inputs(), guess);
	}

	private static long maxBytes() {
		return Runtime.getRuntime().maxMemory() / HEAP_SHARE;
	}

	/**
	 * Return single rows that may share a batch: those of given samples, or generated
	 * ones if the samples are too few to compare and the model runs on generated ones.
	 * @param inputs inputs on which the model runs
	 * @param adapter says what may share a batch
	 * @param end the nanosecond time by which it has to be done
	 * @return the rows, or an empty list if the inputs have no rows
	 */
	List<NamedTensors> rows(Inputs inputs, BatchAdapter<NamedTensors, NamedTensors> adapter, long end) {
		List<NamedTensors> rows = largestGroup(singleRows(inputs.tensors(), adapter), adapter);
		if (rows.size() != 1 || !inputs.given()) {
			return rows;
		}
		List<NamedTensors> generated = largestGroup(guess(end).tensors(), adapter);
		return (generated.size() > 1) ? generated : rows;
	}

	private List<NamedTensors> singleRows(List<NamedTensors> samples,
			BatchAdapter<NamedTensors, NamedTensors> adapter) {
		List<String> required = this.model.signature().inputs().stream().map(TensorSpec::name).toList();
		List<NamedTensors> rows = new ArrayList<>();
		for (NamedTensors sample : samples) {
			NamedTensors inputs = sample.select(required);
			try {
				IntStream.range(0, adapter.rows(inputs)).forEach(i -> rows.add(adapter.slice(inputs, i, i + 1)));
			}
			catch (InvalidInput ex) {
				return List.of();
			}
		}
		return rows;
	}

	private static List<NamedTensors> largestGroup(List<NamedTensors> rows,
			BatchAdapter<NamedTensors, NamedTensors> adapter) {
		Map<Object, List<NamedTensors>> groups = new LinkedHashMap<>();
		rows.forEach(row -> groups.computeIfAbsent(adapter.group(row), group -> new ArrayList<>()).add(row));
		return groups.values().stream().reduce((one, other) -> (other.size() > one.size()) ? other : one).orElse(rows);
	}

	/**
	 * Inputs to warm up on.
	 *
	 * @param tensors the inputs, each for one call
	 * @param given whether the application gives them
	 * @param failure why there are none, or {@code null} if there are
	 * @param nonFinite the outputs that were not finite numbers for given inputs
	 */
	public record Inputs(List<NamedTensors> tensors, boolean given, @Nullable String failure, Set<String> nonFinite) {
	}

	private record Attempt(Guess guess, long nanos, @Nullable String failure) {
	}

}
