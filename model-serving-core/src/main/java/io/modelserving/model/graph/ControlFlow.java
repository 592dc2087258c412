package io.modelserving.model.graph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.modelserving.model.graph.ModelGraph.Graph;
import org.jspecify.annotations.Nullable;

/**
 * Rules of branches and loops. What decides them has to be the same for all rows.
 */
final class ControlFlow {

	private static final int ROUNDS = 8;

	private ControlFlow() {
	}

	static List<Traced> branch(Step step) {
		Traced condition = step.raw(0);
		if (condition.isBatched()) {
			throw step.mixes("a row of the batch decides the branch for all");
		}
		List<SymbolicInt> content = condition.content();
		if (content != null && content.size() == 1 && content.get(0).isConstant()) {
			return step.trace(step.graph(content.get(0).is(0) ? "else_branch" : "then_branch"), List.of());
		}
		if (condition.countsRows()) {
			throw step.mixes("the number of rows in the batch decides the branch");
		}
		List<Traced> then = step.trace(step.graph("then_branch"), List.of());
		List<Traced> otherwise = step.trace(step.graph("else_branch"), List.of());
		List<Traced> outputs = new ArrayList<>();
		for (int i = 0; i < Math.min(then.size(), otherwise.size()); i++) {
			outputs.add(join(step, then.get(i), otherwise.get(i), new HashSet<>()));
		}
		return outputs;
	}

	/**
	 * Return what is known of a value that is either of two.
	 * @param widened symbols that stand for sizes that differ; further ones are added
	 */
	private static Traced join(Step step, Traced a, Traced b, Set<SymbolicInt> widened) {
		if (a.equals(b)) {
			return a;
		}
		boolean rowsDiffer = a.batch() != null && !a.batch().equals(b.batch());
		if (a.isBatched() != b.isBatched() || rowsDiffer) {
			throw step.unknown("a value carries the batch in some cases and not in others, or elsewhere");
		}
		step.checked(a);
		step.checked(b);
		List<SymbolicInt> shape = (a.shape() == null || b.shape() == null || a.shape().size() != b.shape().size())
				? null : join(step, a.shape(), b.shape(), widened);
		return Traced.batched(shape, a.batch()).withNonNegative(a.nonNegative() && b.nonNegative());
	}

	private static List<SymbolicInt> join(Step step, List<SymbolicInt> a, List<SymbolicInt> b,
			Set<SymbolicInt> widened) {
		List<SymbolicInt> shape = new ArrayList<>();
		for (int i = 0; i < a.size(); i++) {
			SymbolicInt size = a.get(i);
			if (!size.equals(b.get(i)) && !widened.contains(size)) {
				size = step.unknownSize();
				widened.add(size);
			}
			shape.add(size);
		}
		return shape;
	}

	static List<Traced> loop(Step step) {
		Graph body = step.graph("body");
		for (int i = 0; i < 2; i++) {
			if (step.has(i)) {
				requireForAll(step, step.raw(i));
			}
		}
		List<Traced> states = new ArrayList<>();
		for (int i = 2; i < step.inputCount(); i++) {
			states.add(step.input(i));
		}
		List<Traced> outputs = fixpoint(step, body, states,
				List.of(Traced.shared(List.of()).withNonNegative(true), Traced.shared(List.of())), List.of(), 1);
		List<Traced> results = new ArrayList<>(states);
		for (Traced output : outputs.subList(1 + states.size(), outputs.size())) {
			results.add(stacked(step, output, 0));
		}
		return results;
	}

	private static void requireForAll(Step step, Traced condition) {
		if (condition.isBatched()) {
			throw step.mixes("a row of the batch decides how often it is run for all");
		}
		if (condition.countsRows()) {
			throw step.mixes("the number of rows in the batch decides how often it is run");
		}
	}

	/**
	 * Trace the body of a loop until nothing changes any more.
	 * @param states what is known of the states before the first round; after this, what
	 * is known of them after any round
	 * @param before the inputs of the body before the states
	 * @param after the inputs of the body after the states
	 * @param conditions the number of outputs of the body before the states
	 * @return what is known of the outputs of the body
	 */
	private static List<Traced> fixpoint(Step step, Graph body, List<Traced> states, List<Traced> before,
			List<Traced> after, int conditions) {
		Set<SymbolicInt> widened = new HashSet<>();
		for (int round = 0; round < ROUNDS; round++) {
			List<Traced> inputs = new ArrayList<>(before);
			inputs.addAll(states);
			inputs.addAll(after);
			List<Traced> outputs = step.trace(body, inputs);
			for (int i = 0; i < conditions; i++) {
				requireForAll(step, outputs.get(i));
			}
			boolean stable = true;
			for (int i = 0; i < states.size(); i++) {
				Traced joined = join(step, states.get(i), outputs.get(i + conditions), widened);
				stable &= joined.equals(states.get(i));
				states.set(i, joined);
			}
			if (stable) {
				return outputs;
			}
		}
		throw step.unknown("what its rounds hand on does not settle");
	}

	private static Traced stacked(Step step, Traced output, int axis) {
		step.checked(output);
		List<SymbolicInt> shape = (output.shape() != null) ? new ArrayList<>(output.shape()) : null;
		int place = axis;
		if (shape != null) {
			place = step.axis(axis, shape.size() + 1);
			shape.add(place, step.unknownSize());
		}
		else if (axis != 0 && output.isBatched()) {
			throw step.unknown("the number of dimensions of an output is not known");
		}
		BatchAxis batch = output.batch();
		return Traced.batched(shape,
				(batch != null) ? batch.at((place <= batch.axis()) ? batch.axis() + 1 : batch.axis()) : null);
	}

	static List<Traced> scan(Step step) {
		if (step.version() < 9) {
			throw step.unknown("its first form is not known");
		}
		Graph body = step.graph("body");
		int count = (int) step.integer("num_scan_inputs", 0);
		int stateCount = step.inputCount() - count;
		List<Traced> states = new ArrayList<>();
		List<Traced> slices = new ArrayList<>();
		List<Long> axes = step.integers("scan_input_axes");
		for (int i = 0; i < step.inputCount(); i++) {
			if (i < stateCount) {
				states.add(step.input(i));
			}
			else {
				slices.add(slice(step, step.input(i), (axes != null) ? axes.get(i - stateCount) : 0));
			}
		}
		List<Traced> outputs = fixpoint(step, body, states, List.of(), slices, 0);
		List<Long> outputAxes = step.integers("scan_output_axes");
		List<Traced> results = new ArrayList<>(states);
		for (int i = stateCount; i < outputs.size(); i++) {
			long axis = (outputAxes != null) ? outputAxes.get(i - stateCount) : 0;
			results.add(stacked(step, outputs.get(i), (int) axis));
		}
		return results;
	}

	private static Traced slice(Step step, Traced input, long axis) {
		List<SymbolicInt> shape = new ArrayList<>(step.shape(input));
		int place = step.axis(axis, shape.size());
		step.requireApart(input, place, "runs along");
		shape.remove(place);
		@Nullable BatchAxis batch = input.batch();
		return Traced.batched(shape,
				(batch != null) ? batch.at((place < batch.axis()) ? batch.axis() - 1 : batch.axis()) : null);
	}

}
