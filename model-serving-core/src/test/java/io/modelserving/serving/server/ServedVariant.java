package io.modelserving.serving.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import io.modelserving.model.ExecutionResources;
import io.modelserving.model.Model;
import io.modelserving.model.graph.GraphText;
import io.modelserving.model.graph.ModelBuilder;
import io.modelserving.model.onnx.OnnxModelLoader;
import io.modelserving.onnx.schema.ModelProto;
import io.modelserving.onnx.schema.ValueInfoProto;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Workspace;

/**
 * A variant of one of the kinds of models in {@code variants/*.txt}, with calls and what
 * is right. Behind the name stand the lines of the model as {@link GraphText} reads it,
 * among them {@code served batched} or {@code served alone} with the start of the reason,
 * {@code hazard OPERATOR}, {@code call INPUTS}, {@code answer OUTPUTS} and
 * {@code endless INPUTS}.
 */
record ServedVariant(String kind, String name, GraphText text, boolean batched, String reason, List<String> hazards,
		List<NamedTensors> calls, List<NamedTensors> answers, List<NamedTensors> endless) {

	static List<ServedVariant> all(List<String> kinds) {
		return kinds.stream().flatMap((kind) -> of(kind).stream()).toList();
	}

	private static List<ServedVariant> of(String kind) {
		try {
			Path file = Path
				.of(Objects.requireNonNull(ServedVariant.class.getResource("/variants/" + kind + ".txt"), kind)
					.toURI());
			return Arrays.stream(Files.readString(file).split("(?m)^== "))
				.skip(1)
				.map((part) -> part.lines().filter((line) -> !line.isBlank() && !line.startsWith("#")).toList())
				.map((lines) -> of(kind, lines.get(0), lines.subList(1, lines.size())))
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static ServedVariant of(String kind, String name, List<String> lines) {
		List<String> model = new ArrayList<>(lines);
		model.removeIf((line) -> line.matches("(served|hazard|call|answer|endless)( .*)?"));
		GraphText text = GraphText.read(model);
		String served = after("served", lines).get(0);
		return new ServedVariant(kind, name, text, served.equals("batched"), served.replaceFirst("^\\w+ ?", ""),
				after("hazard", lines), after("call", lines).stream().map(text::tensors).toList(),
				after("answer", lines).stream().map(text::tensors).toList(),
				after("endless", lines).stream().map(text::tensors).toList());
	}

	private static List<String> after(String word, List<String> lines) {
		return lines.stream()
			.filter((line) -> line.equals(word) || line.startsWith(word + " "))
			.map((line) -> line.substring(word.length()).strip())
			.toList();
	}

	Path write(Path directory) {
		return this.text.model().write(directory.resolve(this.kind + ".onnx"));
	}

	/**
	 * Return the names of the inputs that have a value in the model.
	 */
	Set<String> optionalNames() {
		ModelProto proto = this.text.model().proto();
		Set<String> names = new HashSet<>();
		proto.getGraph().getInputList().forEach((input) -> names.add(input.getName()));
		Set<String> constants = new HashSet<>();
		proto.getGraph().getInitializerList().forEach((constant) -> constants.add(constant.getName()));
		names.retainAll(constants);
		return names;
	}

	/**
	 * Run a call alone. Values for optional inputs are put into the model as constants,
	 * so that the runtime takes them as it takes any.
	 */
	NamedTensors alone(NamedTensors call, Path directory) {
		Path file = directory.resolve("alone.onnx");
		try {
			Files.write(file, withConstants(call).toByteArray());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		List<String> required = call.names().stream().filter((name) -> !optionalNames().contains(name)).toList();
		try (Model model = new OnnxModelLoader().load(file, new ExecutionResources(1, 0))) {
			return model.run(call.select(required), new Workspace());
		}
	}

	private ModelProto withConstants(NamedTensors call) {
		ModelProto.Builder proto = this.text.model().proto().toBuilder();
		ModelBuilder constants = ModelBuilder.model();
		call.names()
			.stream()
			.filter(optionalNames()::contains)
			.forEach((name) -> constants.initializer(name, this.text.type(name), call.get(name)));
		Set<String> optional = optionalNames();
		Set<String> replaced = new HashSet<>(call.names());
		List<ValueInfoProto> inputs = proto.getGraph()
			.getInputList()
			.stream()
			.filter((input) -> !optional.contains(input.getName()))
			.toList();
		proto.getGraphBuilder()
			.clearInput()
			.addAllInput(inputs)
			.clearInitializer()
			.addAllInitializer(this.text.model()
				.proto()
				.getGraph()
				.getInitializerList()
				.stream()
				.filter((constant) -> !replaced.contains(constant.getName()))
				.toList())
			.addAllInitializer(constants.proto().getGraph().getInitializerList());
		return proto.build();
	}

	@Override
	public String toString() {
		return this.kind + ": " + this.name;
	}

}
