package io.modelserving.codec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSignature;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;

/**
 * Reads the input that a model is warmed up with from files. The end of a file's name
 * says what is in it:
 * <ul>
 * <li>{@code .json}: a request of the Open Inference Protocol, or an object that has the
 * elements of each input under its name</li>
 * <li>{@code .npy}: one input; the file is named after it, or {@code input_0.npy} after
 * its position, unless the model has only one</li>
 * </ul>
 * Files of one input each are put together in their order: a sample is complete when it
 * has every input.
 */
public final class SampleFiles {

	private static final Pattern POSITION = Pattern.compile("input_(\\d{1,4})");

	private final JsonTensors json;

	public SampleFiles(JsonTensors json) {
		this.json = json;
	}

	/**
	 * Read samples.
	 * @param modelName the model, for messages
	 * @param files the files
	 * @param signature what the model takes
	 * @return the samples, each of which the signature accepts
	 * @throws ModelLoadException if a file cannot be read as that; the message names the
	 * file
	 */
	public List<NamedTensors> read(String modelName, List<SampleFile> files, ModelSignature signature) {
		List<NamedTensors> samples = new ArrayList<>();
		Map<String, Tensor> pending = new LinkedHashMap<>();
		for (SampleFile file : files) {
			try {
				read(file, signature, pending, samples);
			}
			catch (InvalidInput ex) {
				throw unreadable(modelName, file, ex);
			}
		}
		if (!pending.isEmpty()) {
			throw unreadable(modelName, files.get(files.size() - 1), incomplete(pending.keySet(), signature));
		}
		return samples;
	}

	private void read(SampleFile file, ModelSignature signature, Map<String, Tensor> pending,
			List<NamedTensors> samples) {
		switch (file.extension()) {
			case ".json" -> samples.add(checked(this.json.readInputs(file.content(), signature), signature));
			case ".npy" -> put(input(file, signature), NpyTensors.read(file.content()), signature, pending);
			default -> throw new InvalidInput("the name must end in .json or .npy");
		}
		if (pending.size() == signature.inputs().size()) {
			samples.add(checked(NamedTensors.of(pending), signature));
			pending.clear();
		}
	}

	private static void put(String input, Tensor tensor, ModelSignature signature, Map<String, Tensor> pending) {
		if (pending.putIfAbsent(input, tensor) != null) {
			throw incomplete(pending.keySet(), signature);
		}
	}

	private static String input(SampleFile file, ModelSignature signature) {
		List<String> names = signature.inputs().stream().map(TensorSpec::name).toList();
		if (names.contains(file.stem())) {
			return file.stem();
		}
		if (names.size() == 1) {
			return names.get(0);
		}
		Matcher position = POSITION.matcher(file.stem());
		if (position.matches() && Integer.parseInt(position.group(1)) < names.size()) {
			return names.get(Integer.parseInt(position.group(1)));
		}
		throw new InvalidInput("no input of the model is called \"%s\"; name the file after one of %s"
			.formatted(file.stem(), quoted(names)));
	}

	private static NamedTensors checked(NamedTensors tensors, ModelSignature signature) {
		signature.check(tensors);
		return tensors;
	}

	private static InvalidInput incomplete(Set<String> present, ModelSignature signature) {
		List<String> missing = signature.inputs()
			.stream()
			.map(TensorSpec::name)
			.filter((name) -> !present.contains(name))
			.toList();
		return new InvalidInput(
				"the sample has %s, but not %s; a file for each input is needed, one sample after the other"
					.formatted(quoted(present), quoted(missing)));
	}

	private static String quoted(Iterable<String> names) {
		List<String> quoted = new ArrayList<>();
		names.forEach((name) -> quoted.add('"' + name + '"'));
		return quoted.stream().collect(Collectors.joining(", "));
	}

	private static ModelLoadException unreadable(String modelName, SampleFile file, InvalidInput cause) {
		return new ModelLoadException(
				"model \"%s\": sample \"%s\": %s".formatted(modelName, file.location(), cause.getMessage()),
				"Fix the file or change the property model-serving.models.%s.warm-up.samples.".formatted(modelName),
				false, cause);
	}

}
