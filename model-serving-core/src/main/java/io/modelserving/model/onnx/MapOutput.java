package io.modelserving.model.onnx;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import ai.onnxruntime.MapInfo;
import ai.onnxruntime.OnnxMap;
import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;

import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;

/**
 * An output that is a map, or a sequence of maps with one for each row, as scikit-learn's
 * classifiers have for their probabilities. It becomes two tensors: the values under the
 * output's name, and the keys, in their natural order, under that name with
 * {@value #KEYS} behind it. A map gives tensors of the shape [keys], a sequence gives
 * [rows, keys].
 *
 * @param values the tensor of the values
 * @param keys the tensor of the keys
 * @param labels the keys where the Java API reads them wrong, in the order of the bytes
 * of their UTF-8, which is that of the runtime's maps; else none
 */
record MapOutput(TensorSpec values, TensorSpec keys, List<String> labels) implements OnnxOutput {

	/** What follows the output's name in the name of its keys. */
	static final String KEYS = ".keys";

	/**
	 * Describe an output.
	 * @param name its name
	 * @param info the types of keys and values
	 * @param sequence whether there is a map for each row
	 * @param labels the keys that the file of the model names, none if it does not
	 * @return the output
	 * @throws UnsupportedValueException if keys or values are of a type that cannot be
	 * read
	 */
	static MapOutput of(String name, MapInfo info, boolean sequence, List<String> labels) {
		DataType valueType = OnnxTypes.elementType(info.valueType);
		DataType keyType = OnnxTypes.elementType(info.keyType);
		if (valueType == null || (keyType != DataType.INT64 && keyType != DataType.BYTES)) {
			throw new UnsupportedValueException(
					"output \"%s\" maps %s to %s, which the Java API of ONNX Runtime cannot read".formatted(name,
							info.keyType, info.valueType));
		}
		Shape shape = sequence ? Shape.of(Shape.DYNAMIC, Shape.DYNAMIC) : Shape.of(Shape.DYNAMIC);
		boolean misread = keyType == DataType.BYTES && !TextWriter.isPlain(name + KEYS, labels);
		return new MapOutput(TensorSpec.of(name, valueType, shape), TensorSpec.of(name + KEYS, keyType, shape),
				misread ? sorted(labels) : List.of());
	}

	private static List<String> sorted(List<String> labels) {
		return labels.stream()
			.distinct()
			.sorted((one, other) -> Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8),
					other.getBytes(StandardCharsets.UTF_8)))
			.toList();
	}

	@Override
	public List<TensorSpec> specs() {
		return List.of(this.values, this.keys);
	}

	@Override
	public void read(OnnxValue value, Map<String, Tensor> tensors) throws OrtException {
		if (value instanceof OnnxMap map) {
			Map<?, ?> entries = entries(map);
			put(List.of(entries), Shape.of(entries.size()), tensors);
			return;
		}
		List<? extends OnnxValue> elements = SequenceOutput.elements((OnnxSequence) value);
		try {
			List<Map<?, ?>> rows = new ArrayList<>(elements.size());
			for (OnnxValue element : elements) {
				rows.add(entries((OnnxMap) element));
			}
			put(rows, tensors);
		}
		finally {
			elements.forEach(OnnxValue::close);
		}
	}

	private Map<?, ?> entries(OnnxMap map) throws OrtException {
		if (this.labels.isEmpty()) {
			return map.getValue();
		}
		Object[] values = values(map);
		if (values.length != this.labels.size()) {
			throw new ExecutionFailed("output \"%s\": a map has %d keys where the model names %d".formatted(name(),
					values.length, this.labels.size()), null);
		}
		Map<String, Object> entries = new HashMap<>();
		for (int i = 0; i < values.length; i++) {
			entries.put(this.labels.get(i), values[i]);
		}
		return entries;
	}

	private Object[] values(OnnxMap map) {
		try {
			return (Object[]) OrtInternals.method(OnnxMap.class, "getMapValues").invoke(map);
		}
		catch (ReflectiveOperationException | RuntimeException ex) {
			throw new ExecutionFailed(
					"output \"%s\": its keys have characters that this version of ONNX Runtime cannot give to Java"
						.formatted(name()),
					ex);
		}
	}

	/**
	 * Turn maps into tensors of the shape [rows, keys].
	 * @param rows a map for each row, all of one size
	 * @param tensors where to put the tensors
	 * @throws ExecutionFailed if the maps differ in size
	 */
	void put(List<? extends Map<?, ?>> rows, Map<String, Tensor> tensors) {
		int size = rows.isEmpty() ? 0 : rows.get(0).size();
		for (int i = 1; i < rows.size(); i++) {
			if (rows.get(i).size() != size) {
				throw new ExecutionFailed(
						"output \"%s\": row %d has %d keys where row 0 has %d, so the rows make no tensor"
							.formatted(name(), i, rows.get(i).size(), size),
						null);
			}
		}
		put(rows, Shape.of(rows.size(), size), tensors);
	}

	private void put(List<? extends Map<?, ?>> rows, Shape shape, Map<String, Tensor> tensors) {
		List<Object> allKeys = new ArrayList<>();
		List<Object> allValues = new ArrayList<>();
		for (Map<?, ?> row : rows) {
			Map<Object, Object> sorted = new TreeMap<>(row);
			allKeys.addAll(sorted.keySet());
			allValues.addAll(sorted.values());
		}
		tensors.put(this.values.name(), Elements.tensor(this.values.dataType(), shape, allValues));
		tensors.put(this.keys.name(), Elements.tensor(this.keys.dataType(), shape, allKeys));
	}

}
