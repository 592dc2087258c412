package io.modelserving.model.onnx;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.modelserving.model.graph.ModelGraph;
import io.modelserving.model.graph.ModelGraph.Attribute;
import io.modelserving.model.graph.ModelGraph.Dimension;
import io.modelserving.model.graph.ModelGraph.Node;
import io.modelserving.model.graph.ModelGraph.Type.TensorType;
import io.modelserving.model.graph.ModelGraph.Value;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.TensorSpec;

/**
 * What a model's file says of its inputs and outputs that the Java API of the runtime
 * does not: it shows a tensor of unknown rank as a scalar, hides inputs that have a
 * default, and reads the keys of maps wrong that have characters above U+FFFF.
 *
 * @param withoutShape the inputs and outputs whose rank the file does not say
 * @param optionalInputs the inputs that have a default
 * @param labels the keys of outputs that are maps, by the name of the output
 * @param halfPrecisionDefaults whether an input that has a default is of half precision
 */
record DeclaredValues(Set<String> withoutShape, List<TensorSpec> optionalInputs, Map<String, List<String>> labels,
		boolean halfPrecisionDefaults) {

	static final DeclaredValues NONE = new DeclaredValues(Set.of(), List.of(), Map.of(), false);

	private static final Logger logger = LoggerFactory.getLogger(DeclaredValues.class);

	/**
	 * Before this version of the format, an initializer that is an input is a constant.
	 */
	private static final int FIRST_WITH_DEFAULTS = 4;

	/** Exporters that list all weights as inputs, too, do not mean them to be given. */
	private static final int MOST_OPTIONAL_INPUTS = 16;

	/**
	 * Read the file of a model. Errors are caught, too: what cannot be read here is
	 * served all the same.
	 * @param file the file
	 * @return what it says, {@link #NONE} if it cannot be read
	 */
	static DeclaredValues read(Path file) {
		try {
			return of(ModelGraph.read(file));
		}
		catch (IOException | RuntimeException | LinkageError | OutOfMemoryError | StackOverflowError ex) {
			logger.debug("The graph of {} cannot be read: inputs of unknown rank look like scalars, and inputs that"
					+ " have a default are not offered", file, ex);
			return NONE;
		}
	}

	static DeclaredValues of(ModelGraph model) {
		Set<String> withoutShape = Stream.concat(model.graph().inputs().stream(), model.graph().outputs().stream())
			.filter((value) -> value.type() instanceof TensorType tensor && tensor.dimensions() == null)
			.map(Value::name)
			.collect(Collectors.toUnmodifiableSet());
		List<TensorSpec> optional = (model.irVersion() < FIRST_WITH_DEFAULTS) ? List.of()
				: model.graph()
					.inputs()
					.stream()
					.filter((input) -> model.graph().initializers().containsKey(input.name()))
					.flatMap(DeclaredValues::spec)
					.toList();
		return new DeclaredValues(withoutShape, (optional.size() > MOST_OPTIONAL_INPUTS) ? List.of() : optional,
				labels(model), optional.stream().anyMatch((spec) -> spec.dataType() == DataType.FP16));
	}

	private static Map<String, List<String>> labels(ModelGraph model) {
		Map<String, List<String>> labels = new HashMap<>();
		for (Node node : model.graph().nodes()) {
			Attribute names = node.attributes().get("classlabels_strings");
			if (node.operator().equals("ZipMap") && names != null && node.outputs().size() == 1) {
				labels.put(node.outputs().get(0), names.strings());
			}
		}
		return Map.copyOf(labels);
	}

	private static Stream<TensorSpec> spec(Value input) {
		DataType dataType = (input.type() instanceof TensorType tensor) ? OnnxTypes.dataType(tensor.elementType())
				: null;
		if (dataType == null) {
			return Stream.empty();
		}
		List<Dimension> dimensions = ((TensorType) input.type()).dimensions();
		if (dimensions == null) {
			return Stream.of(TensorSpec.of(input.name(), dataType, Shape.ANY));
		}
		long[] sizes = new long[dimensions.size()];
		List<String> names = new ArrayList<>();
		for (int i = 0; i < sizes.length; i++) {
			Long size = dimensions.get(i).size();
			sizes[i] = (size != null && size >= 0) ? size : Shape.DYNAMIC;
			names.add((size != null) ? "" : dimensions.get(i).symbol());
		}
		return Stream.of(new TensorSpec(input.name(), dataType, Shape.of(sizes), names));
	}

	/**
	 * Return the shape of an input or output.
	 * @param name its name
	 * @param shape the shape that the runtime shows
	 * @return the shape, {@link Shape#ANY} where the runtime shows a scalar and the file
	 * shows none
	 */
	Shape shape(String name, long[] shape) {
		return (shape.length == 0 && this.withoutShape.contains(name)) ? Shape.ANY : Shape.of(shape);
	}

}
