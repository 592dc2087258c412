package io.modelserving.autoconfigure.dryrun;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.modelserving.batching.admission.CostCurve;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.ModelState;
import io.modelserving.model.Quoted;
import io.modelserving.serving.BatchingPlan;
import io.modelserving.serving.ModelDetails;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.tensor.TensorSpec;

/**
 * What a dry run found out. Pure.
 *
 * @param models the models
 * @param paths the ways to call them
 */
record DryRunReport(List<ModelSnapshot> models, List<ServedPaths> paths) {

	private static final List<String> HEAD = List.of("model", "state", "signature", "rows", "batches", "cost", "files",
			"endpoints");

	private static final String NOTHING = "-";

	/**
	 * Return whether nothing changes any more: each model is ready or has failed, and the
	 * examples of its endpoints have been tried.
	 */
	boolean isSettled() {
		return this.models.stream()
			.allMatch((model) -> model.status().state() == ModelState.FAILED
					|| (model.status().state() == ModelState.READY && obstacles(model).stream()
						.noneMatch((obstacle) -> obstacle.endsWith("is still to be tried"))));
	}

	/**
	 * Return what is wrong.
	 * @return a sentence for each model that has failed and each endpoint that has not
	 * started; none if all is well
	 */
	List<String> failures() {
		List<String> failures = new ArrayList<>();
		for (ModelSnapshot model : this.models) {
			if (model.status().state() != ModelState.READY) {
				failures.add("model %s cannot be served: %s".formatted(model.key(),
						Quoted.message(model.status().failure())));
			}
			else {
				obstacles(model).forEach((obstacle) -> failures.add("model %s: %s".formatted(model.key(), obstacle)));
			}
		}
		return failures;
	}

	private List<String> obstacles(ModelSnapshot model) {
		return this.paths.stream().flatMap((all) -> all.obstacles(model.key().name()).stream()).toList();
	}

	/**
	 * Return the table of the models, and below it why each is served as it is.
	 * @return several lines
	 */
	String text() {
		List<List<String>> rows = new ArrayList<>();
		rows.add(HEAD);
		this.models.forEach((model) -> rows.add(row(model)));
		List<Integer> widths = IntStream.range(0, HEAD.size())
			.mapToObj((column) -> rows.stream().mapToInt((row) -> row.get(column).length()).max().orElse(0))
			.toList();
		List<String> lines = new ArrayList<>();
		rows.forEach((row) -> lines.add(line(row, widths)));
		this.models.forEach((model) -> lines.addAll(notes(model)));
		return String.join(System.lineSeparator(), lines);
	}

	private static String line(List<String> row, List<Integer> widths) {
		return IntStream.range(0, row.size())
			.mapToObj((column) -> row.get(column) + " ".repeat(widths.get(column) - row.get(column).length()))
			.collect(Collectors.joining(" | "))
			.stripTrailing();
	}

	private List<String> row(ModelSnapshot model) {
		ModelDetails details = model.details();
		String endpoints = this.paths.stream()
			.flatMap((all) -> all.of(model.key().name()).stream())
			.collect(Collectors.joining(", "));
		List<String> row = new ArrayList<>(List.of(model.key().toString(), model.status().state().name()));
		row.addAll((details != null)
				? List.of(signature(details.signature()), details.analysis().rowIndependence().describe(),
						batches(details.plan()), cost(details.plan().costCurve()), size(details.fileBytes()))
				: List.of(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING));
		row.add(endpoints.isEmpty() ? "in process" : endpoints);
		return row.stream().map(Quoted::message).toList();
	}

	private static String signature(ModelSignature signature) {
		return "%s -> %s".formatted(tensors(signature.allInputs()), tensors(signature.outputs()));
	}

	private static String tensors(List<TensorSpec> tensors) {
		return tensors.stream()
			.map((spec) -> "%s %s%s".formatted(spec.name(), spec.dataType(), spec.shape()))
			.collect(Collectors.joining(", "));
	}

	private static String batches(BatchingPlan plan) {
		return (plan.batched() && plan.maxBatchSize() > 1) ? "up to %d rows".formatted(plan.maxBatchSize()) : "none";
	}

	private static String cost(CostCurve curve) {
		if (!curve.isKnown()) {
			return "not measured";
		}
		int rows = curve.recommendedBatchSize();
		String one = "%s a row".formatted(time(curve.nanosFor(1)));
		return (rows > 1) ? "%s, %s for %d".formatted(one, time(curve.nanosFor(rows)), rows) : one;
	}

	private static String time(long nanos) {
		return String.format(Locale.ROOT, "%.3g ms", nanos / 1e6);
	}

	private static String size(long bytes) {
		return (bytes > 0) ? (bytes < 1e6) ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
				: String.format(Locale.ROOT, "%.1f MB", bytes / 1e6) : NOTHING;
	}

	private static List<String> notes(ModelSnapshot model) {
		ModelDetails details = model.details();
		if (details == null) {
			return List.of();
		}
		List<String> notes = new ArrayList<>();
		notes.add("%s: %s; instances: %d, threads of each: %d; loaded in %d ms, warmed up in %d ms".formatted(
				model.key(), Quoted.message(details.plan().reason()), details.instances(), details.intraOpThreads(),
				details.loadTime().toMillis(), details.warmUpTime().toMillis()));
		details.warnings()
			.forEach((warning) -> notes.add("%s: warning: %s".formatted(model.key(),
					Quoted.message(warning.replace(ModelLoadException.MODEL_NAME, model.key().name())))));
		return notes;
	}

}
