package io.modelserving.sample;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the sample's jar dry, as CI does.
 */
class DryRunIT {

	private static final String DRY = "--model-serving.dry-run=true";

	@Test
	void whenAllIsWellThenTheProcessEndsWithZero(@TempDir Path folder) throws Exception {
		try (RunningSample sample = RunningSample.start(folder, DRY)) {
			assertThat(sample.awaitEnd(SampleClient.PATIENCE)).as(sample::output).isZero();
			assertThat(sample.output()).contains("Dry run of ")
				.containsPattern("digits:1 +\\| READY .*\\| proven: .*POST /digits.*POST /v2/models/digits/infer")
				.containsPattern("iris:1 +\\| READY .*POST /iris")
				.containsPattern("all-minilm-l6-v2:1 +\\| READY .* MB .*POST /v1/embeddings");
		}
	}

	@Test
	void whenAModelFailsThenTheProcessEndsWithOneAndSaysWhy(@TempDir Path folder) throws Exception {
		try (RunningSample sample = RunningSample.start(folder, DRY,
				"--model-serving.models.digits.runtime.execution-providers=cuda")) {
			assertThat(sample.awaitEnd(SampleClient.PATIENCE)).as(sample::output).isEqualTo(1);
			assertThat(sample.output()).contains("model digits:1 cannot be served", "cuda");
		}
	}

}
