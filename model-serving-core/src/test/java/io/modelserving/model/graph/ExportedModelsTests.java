package io.modelserving.model.graph;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.modelserving.model.graph.RowIndependence.Proven;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Models as people export them: {@code src/test/exports} says how these were made.
 */
class ExportedModelsTests {

	private static final Set<String> MIXING = Set.of("yolo-nms");

	@Test
	void whenAModelIsExportedAsUsualThenItsRowsAreProvenIndependent() throws IOException, URISyntaxException {
		List<Path> files;
		try (Stream<Path> all = Files.list(file("vit").getParent())) {
			files = all.toList();
		}
		assertThat(files).hasSizeGreaterThan(20);
		Set<String> notProven = files.stream()
			.filter((file) -> !(analyze(file).rowIndependence() instanceof Proven))
			.map((file) -> file.getFileName().toString().replace(".onnx", ""))
			.collect(Collectors.toSet());
		assertThat(notProven).isEqualTo(MIXING);
	}

	@Test
	void whenADetectorSuppressesBoxesOfTheFirstPictureThenItMixesAndTheNodeIsNamed() throws URISyntaxException {
		assertThat(analyze(file("yolo-nms")).rowIndependence().describe())
			.startsWith("mixes at node /Gather_1 (Gather)");
	}

	@ParameterizedTest
	@CsvSource({ "bert-classifier, input_ids, 0, logits, 0", "clip-text, input_ids, 0, pooler_output, 0",
			"stateful-lstm, h, 1, hn, 1", "stateful-lstm, x, 0, p, 0", "crnn, x, 0, y, 0",
			"crnn-time-major, x, 0, y, 1", "random-forest-zipmap, x, 0, output_probability, 0" })
	void whenABatchIsCarriedThenItsDimensionIsKnown(String name, String input, int inputAxis, String output,
			int outputAxis) throws URISyntaxException {
		GraphAnalysis analysis = analyze(file(name));
		assertThat(analysis.inputBatchAxes()).containsEntry(input, inputAxis);
		assertThat(analysis.outputBatchAxes()).containsEntry(output, outputAxis);
	}

	@ParameterizedTest
	@CsvSource({ "bert-classifier, input_ids, 99", "bert-classifier, token_type_ids, 1",
			"bert-classifier-dynamo, input_ids, 99", "clip-text, input_ids, 99", "lstm, ids, 49", "gru, ids, 49" })
	void whenAnInputIndexesATableThenItsValuesLieWithin(String name, String input, long highest)
			throws URISyntaxException {
		InputConstraint constraint = analyze(file(name)).inputs().get(input);
		assertThat(constraint.lowest()).isZero();
		assertThat(constraint.highest()).isEqualTo(highest);
	}

	@Test
	void whenCategoriesAreEncodedThenTheyAreKnown() throws URISyntaxException {
		Map<String, InputConstraint> inputs = analyze(file("tabular-pipeline")).inputs();
		assertThat(inputs.get("city").categories()).containsExactly("a", "b", "c");
	}

	private static GraphAnalysis analyze(Path file) {
		try {
			return GraphAnalysis.of(ModelGraph.read(file));
		}
		catch (IOException ex) {
			throw new AssertionError(file.toString(), ex);
		}
	}

	private static Path file(String name) throws URISyntaxException {
		return Path
			.of(Objects.requireNonNull(ExportedModelsTests.class.getResource("exports/" + name + ".onnx")).toURI());
	}

}
