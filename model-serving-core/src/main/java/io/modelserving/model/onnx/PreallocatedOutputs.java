package io.modelserving.model.onnx;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.ModelSignature;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.TensorSpec;

/**
 * Predicts the shapes of outputs from those of the inputs, where the model's symbolic
 * dimension names allow it, so that the runtime can write the outputs to memory given to
 * it. Models may break the promise of their names: outputs whose shape was predicted
 * wrong once are not predicted again. Thread-safe.
 */
final class PreallocatedOutputs {

	/** Beyond this size, what pinning saves is lost in what copying costs. */
	private static final long MAX_BYTES = 1 << 20;

	private final List<TensorSpec> candidates;

	private final Map<String, Source> sources;

	private volatile Set<String> distrusted = Set.of();

	/**
	 * Create the predictor.
	 * @param signature the signature
	 * @param outputs the outputs that are tensors of the runtime too
	 */
	PreallocatedOutputs(ModelSignature signature, List<TensorSpec> outputs) {
		this.sources = sources(signature.inputs());
		this.candidates = outputs.stream().filter(this::isPredictable).toList();
	}

	/**
	 * Predict the shapes of a run.
	 * @param inputs the inputs of the run
	 * @return the shapes of those outputs whose shape is known and which are worth it
	 */
	Map<String, Shape> predict(NamedTensors inputs) {
		Map<String, Shape> shapes = new LinkedHashMap<>();
		for (TensorSpec output : this.candidates) {
			if (!this.distrusted.contains(output.name())) {
				Shape shape = shape(output, inputs);
				if (shape != null) {
					shapes.put(output.name(), shape);
				}
			}
		}
		return shapes;
	}

	/**
	 * Learn from a run that failed with the predicted shapes and did not without them.
	 * @param predicted the prediction
	 * @param outputs the outputs there were
	 */
	synchronized void learn(Map<String, Shape> predicted, NamedTensors outputs) {
		Set<String> wrong = new HashSet<>();
		predicted.forEach((name, shape) -> {
			if (!outputs.get(name).shape().equals(shape)) {
				wrong.add(name);
			}
		});
		Set<String> all = new HashSet<>(this.distrusted);
		all.addAll(wrong.isEmpty() ? predicted.keySet() : wrong);
		this.distrusted = Set.copyOf(all);
	}

	private boolean isPredictable(TensorSpec output) {
		if (!output.shape().hasKnownRank() || output.dataType() == DataType.BYTES
				|| OnnxTypes.isUnsignedWide(output.dataType())) {
			return false;
		}
		for (int i = 0; i < output.shape().rank(); i++) {
			if (output.shape().dimension(i) == Shape.DYNAMIC
					&& !this.sources.containsKey(output.dimensionNames().get(i))) {
				return false;
			}
		}
		return true;
	}

	private @Nullable Shape shape(TensorSpec output, NamedTensors inputs) {
		long[] dimensions = output.shape().toArray();
		long bytes = output.dataType().elementBytes();
		for (int i = 0; i < dimensions.length; i++) {
			Source source = this.sources.get(output.dimensionNames().get(i));
			if (dimensions[i] == Shape.DYNAMIC && source != null) {
				dimensions[i] = inputs.get(source.input()).shape().dimension(source.index());
			}
			if (dimensions[i] <= 0 || dimensions[i] > MAX_BYTES) {
				return null;
			}
			bytes *= dimensions[i];
			if (bytes > MAX_BYTES) {
				return null;
			}
		}
		return Shape.of(dimensions);
	}

	private static Map<String, Source> sources(List<TensorSpec> inputs) {
		Map<String, Source> sources = new HashMap<>();
		for (TensorSpec input : inputs) {
			for (int i = 0; i < input.shape().rank(); i++) {
				if (!input.dimensionNames().get(i).isEmpty()) {
					sources.putIfAbsent(input.dimensionNames().get(i), new Source(input.name(), i));
				}
			}
		}
		return sources;
	}

	private record Source(String input, int index) {
	}

}
