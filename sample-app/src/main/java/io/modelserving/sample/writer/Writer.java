package io.modelserving.sample.writer;

import java.util.UUID;
import java.util.function.Supplier;

import org.springframework.stereotype.Component;

import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceService;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

/**
 * Writes texts. Each text is a sequence of its own; the characters of several texts share
 * batches. Thread-safe.
 */
@Component
public class Writer {

	private static final int LONGEST = 500;

	private static final Shape ONE = Shape.of(1, 1);

	private final InferenceService service;

	Writer(InferenceService service) {
		this.service = service;
	}

	/**
	 * Go on with a text to its next line break.
	 * @param start how it begins, one character at least
	 * @param random gives numbers from 0 to 1, which draw the characters; 0.5 always
	 * writes the same
	 * @return the whole text
	 */
	public String write(String start, Supplier<Float> random) {
		String sequence = UUID.randomUUID().toString();
		StringBuilder text = new StringBuilder(start);
		for (int i = 0; i < Math.min(text.length(), LONGEST); i++) {
			String next = next(sequence, text.substring(i, i + 1), random.get(), i == 0);
			if (i == text.length() - 1 && !next.equals("\n")) {
				text.append(next);
			}
		}
		return text.toString();
	}

	private String next(String sequence, String character, float draw, boolean first) {
		NamedTensors inputs = NamedTensors.of("character", Tensor.of(ONE, character), "draw", Tensor.of(ONE, draw));
		InferenceRequest request = InferenceRequest.builder("writer", inputs).sequence(sequence, first, false).build();
		return this.service.infer(request).join().outputs().strings("next").elements().get(0);
	}

}
