package io.modelserving.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import org.springframework.core.io.ClassPathResource;

/**
 * The digits that the model has not seen in training.
 *
 * @param labels what each picture shows
 * @param pixels the 64 pixels of each picture
 */
record HeldOutDigits(List<Integer> labels, List<float[]> pixels) {

	static HeldOutDigits load() {
		try {
			List<String[]> rows = new ClassPathResource("digits-held-out.csv")
				.getContentAsString(StandardCharsets.UTF_8)
				.lines()
				.skip(1)
				.map(line -> line.split(","))
				.toList();
			return new HeldOutDigits(rows.stream().map(row -> Integer.valueOf(row[0])).toList(),
					rows.stream().map(HeldOutDigits::pixels).toList());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static float[] pixels(String[] row) {
		float[] pixels = new float[row.length - 1];
		for (int i = 0; i < pixels.length; i++) {
			pixels[i] = Float.parseFloat(row[i + 1]);
		}
		return pixels;
	}

	int size() {
		return this.labels.size();
	}

	int label(int index) {
		return this.labels.get(index);
	}

	/**
	 * Return a request for a picture.
	 * @param index which one
	 * @return the request, which asks for probabilities
	 */
	String json(int index) {
		float[] values = this.pixels.get(index);
		float[][] rows = new float[8][];
		Arrays.setAll(rows, row -> Arrays.copyOfRange(values, row * 8, row * 8 + 8));
		return "{\"pixels\": %s, \"probabilities\": true}".formatted(Arrays.deepToString(rows));
	}

}
