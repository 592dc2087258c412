package io.modelserving.model.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * Rules of products of matrices.
 */
final class Products {

	private Products() {
	}

	static Traced matMul(Step step) {
		return matMul(step, step.input(0), step.input(1));
	}

	static Traced matMul(Step step, Traced a, Traced b) {
		if (a.shape() == null || b.shape() == null) {
			if (!a.isBatched() && !b.isBatched()) {
				return Traced.SHARED;
			}
			throw step.unknown("the number of dimensions of an input is not known");
		}
		List<SymbolicInt> left = new ArrayList<>(a.shape());
		List<SymbolicInt> right = new ArrayList<>(b.shape());
		boolean vectorLeft = left.size() == 1;
		boolean vectorRight = right.size() == 1;
		BatchAxis leftBatch = a.batch();
		if (left.isEmpty() || right.isEmpty()) {
			throw step.unknown("an input has no dimensions");
		}
		if (vectorLeft) {
			left.add(0, SymbolicInt.ONE);
			leftBatch = (leftBatch != null) ? leftBatch.at(1) : null;
		}
		if (vectorRight) {
			right.add(SymbolicInt.ONE);
		}
		Traced rows = product(step, Traced.batched(left, leftBatch), Traced.batched(right, b.batch()));
		return withoutVectors(step, rows, vectorLeft, vectorRight);
	}

	private static Traced withoutVectors(Step step, Traced product, boolean vectorLeft, boolean vectorRight) {
		List<SymbolicInt> shape = new ArrayList<>(step.shape(product));
		int batchAxis = (product.batch() != null) ? product.batch().axis() : 0;
		if (vectorRight) {
			shape.remove(shape.size() - 1);
		}
		if (vectorLeft) {
			int place = shape.size() - (vectorRight ? 1 : 2);
			shape.remove(place);
			batchAxis -= (batchAxis > place) ? 1 : 0;
		}
		return product.moved(shape, batchAxis);
	}

	private static Traced product(Step step, Traced a, Traced b) {
		List<SymbolicInt> left = step.shape(a);
		List<SymbolicInt> right = step.shape(b);
		step.requireApart(a, left.size() - 1, "sums over");
		step.requireApart(b, right.size() - 2, "sums over");
		Traced leading = Elementwise.broadcast(step, List.of(leading(step, a), leading(step, b)));
		List<SymbolicInt> shape = new ArrayList<>(step.shape(leading));
		shape.add(left.get(left.size() - 2));
		shape.add(right.get(right.size() - 1));
		BatchAxis batch = leading.batch();
		if (a.batch() != null && a.batch().axis() == left.size() - 2) {
			batch = only(step, batch, b.isBatched(), a.batch().at(shape.size() - 2));
		}
		if (b.batch() != null && b.batch().axis() == right.size() - 1) {
			batch = only(step, batch, a.isBatched(), b.batch().at(shape.size() - 1));
		}
		return Traced.batched(shape, batch);
	}

	private static BatchAxis only(Step step, @Nullable BatchAxis other, boolean otherBatched, BatchAxis batch) {
		if (other != null || otherBatched) {
			throw step.mixes("it multiplies each row with all rows");
		}
		return batch;
	}

	/**
	 * Return a stack of matrices without its last two dimensions.
	 */
	private static Traced leading(Step step, Traced value) {
		int rank = step.shape(value).size() - 2;
		BatchAxis batch = value.batch();
		return Traced.batched(step.shape(value).subList(0, rank),
				(batch != null && batch.axis() < rank) ? batch : null);
	}

	static Traced gemm(Step step) {
		Traced a = transposed(step, step.input(0), step.integer("transA", 0) != 0);
		Traced b = transposed(step, step.input(1), step.integer("transB", 0) != 0);
		Traced product = matMul(step, a, b);
		return (step.has(2) && product.shape() != null) ? onto(step, product, step.input(2)) : product;
	}

	/**
	 * Return a value that another, of no larger shape, is added to.
	 */
	static Traced onto(Step step, Traced value, Traced addend) {
		if (addend.shape() != null && step.shape(addend).size() > step.shape(value).size()) {
			throw step.unknown("an input has too many dimensions");
		}
		return Elementwise.broadcast(step, List.of(value, addend));
	}

	static Traced transposed(Step step, Traced matrix, boolean transposed) {
		if (!transposed) {
			return matrix;
		}
		if (matrix.shape() == null && !matrix.isBatched()) {
			return matrix;
		}
		List<SymbolicInt> shape = new ArrayList<>(step.shape(matrix));
		int last = shape.size() - 1;
		if (last < 1) {
			throw step.unknown("an input is no matrix");
		}
		shape.add(last - 1, shape.remove(last));
		int axis = (matrix.batch() != null) ? matrix.batch().axis() : 0;
		return matrix.moved(shape, (axis == last) ? last - 1 : ((axis == last - 1) ? last : axis));
	}

	/**
	 * The rule of products of quantized matrices, whose scales and zero points have to be
	 * the same for all rows.
	 * @param right the place of the second matrix among the inputs
	 * @param perRow the places of parameters that may have an element for each row
	 */
	static Rule quantized(int right, Integer... perRow) {
		return Rule.one((step) -> {
			Traced a = step.input(0);
			Traced b = step.input(right);
			for (int i = 1; i < step.inputCount(); i++) {
				if (step.has(i) && i != right) {
					requireOneForAll(step, a, i, List.of(perRow).contains(i));
				}
			}
			return matMul(step, a, b);
		});
	}

	private static void requireOneForAll(Step step, Traced a, int index, boolean perRow) {
		Traced parameter = step.input(index);
		if (parameter.isBatched()) {
			throw step.mixes("its input \"%s\" is different for each row".formatted(step.node().inputs().get(index)));
		}
		boolean one = parameter.shape() != null && parameter.shape().stream().allMatch((size) -> size.is(1));
		if (a.isBatched() && !one && perRow) {
			throw step.unknown("whether its input \"%s\" has an element per row is not known"
				.formatted(step.node().inputs().get(index)));
		}
	}

	static Traced einsum(Step step) {
		String equation = step.text("equation", "").replace(" ", "");
		int arrow = equation.indexOf("->");
		String[] terms = ((arrow < 0) ? equation : equation.substring(0, arrow)).split(",", -1);
		List<Traced> inputs = step.inputs();
		if (terms.length != inputs.size()) {
			throw step.unknown("its equation \"%s\" does not fit its inputs".formatted(equation));
		}
		Map<Character, SymbolicInt> sizes = new HashMap<>();
		List<String> labels = new ArrayList<>();
		int ellipsis = 0;
		for (int i = 0; i < terms.length; i++) {
			labels.add(labels(step, terms[i], step.shape(inputs.get(i)).size()));
			ellipsis = Math.max(ellipsis, (int) labels.get(i).chars().filter((label) -> label < 'A').count());
		}
		String output = (arrow < 0) ? implicit(labels, ellipsis)
				: output(step, equation.substring(arrow + 2), ellipsis);
		BatchAxis batch = null;
		char batchLabel = 0;
		for (int i = 0; i < inputs.size(); i++) {
			BatchAxis own = inputs.get(i).batch();
			for (int axis = 0; axis < labels.get(i).length(); axis++) {
				sizes.merge(labels.get(i).charAt(axis), step.shape(inputs.get(i)).get(axis), (a, b) -> a.is(1) ? b : a);
			}
			if (own != null) {
				char label = labels.get(i).charAt(own.axis());
				if ((batch != null && batchLabel != label)
						|| labels.get(i).indexOf(label) != labels.get(i).lastIndexOf(label)) {
					throw step.mixes("it pairs the batch with another dimension");
				}
				if (batch != null && !batch.foldsAs(own)) {
					throw step.unknown("the batch is folded in two ways");
				}
				batch = own;
				batchLabel = label;
			}
		}
		if (batch != null) {
			requireOnlyRows(step, inputs, labels, batchLabel);
			if (output.indexOf(batchLabel) < 0) {
				throw step.mixes("it sums over the batch");
			}
			batch = batch.at(output.indexOf(batchLabel));
		}
		return Traced.batched(
				output.chars().mapToObj((label) -> sizes.getOrDefault((char) label, SymbolicInt.ONE)).toList(), batch);
	}

	private static String output(Step step, String term, int ellipsis) {
		return labels(step, term, term.replace("...", "").length() + (term.contains("...") ? ellipsis : 0));
	}

	private static void requireOnlyRows(Step step, List<Traced> inputs, List<String> labels, char batchLabel) {
		for (int i = 0; i < inputs.size(); i++) {
			int axis = labels.get(i).indexOf(batchLabel);
			if (!inputs.get(i).isBatched() && axis >= 0 && !step.shape(inputs.get(i)).get(axis).is(1)) {
				throw Elementwise.againstBatch(step, step.shape(inputs.get(i)).get(axis));
			}
		}
	}

	/**
	 * Return a label for each dimension; those of an ellipsis are digits that count from
	 * the right.
	 */
	private static String labels(Step step, String term, int rank) {
		int place = term.indexOf("...");
		String letters = term.replace("...", "");
		int rest = rank - letters.length();
		if (rest < 0 || rest > 9 || (place < 0 && rest > 0) || !letters.chars().allMatch(Character::isLetter)) {
			throw step.unknown("its equation does not fit its inputs");
		}
		StringBuilder digits = new StringBuilder();
		for (int i = rest; i > 0; i--) {
			digits.append((char) ('0' + i));
		}
		return (place < 0) ? letters : term.substring(0, place) + digits + term.substring(place + 3);
	}

	private static String implicit(List<String> labels, int ellipsis) {
		Map<Character, Integer> counts = new TreeMap<>();
		StringBuilder output = new StringBuilder();
		for (int i = ellipsis; i > 0; i--) {
			output.append((char) ('0' + i));
		}
		labels.forEach((term) -> term.chars().forEach((label) -> counts.merge((char) label, 1, Integer::sum)));
		counts.forEach((label, count) -> {
			if (count == 1 && label >= 'A') {
				output.append((char) label);
			}
		});
		return output.toString();
	}

}
