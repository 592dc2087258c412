package io.modelserving.sample.writer;

import java.util.List;
import java.util.Random;
import java.util.UUID;

import org.springframework.stereotype.Component;

import io.modelserving.model.ModelSignature;
import io.modelserving.sequence.SequenceStep;
import io.modelserving.serving.stream.EventSink;
import io.modelserving.serving.stream.ModelCalls;
import io.modelserving.serving.stream.StreamingModel;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;

/**
 * Goes on with a text, and sends each character as it is written. Clients see a decoupled
 * model. Thread-safe.
 */
@Component
class StreamingWriter implements StreamingModel {

	private static final int LONGEST = 500;

	private static final Shape ONE = Shape.of(1, 1);

	@Override
	public String name() {
		return "story";
	}

	@Override
	public String model() {
		return "writer";
	}

	@Override
	public ModelSignature signature() {
		return new ModelSignature(List.of(TensorSpec.of("start", DataType.BYTES, Shape.of(1))),
				List.of(TensorSpec.of("character", DataType.BYTES, Shape.of(1))),
				List.of(TensorSpec.of("seed", DataType.INT64, Shape.of(1))));
	}

	@Override
	public void infer(NamedTensors inputs, ModelCalls writer, EventSink<NamedTensors> results) {
		String start = inputs.strings("start").elements().get(0);
		if (start.isEmpty() || start.length() > LONGEST) {
			throw new IllegalArgumentException(
					"start has %d characters; it must have 1 to %d".formatted(start.length(), LONGEST));
		}
		Random random = inputs.contains("seed") ? new Random(inputs.numeric("seed").toLongs()[0]) : null;
		String sequence = UUID.randomUUID().toString();
		String next = start.substring(0, 1);
		for (int i = 0; i < LONGEST && !next.equals("\n"); i++) {
			NamedTensors character = NamedTensors.of("character", Tensor.of(ONE, next), "draw",
					Tensor.of(ONE, (random != null) ? random.nextFloat() : 0.5f));
			boolean isLast = i == LONGEST - 1;
			NamedTensors outputs = writer.infer(character, new SequenceStep(sequence, i == 0, isLast));
			if (i + 1 < start.length()) {
				next = start.substring(i + 1, i + 2);
			}
			else {
				next = outputs.strings("next").elements().get(0);
				results.send(NamedTensors.of("character", Tensor.of(Shape.of(1), next)));
			}
		}
	}

}
