package io.modelserving.openinference;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Quoted;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

/**
 * The best classes of each row of an output, best first, each as
 * {@code value:index[:label]}. The first dimension counts the rows, the others the
 * classes; a tensor of one dimension is one row.
 *
 * @param output the name of the output
 * @param count how many classes are wanted; all if the output has fewer
 * @param labels the label of each class, as far as there are any
 */
record Classification(String output, int count, List<String> labels) {

	Tensor of(Tensor tensor) {
		if (!(tensor instanceof NumericTensor numbers) || Scores.isNone(tensor.dataType())) {
			throw new InvalidInput("output %s: classes need scores, but its elements are %s"
				.formatted(Quoted.name(this.output), tensor.dataType()));
		}
		boolean hasRows = tensor.shape().rank() > 1;
		int rows = hasRows ? tensor.rows() : 1;
		int classes = Math.toIntExact(hasRows ? tensor.shape().elementsPerRow() : tensor.shape().elementCount());
		int best = Math.min(this.count, classes);
		Scores scores = Scores.of(numbers);
		List<String> elements = new ArrayList<>();
		for (int row = 0; row < rows; row++) {
			addBest(scores, row * classes, classes, best, elements);
		}
		return Tensor.of(hasRows ? Shape.of(rows, best) : Shape.of(best), elements.toArray(String[]::new));
	}

	private void addBest(Scores scores, int from, int classes, int best, List<String> elements) {
		Comparator<Integer> worstFirst = (a, b) -> {
			int order = scores.compare(a, b);
			return (order != 0) ? order : Integer.compare(b, a);
		};
		PriorityQueue<Integer> kept = new PriorityQueue<>(worstFirst);
		for (int i = from; i < from + classes; i++) {
			if (kept.size() < best) {
				kept.add(i);
			}
			else if (best > 0 && scores.compare(i, kept.element()) > 0) {
				kept.remove();
				kept.add(i);
			}
		}
		kept.stream()
			.sorted(worstFirst.reversed())
			.forEach((index) -> elements.add(describe(scores.text(index), index - from)));
	}

	private String describe(String score, int index) {
		String label = (index < this.labels.size()) ? this.labels.get(index) : "";
		return label.isEmpty() ? score + ":" + index : score + ":" + index + ":" + label;
	}

}
