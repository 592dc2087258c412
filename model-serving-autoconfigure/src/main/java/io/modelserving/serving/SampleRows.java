package io.modelserving.serving;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.modelserving.batching.BatchAdapter;
import io.modelserving.batching.Padding;
import io.modelserving.model.InferenceException;
import io.modelserving.model.Model;
import io.modelserving.model.ModelLoadException;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Workspace;

/**
 * Finds inputs on which a model runs: those that are given, or generated ones. Integers
 * are tried large first, as most models that take integers take tokens, and large ones
 * tell rows apart better; then small, for tables of few entries.
 */
final class SampleRows {

	private static final int DISTINCT_ROWS = 8;

	private static final int LARGE_INTEGERS = 1000;

	private static final int SMALL_INTEGERS = 2;

	private final Model model;

	private final Padding padding;

	private final Workspace workspace = new Workspace();

	SampleRows(Model model, Padding padding) {
		this.model = model;
		this.padding = padding;
	}

	/**
	 * Return inputs on which the model has run.
	 * @param given the samples that the application gives
	 * @return at least one
	 * @throws ModelLoadException if it does not run on them
	 */
	List<NamedTensors> runnable(WarmUpSettings.Samples given) {
		List<NamedTensors> samples = given.read(this.model.signature());
		return samples.isEmpty() ? generatedRunnable() : run(samples);
	}

	/**
	 * Return generated inputs without running the model.
	 * @return inputs that the signature accepts
	 */
	List<NamedTensors> unproven() {
		return generated(SMALL_INTEGERS);
	}

	/**
	 * Return single rows that may share a batch: those of the samples, or generated ones
	 * if the samples are too few to compare and the model runs on generated ones.
	 * @param samples inputs on which the model runs
	 * @param adapter says what may share a batch
	 * @return the rows, one at least
	 */
	List<NamedTensors> rows(List<NamedTensors> samples, BatchAdapter<NamedTensors, NamedTensors> adapter) {
		List<NamedTensors> rows = largestGroup(singleRows(samples), adapter);
		if (rows.size() > 1) {
			return rows;
		}
		try {
			List<NamedTensors> generated = largestGroup(generated(SMALL_INTEGERS), adapter);
			generated.forEach(this::runOnce);
			return generated;
		}
		catch (InferenceException ex) {
			return rows;
		}
	}

	private List<NamedTensors> run(List<NamedTensors> samples) {
		try {
			samples.forEach(this::runOnce);
			return samples;
		}
		catch (InferenceException ex) {
			throw new ModelLoadException("the model does not run on a sample of warm-up.samples: " + reasonOf(ex) + ".",
					"Mend the sample, or the model.", true, ex);
		}
	}

	private List<NamedTensors> generatedRunnable() {
		if (this.model.signature().inputs().stream().anyMatch(spec -> spec.dataType().isInteger())) {
			try {
				List<NamedTensors> samples = generated(LARGE_INTEGERS);
				samples.forEach(this::runOnce);
				return samples;
			}
			catch (InferenceException ex) {
				// the small ones decide
			}
		}
		List<NamedTensors> samples = generated(SMALL_INTEGERS);
		try {
			samples.forEach(this::runOnce);
			return samples;
		}
		catch (InferenceException ex) {
			throw new ModelLoadException("the model does not run on generated inputs: " + reasonOf(ex) + ".",
					"Give inputs that it can run on in warm-up.samples.", true, ex);
		}
	}

	private List<NamedTensors> generated(int integerLimit) {
		return new SampleGenerator(this.model.signature(), this.padding, integerLimit).generate(DISTINCT_ROWS);
	}

	private void runOnce(NamedTensors inputs) {
		this.model.signature().check(inputs);
		this.model.run(inputs.toDirect(this.workspace), this.workspace);
	}

	private static String reasonOf(InferenceException failure) {
		Throwable cause = failure.getCause();
		return (cause != null) ? failure.getMessage() + ": " + cause.getMessage()
				: String.valueOf(failure.getMessage());
	}

	private static List<NamedTensors> singleRows(List<NamedTensors> samples) {
		return samples.stream()
			.flatMap(sample -> IntStream.range(0, sample.rowCount()).mapToObj(i -> sample.slice(i, i + 1)))
			.toList();
	}

	private static List<NamedTensors> largestGroup(List<NamedTensors> rows,
			BatchAdapter<NamedTensors, NamedTensors> adapter) {
		Map<Object, List<NamedTensors>> groups = new LinkedHashMap<>();
		rows.forEach(row -> groups.computeIfAbsent(adapter.group(row), group -> new ArrayList<>()).add(row));
		return groups.values().stream().reduce((one, other) -> (other.size() > one.size()) ? other : one).orElse(rows);
	}

}
