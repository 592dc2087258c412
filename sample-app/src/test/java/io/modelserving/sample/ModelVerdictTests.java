package io.modelserving.sample;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.modelserving.model.graph.ModelGraph;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the graphs of the sample's models show.
 */
class ModelVerdictTests {

	@ParameterizedTest
	@CsvSource({ "models/digits.onnx, proven", "models/iris.onnx, proven", "models/writer.onnx, proven",
			"models/painter.onnx, proven", "models/land_cover.onnx, proven", "models/sentiment.onnx, proven",
			"all-minilm-l6-v2.onnx, proven", "all-minilm-l6-v2-q.onnx, mixes" })
	void whenAModelOfTheSampleIsAnalyzedThenItsVerdictIs(String resource, String verdict, @TempDir Path directory)
			throws IOException {
		Path file = directory.resolve("model.onnx");
		try (InputStream content = new ClassPathResource(resource).getInputStream()) {
			Files.copy(content, file);
		}
		assertThat(ModelGraph.read(file).analyze().rowIndependence().describe()).startsWith(verdict);
	}

}
