package io.modelserving.sample.writer;

import java.util.UUID;
import java.util.function.Consumer;
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
		StringBuilder text = new StringBuilder(start);
		write(start, random, LONGEST - start.length(), text::append);
		return text.toString();
	}

	/**
	 * Go on with a text to its next line break, and hand each character on.
	 * @param start how it begins, one character at least
	 * @param random as above
	 * @param most the most characters to write
	 * @param written takes the characters; if it throws, the text ends
	 * @return whether a line break was reached
	 */
	boolean write(String start, Supplier<Float> random, int most, Consumer<String> written) {
		String sequence = UUID.randomUUID().toString();
		try {
			String next = "";
			for (int i = 0; i < start.length() - 1 + most; i++) {
				String character = (i < start.length()) ? start.substring(i, i + 1) : next;
				next = next(sequence, character, random.get(), i == 0);
				if (i >= start.length() - 1) {
					if (next.equals("\n")) {
						return true;
					}
					written.accept(next);
				}
			}
			return false;
		}
		finally {
			end(sequence);
		}
	}

	private String next(String sequence, String character, float draw, boolean first) {
		NamedTensors inputs = NamedTensors.of("character", Tensor.of(ONE, character), "draw", Tensor.of(ONE, draw));
		InferenceRequest request = InferenceRequest.builder("writer", inputs).sequence(sequence, first, false).build();
		return this.service.infer(request).join().outputs().strings("next").elements().get(0);
	}

	/** Free the state; nobody waits for that. */
	private void end(String sequence) {
		NamedTensors inputs = NamedTensors.of("character", Tensor.of(ONE, " "), "draw", Tensor.of(ONE, 0f));
		this.service.infer(InferenceRequest.builder("writer", inputs).sequence(sequence, false, true).build());
	}

}
