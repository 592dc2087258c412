package io.modelserving.model.onnx;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import ai.onnxruntime.MapInfo;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.SequenceInfo;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.ValueInfo;

import io.modelserving.model.ModelSignature;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.TensorSpec;

/**
 * What goes in and out of a session.
 *
 * @param signature the tensors
 * @param optionalInputs how optional inputs are given
 * @param outputs how to read them, in the model's order
 */
record OnnxSignature(ModelSignature signature, OptionalInputs optionalInputs, List<OnnxOutput> outputs) {

	/**
	 * Describe a session.
	 * @param session the session
	 * @param declared what the file of the model says besides
	 * @param environment the environment
	 * @return the description
	 * @throws OrtException if the runtime cannot tell
	 * @throws UnsupportedValueException if an input or output is of a kind that cannot be
	 * carried
	 */
	static OnnxSignature of(OrtSession session, DeclaredValues declared, OnnxEnvironment environment)
			throws OrtException {
		List<TensorSpec> inputs = new ArrayList<>();
		for (Map.Entry<String, NodeInfo> entry : session.getInputInfo().entrySet()) {
			inputs.add(input(entry.getKey(), entry.getValue().getInfo(), declared));
		}
		List<OnnxOutput> outputs = new ArrayList<>();
		for (Map.Entry<String, NodeInfo> entry : session.getOutputInfo().entrySet()) {
			outputs.add(output(entry.getKey(), entry.getValue().getInfo(), declared, environment));
		}
		List<TensorSpec> specs = outputs.stream().flatMap((output) -> output.specs().stream()).toList();
		checkUnique(specs);
		OptionalInputs optional = OptionalInputs.of(session, declared.optionalInputs());
		return new OnnxSignature(new ModelSignature(inputs, specs, optional.specs()), optional, List.copyOf(outputs));
	}

	private static void checkUnique(List<TensorSpec> specs) {
		Set<String> names = new HashSet<>();
		for (TensorSpec spec : specs) {
			if (!names.add(spec.name())) {
				throw new UnsupportedValueException(
						"the keys of a map would be the output \"%s\", and there is one of that name"
							.formatted(spec.name()));
			}
		}
	}

	private static TensorSpec input(String name, ValueInfo info, DeclaredValues declared) {
		if (info instanceof TensorInfo tensor) {
			return tensor("input", name, tensor, declared);
		}
		throw new UnsupportedValueException("input \"%s\" is %s, and only tensors can be given".formatted(name,
				(info instanceof MapInfo) ? "a map" : "a sequence"));
	}

	private static OnnxOutput output(String name, ValueInfo info, DeclaredValues declared,
			OnnxEnvironment environment) {
		if (info instanceof TensorInfo tensor) {
			TensorSpec spec = tensor("output", name, tensor, declared);
			return new TensorOutput(spec, (spec.dataType() == DataType.BYTES) ? environment.textReader() : null);
		}
		if (info instanceof MapInfo map) {
			return MapOutput.of(name, map, false, declared.labels().getOrDefault(name, List.of()));
		}
		SequenceInfo sequence = (SequenceInfo) info;
		if (sequence.isSequenceOfMaps()) {
			return MapOutput.of(name, sequence.mapInfo, true, declared.labels().getOrDefault(name, List.of()));
		}
		return SequenceOutput.of(name, sequence,
				(sequence.sequenceType == OnnxJavaType.STRING) ? environment.textReader() : null);
	}

	private static TensorSpec tensor(String kind, String name, TensorInfo info, DeclaredValues declared) {
		DataType type = OnnxTypes.dataType(info.onnxType);
		if (type == null) {
			throw new UnsupportedValueException(
					("%s \"%s\" has elements of the type %s, which the Java API of ONNX" + " Runtime cannot carry")
						.formatted(kind, name, info.onnxType));
		}
		Shape shape = declared.shape(name, info.getShape());
		return shape.hasKnownRank() ? new TensorSpec(name, type, shape, List.of(info.getDimensionNames()))
				: TensorSpec.of(name, type, shape);
	}

}
