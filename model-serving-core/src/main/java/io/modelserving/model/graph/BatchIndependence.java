package io.modelserving.model.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import io.modelserving.model.graph.RowIndependence.Mixes;
import io.modelserving.model.graph.RowIndependence.Proven;
import io.modelserving.model.graph.RowIndependence.Unknown;
import io.modelserving.model.graph.ModelGraph.Dimension;
import io.modelserving.model.graph.ModelGraph.Node;
import io.modelserving.model.graph.ModelGraph.Type.TensorType;
import io.modelserving.model.graph.ModelGraph.Value;
import org.jspecify.annotations.Nullable;

/**
 * Whether the rows of a batch are independent. It marks an axis of each input as that of
 * the batch, traces where the marks go, and looks at what arrives at the outputs. Names
 * of dimensions suggest which axes to mark; they prove nothing.
 *
 * @param rowIndependence whether the rows of a batch are independent
 * @param inputAxes the marked axis of each input that has one
 * @param outputAxes the axis of each output that carries the batch
 */
record BatchIndependence(RowIndependence rowIndependence, Map<String, Integer> inputAxes,
		Map<String, Integer> outputAxes) {

	private static final long FIRST_SUPPORTED_VERSION = 7;

	static BatchIndependence of(ModelGraph model) {
		if (model.operatorSets().getOrDefault("", FIRST_SUPPORTED_VERSION) < FIRST_SUPPORTED_VERSION) {
			return failed(new Unknown("", "", "the operator set is older than version 7"), Map.of());
		}
		BatchIndependence first = null;
		for (Map<String, Integer> marks : marks(model)) {
			BatchIndependence attempt = trace(model, marks);
			if (attempt.rowIndependence instanceof Proven) {
				return attempt;
			}
			first = (first != null) ? first : attempt;
		}
		return (first != null) ? first
				: failed(new Unknown("", "", "no input has a dimension that can carry a batch"), Map.of());
	}

	private static BatchIndependence failed(RowIndependence rowIndependence, Map<String, Integer> marks) {
		return new BatchIndependence(rowIndependence, marks, Map.of());
	}

	/**
	 * Return the inputs that a caller has to give.
	 */
	private static List<Value> required(ModelGraph model) {
		return model.inputs()
			.stream()
			.filter((input) -> !model.graph().initializers().containsKey(input.name()))
			.toList();
	}

	private static Set<Map<String, Integer>> marks(ModelGraph model) {
		List<Value> inputs = required(model);
		Map<String, Integer> first = new LinkedHashMap<>();
		Map<String, Integer> second = new LinkedHashMap<>();
		Map<String, Integer> symbols = new LinkedHashMap<>();
		for (Value input : inputs) {
			if (!(input.type() instanceof TensorType type)) {
				continue;
			}
			List<Dimension> dimensions = type.dimensions();
			if (dimensions == null || (!dimensions.isEmpty() && !dimensions.get(0).isFixed())) {
				first.put(input.name(), 0);
				String symbol = (dimensions != null) ? dimensions.get(0).symbol() : "";
				symbols.merge(symbol, 1, Integer::sum);
			}
			if (dimensions != null && dimensions.size() > 1 && !dimensions.get(1).isFixed()) {
				second.put(input.name(), 1);
			}
		}
		symbols.remove("");
		String common = symbols.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey).orElse("");
		Map<String, Integer> named = new LinkedHashMap<>();
		Map<String, Integer> alike = new LinkedHashMap<>();
		Map<String, Integer> outermost = new LinkedHashMap<>();
		Map<String, Integer> batches = new LinkedHashMap<>();
		for (Value input : inputs) {
			mark(batches, input, Map.of(), BatchIndependence::isNamedAsBatch);
			mark(outermost, input, Map.of(), (symbol) -> true);
			mark(named, input, first, BatchIndependence::isNamedAsBatch);
			mark(alike, input, Map.of(), (symbol) -> !symbol.isEmpty() && symbol.equals(common));
		}
		Map<String, Integer> completed = new LinkedHashMap<>(alike);
		completed.putAll(first);
		Map<String, Integer> withSecond = new LinkedHashMap<>(first);
		withSecond.putAll(second);
		Set<Map<String, Integer>> marks = new LinkedHashSet<>(
				List.of(named, completed, first, withSecond, second, alike, outermost));
		marks.remove(Map.of());
		// where a dimension is called the batch, calls are not joined along another one
		marks.removeIf((map) -> batches.entrySet()
			.stream()
			.anyMatch((batch) -> !batch.getValue().equals(map.getOrDefault(batch.getKey(), batch.getValue()))));
		return marks;
	}

	private static void mark(Map<String, Integer> marks, Value input, Map<String, Integer> otherwise,
			Predicate<String> symbol) {
		List<Dimension> dimensions = (input.type() instanceof TensorType type) ? type.dimensions() : null;
		int axis = -1;
		for (int i = 0; dimensions != null && i < dimensions.size() && axis < 0; i++) {
			axis = (!dimensions.get(i).isFixed() && symbol.test(dimensions.get(i).symbol())) ? i : -1;
		}
		if (axis >= 0) {
			marks.put(input.name(), axis);
		}
		else if (otherwise.containsKey(input.name())) {
			marks.put(input.name(), otherwise.get(input.name()));
		}
	}

	private static boolean isNamedAsBatch(String symbol) {
		String name = symbol.toLowerCase(Locale.ROOT);
		return name.equals("n") || name.equals("b") || name.equals("bs") || name.contains("batch");
	}

	private static BatchIndependence trace(ModelGraph model, Map<String, Integer> marks) {
		Tracer tracer = new Tracer(model);
		Scope scope = new Scope(null, model.operatorSets(), null);
		for (Value input : model.inputs()) {
			scope.define(input.name(), marked(tracer.symbols(), input, marks.get(input.name())));
		}
		try {
			BatchIndependence conclusion = conclude(model, marks, tracer.trace(model.graph(), scope));
			Node unsure = tracer.unsure();
			return (conclusion.rowIndependence instanceof Proven && unsure != null) ? failed(new Unknown(
					Step.name(unsure), unsure.operator(),
					"no output needs it, but the runtime runs it, and whether it runs with several rows is not known"),
					marks) : conclusion;
		}
		catch (Untraceable ex) {
			return failed(ex.rowIndependence(), marks);
		}
	}

	private static Traced marked(Symbols symbols, Value input, @Nullable Integer axis) {
		if (!(input.type() instanceof TensorType type)) {
			return Traced.failed(new Unknown("", "", "the input \"%s\" is no tensor".formatted(input.name())));
		}
		BatchAxis batch = (axis != null) ? new BatchAxis(axis) : null;
		List<Dimension> dimensions = type.dimensions();
		if (dimensions == null) {
			return Traced.batched(null, batch);
		}
		List<SymbolicInt> shape = new ArrayList<>();
		for (int i = 0; i < dimensions.size(); i++) {
			Long size = dimensions.get(i).size();
			shape.add((axis != null && axis == i) ? SymbolicInt.ROWS
					: ((size != null) ? SymbolicInt.of(size) : symbols.fresh(true)));
		}
		return Traced.batched(shape, batch);
	}

	private static BatchIndependence conclude(ModelGraph model, Map<String, Integer> marks, List<Traced> outputs) {
		Map<String, Integer> axes = new HashMap<>();
		Unknown unknown = null;
		List<String> notes = new ArrayList<>();
		for (Value input : required(model)) {
			if (!marks.containsKey(input.name())) {
				notes.add("the input \"%s\" carries no batch and has to be the same for all rows"
					.formatted(input.name()));
			}
		}
		for (int i = 0; i < outputs.size(); i++) {
			String name = model.graph().outputs().get(i).name();
			RowIndependence failure = failure(name, outputs.get(i));
			BatchAxis batch = outputs.get(i).batch();
			if (failure instanceof Mixes) {
				return failed(failure, marks);
			}
			if (failure instanceof Unknown found) {
				unknown = (unknown != null) ? unknown : found;
			}
			else if (batch != null) {
				axes.put(name, batch.axis());
			}
			else {
				notes.add("the output \"%s\" carries no batch".formatted(name));
			}
		}
		return (unknown != null) ? failed(unknown, marks)
				: new BatchIndependence(new Proven(String.join("; ", notes)), marks, axes);
	}

	private static @Nullable RowIndependence failure(String name, Traced output) {
		if (output.failure() != null) {
			return output.failure();
		}
		if (output.countsRows()) {
			return new Mixes("", "", "the output \"%s\" depends on the number of rows in the batch".formatted(name));
		}
		if (output.position() != null) {
			return new Mixes("", "", "the output \"%s\" depends on the position of a row in the batch".formatted(name));
		}
		if (output.padding() != null) {
			return new Mixes("", "",
					"the longest text of the batch decides the size of the output \"%s\"".formatted(name));
		}
		if (output.items() != null) {
			return new Unknown("", "", "the output \"%s\" is a sequence".formatted(name));
		}
		if (output.batch() != null && !output.batch().isPlain()) {
			return new Mixes("", "", "the output \"%s\" has several elements for each row".formatted(name));
		}
		return null;
	}

}
