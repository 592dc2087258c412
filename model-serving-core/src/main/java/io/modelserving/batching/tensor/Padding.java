package io.modelserving.batching.tensor;

import java.util.List;
import java.util.Map;

/**
 * How rows of different length are brought to one length, so that they can share a batch:
 * at their end, up to the longest, or to the next bucket.
 *
 * @param inputs the padded dimension and the pad value of each input that varies in
 * length; all share one length. An attention mask is such an input, with the value 0
 * @param outputs the padded dimension of each output that is as long as the inputs, and
 * is cut back to each call's own length
 * @param buckets the lengths to pad to, ascending; empty pads to the longest of the
 * batch, as do lengths beyond the last bucket
 */
public record Padding(Map<String, Input> inputs, Map<String, Integer> outputs, List<Integer> buckets) {

	/** No padding: rows of different length go to different batches. */
	public static final Padding NONE = new Padding(Map.of(), Map.of(), List.of());

	public Padding {
		inputs = Map.copyOf(inputs);
		outputs = Map.copyOf(outputs);
		buckets = buckets.stream().sorted().toList();
	}

	public boolean isNone() {
		return this.inputs.isEmpty();
	}

	/**
	 * Return the length to which a batch is padded.
	 * @param longest the length of its longest row
	 * @return the smallest bucket that holds it, or the length itself
	 */
	int lengthFor(int longest) {
		return this.buckets.stream().filter(bucket -> bucket >= longest).findFirst().orElse(longest);
	}

	/**
	 * An input that varies in length.
	 *
	 * @param dimension the index of the dimension that varies, at least 1
	 * @param value what stands in the places without content
	 */
	public record Input(int dimension, double value) {

		public Input {
			if (dimension < 1) {
				throw new IllegalArgumentException(
						"dimension %d cannot be padded; it must be at least 1, as 0 is the batch".formatted(dimension));
			}
		}

	}

}
