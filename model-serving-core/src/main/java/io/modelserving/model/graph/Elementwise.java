package io.modelserving.model.graph;

import java.util.ArrayList;
import java.util.List;

import io.modelserving.model.graph.Traced.Position;
import org.jspecify.annotations.Nullable;

/**
 * Rules of operators that compute each element of the output from one element of each
 * input, which are broadcast against each other.
 */
final class Elementwise {

	private Elementwise() {
	}

	/**
	 * The rule of operators with any number of inputs.
	 */
	static Traced all(Step step) {
		List<Traced> inputs = new ArrayList<>();
		boolean positions = false;
		for (int i = 0; i < step.inputCount(); i++) {
			if (step.has(i)) {
				Traced input = step.raw(i);
				positions |= input.position() != null;
				step.checked(input.withPosition(null));
				inputs.add(input);
			}
		}
		return broadcast(step, inputs).withPosition(positions ? Position.SOMEHOW : null);
	}

	/**
	 * The rule of operators whose first input alone decides the shape of the output,
	 * other inputs being parameters that are the same for all rows.
	 */
	static Traced first(Step step) {
		step.requireShared(1);
		Traced input = step.input(0);
		return Traced.batched(input.shape(), input.batch());
	}

	static Traced broadcast(Step step, List<Traced> inputs) {
		BatchAxis batch = null;
		if (inputs.stream().anyMatch((input) -> input.shape() == null)) {
			return broadcastUnranked(step, inputs);
		}
		int rank = inputs.stream().mapToInt((input) -> step.shape(input).size()).max().orElse(0);
		for (Traced input : inputs) {
			BatchAxis own = input.batch();
			if (own != null) {
				BatchAxis aligned = own.at(own.axis() + rank - step.shape(input).size());
				if (batch != null && batch.axis() != aligned.axis()) {
					throw step.mixes("it pairs the batch with another dimension");
				}
				if (batch != null && !batch.foldsAs(aligned)) {
					throw step.unknown("the batch is folded in two ways");
				}
				batch = aligned;
			}
		}
		List<SymbolicInt> shape = new ArrayList<>();
		for (int axis = 0; axis < rank; axis++) {
			boolean ofBatch = batch != null && batch.axis() == axis;
			SymbolicInt size = SymbolicInt.ONE;
			for (Traced input : inputs) {
				int own = axis - rank + step.shape(input).size();
				SymbolicInt other = (own >= 0) ? step.shape(input).get(own) : SymbolicInt.ONE;
				if (ofBatch && !input.isBatched() && !other.is(1)) {
					throw againstBatch(step, other);
				}
				size = broadcast(step, size, other);
			}
			shape.add(size);
		}
		return Traced.batched(shape, batch);
	}

	private static Traced broadcastUnranked(Step step, List<Traced> inputs) {
		if (inputs.stream().noneMatch(Traced::isBatched)) {
			return Traced.SHARED;
		}
		List<Traced> others = inputs.stream()
			.filter((input) -> input.isBatched() || input.shape() == null || !step.shape(input).isEmpty())
			.toList();
		if (others.size() == 1) {
			return Traced.batched(others.get(0).shape(), others.get(0).batch());
		}
		throw step.unknown("the number of dimensions of an input is not known");
	}

	static Untraceable againstBatch(Step step, SymbolicInt size) {
		return size.isConstant() ? step.mixes("it pairs the batch with a dimension of size " + size)
				: step.unknown("it pairs the batch with a dimension whose size is not known");
	}

	static SymbolicInt broadcast(Step step, SymbolicInt a, SymbolicInt b) {
		if (a.equals(b) || b.is(1)) {
			return a;
		}
		if (a.is(1) || (b.isConstant() && !a.ofRows())) {
			return b;
		}
		if (a.isConstant() && !b.ofRows()) {
			return a;
		}
		if (a.ofRows() || b.ofRows()) {
			throw step.unknown("it pairs the batch with a dimension whose size is not known");
		}
		return step.symbols().result("broadcast", true, a, b);
	}

	/**
	 * Computes one element of small integer tensors.
	 */
	@FunctionalInterface
	interface Arithmetic {

		SymbolicInt apply(Symbols symbols, List<SymbolicInt> operands);

	}

	/**
	 * Return a rule that follows small integers, such as those of shapes, and else
	 * computes each element from one of each input.
	 */
	static Rule arithmetic(Arithmetic arithmetic) {
		return Rule.one((step) -> {
			List<Traced> inputs = new ArrayList<>();
			for (int i = 0; i < step.inputCount(); i++) {
				inputs.add(step.raw(i));
			}
			Traced followed = follow(step, inputs, arithmetic);
			return (followed != null) ? followed : all(step);
		});
	}

	static @Nullable Traced follow(Step step, List<Traced> inputs, Arithmetic arithmetic) {
		int count = 1;
		List<SymbolicInt> shape = List.of();
		for (Traced input : inputs) {
			if (input.content() == null || input.shape() == null) {
				return null;
			}
			int own = input.content().size();
			if (own != 1 && count != 1 && (own != count || !input.shape().equals(shape))) {
				return null;
			}
			if (own != 1 || (count == 1 && input.shape().size() > shape.size())) {
				if (count == 1 && own != 1 && input.shape().size() < shape.size()) {
					return null;
				}
				shape = input.shape();
			}
			else if (input.shape().size() > shape.size()) {
				return null;
			}
			count = (own == 1) ? count : own;
		}
		List<SymbolicInt> content = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			List<SymbolicInt> operands = new ArrayList<>();
			for (Traced input : inputs) {
				List<SymbolicInt> own = input.content();
				if (own != null) {
					operands.add(own.get((own.size() == 1) ? 0 : i));
				}
			}
			content.add(arithmetic.apply(step.symbols(), operands));
		}
		return Traced.content(shape, content);
	}

}
