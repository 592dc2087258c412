package io.modelserving.text;

import java.nio.FloatBuffer;
import java.util.Arrays;

import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

/**
 * Makes one vector of the vectors of a text's tokens.
 */
public final class Pooling {

	private Pooling() {
	}

	/**
	 * Return the mean over the tokens, as most sentence transformers are trained.
	 * @param hidden the vectors, {@code FP32 [rows, length, size]}
	 * @param attentionMask which tokens count, {@code [rows, length]}
	 * @return a vector for each row; zero if no token of it counts
	 * @throws IllegalArgumentException if the shapes do not fit
	 */
	public static float[][] mean(NumericTensor hidden, NumericTensor attentionMask) {
		Shape shape = requireVectors(hidden);
		if (!attentionMask.shape().equals(Shape.of(shape.dimension(0), shape.dimension(1)))) {
			throw new IllegalArgumentException(
					"attention mask %s does not fit the vectors %s".formatted(attentionMask.shape(), shape));
		}
		long[] mask = attentionMask.toLongs();
		int length = (int) shape.dimension(1);
		float[][] means = new float[hidden.rows()][(int) shape.dimension(2)];
		FloatBuffer vectors = hidden.asFloatBuffer();
		for (int row = 0; row < means.length; row++) {
			int counted = 0;
			for (int token = 0; token < length; token++) {
				if (mask[row * length + token] != 0) {
					add(means[row], vectors, (row * length + token) * means[row].length);
					counted++;
				}
			}
			scale(means[row], 1f / Math.max(1, counted));
		}
		return means;
	}

	/**
	 * Return the mean over all tokens, for vectors without padding: those that a model
	 * gives to one call of it, where padding has been cut off again.
	 * @param hidden the vectors, {@code FP32 [rows, length, size]}
	 * @return a vector for each row; zero if there are no tokens
	 */
	public static float[][] mean(NumericTensor hidden) {
		Shape shape = requireVectors(hidden);
		long[] all = new long[Math.toIntExact(shape.dimension(0) * shape.dimension(1))];
		Arrays.fill(all, 1);
		return mean(hidden, Tensor.of(Shape.of(shape.dimension(0), shape.dimension(1)), all));
	}

	/**
	 * Return the vector of the first token, which stands for the text in models trained
	 * so.
	 * @param hidden the vectors, {@code FP32 [rows, length, size]}
	 * @return a vector for each row
	 * @throws IllegalArgumentException if there are no tokens
	 */
	public static float[][] first(NumericTensor hidden) {
		Shape shape = requireVectors(hidden);
		if (shape.dimension(1) == 0) {
			throw new IllegalArgumentException("there is no first token in " + shape);
		}
		float[][] firsts = new float[hidden.rows()][(int) shape.dimension(2)];
		FloatBuffer vectors = hidden.asFloatBuffer();
		for (int row = 0; row < firsts.length; row++) {
			vectors.get(Math.toIntExact(row * shape.elementsPerRow()), firsts[row]);
		}
		return firsts;
	}

	/**
	 * Bring vectors to length 1, in place, so that their inner product is the cosine of
	 * their angle.
	 * @param vectors the vectors; one of length 0 stays as it is
	 * @return the same vectors
	 */
	public static float[][] normalize(float[][] vectors) {
		for (float[] vector : vectors) {
			double squares = 0;
			for (float value : vector) {
				squares += (double) value * value;
			}
			if (squares > 0) {
				scale(vector, (float) (1 / Math.sqrt(squares)));
			}
		}
		return vectors;
	}

	private static Shape requireVectors(NumericTensor hidden) {
		if (hidden.shape().rank() != 3) {
			throw new IllegalArgumentException(
					"vectors of tokens have the shape [rows, length, size], not " + hidden.shape());
		}
		return hidden.shape();
	}

	private static void add(float[] sum, FloatBuffer vectors, int from) {
		for (int i = 0; i < sum.length; i++) {
			sum[i] += vectors.get(from + i);
		}
	}

	private static void scale(float[] vector, float factor) {
		for (int i = 0; i < vector.length; i++) {
			vector[i] *= factor;
		}
	}

}
