package io.modelserving.openinference;

import java.util.List;
import java.util.Map;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelMetadata;
import io.modelserving.model.ModelSignature;
import io.modelserving.tensor.NamedTensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MetadataLabels}.
 */
class MetadataLabelsTests {

	private static final ModelKey MODEL = new ModelKey("m", 1);

	private final FakeModels models = new FakeModels();

	private final MetadataLabels labels = new MetadataLabels(this.models);

	@ParameterizedTest
	@ValueSource(
			strings = { "a cat\na dog\n", "a cat \r\n a dog", "[\"a cat\", \"a dog\"]", "\n[\"a cat\",\"a dog\"]\n" })
	void labelsAreLinesOrAnArray(String property) {
		add(Map.of("labels", property));
		assertThat(this.labels.labels(MODEL, "y")).containsExactly("a cat", "a dog");
	}

	@Test
	void whenTextOnlyBeginsAsAnArrayThenItIsLines() {
		add(Map.of("labels", "[PAD]\nword"));
		assertThat(this.labels.labels(MODEL, "y")).containsExactly("[PAD]", "word");
	}

	@Test
	void whenNothingIsSaidThenThereAreNone() {
		assertThat(this.labels.labels(MODEL, "y")).isEmpty();
		add(Map.of("author", "Ada"));
		assertThat(this.labels.labels(MODEL, "y")).isEmpty();
	}

	private void add(Map<String, String> properties) {
		this.models.add(MODEL, new ModelSignature(List.of(), List.of()), NamedTensors.of(Map.of()),
				new ModelMetadata("onnx_onnxv1", "", "", properties));
	}

}
