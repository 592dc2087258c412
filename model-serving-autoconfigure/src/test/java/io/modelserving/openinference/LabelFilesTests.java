package io.modelserving.openinference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link LabelFiles}.
 */
class LabelFilesTests {

	private static final ModelKey KEY = new ModelKey("digits", 1);

	@TempDir
	private Path directory;

	@Test
	void whenThereAreNoFilesThenOthersAreAsked() throws IOException {
		assertThat(labels(model().toString())).containsExactly("other");
		assertThat(labels("classpath:models/digits.onnx")).containsExactly("other");
		Files.createDirectories(model().getParent());
		Files.writeString(this.directory.resolve("labels.txt"), "of another");
		assertThat(labels(this.directory.resolve("digits.onnx").toString())).containsExactly("other");
	}

	@Test
	void whenAllVersionsHaveAFileThenItIsReadAndThatOfTheVersionWins() throws IOException {
		Files.createDirectories(model().getParent());
		Files.writeString(this.directory.resolve("digits/labels.txt"), "zero\n one \n");
		assertThat(labels(model().toString())).containsExactly("zero", "one");
		assertThat(labels("file:" + model())).containsExactly("zero", "one");
		Files.writeString(this.directory.resolve("digits/1/labels.txt"), "null");
		assertThat(labels(model().toString())).containsExactly("null");
	}

	@Test
	void whenTheFileChangesThenItIsReadAgain() throws IOException {
		Path file = this.directory.resolve("digits/1/labels.txt");
		Files.createDirectories(file.getParent());
		Files.writeString(file, "before");
		LabelFiles labels = files(model().toString());
		assertThat(labels.labels(KEY, "y")).containsExactly("before");
		Files.writeString(file, "after");
		Files.setLastModifiedTime(file, FileTime.fromMillis(1));
		assertThat(labels.labels(KEY, "y")).containsExactly("after");
	}

	private Path model() {
		return this.directory.resolve("digits/1/model.onnx");
	}

	private static List<String> labels(String location) {
		return files(location).labels(KEY, "y");
	}

	private static LabelFiles files(String location) {
		ModelRegistry registry = mock(ModelRegistry.class);
		ModelStatus status = new ModelStatus(KEY, ModelState.READY, "", true, Instant.EPOCH);
		given(registry.find(any(ModelKey.class)))
			.willReturn(Optional.of(new ModelSnapshot(status, location, null, BatcherSnapshot.IDLE)));
		return new LabelFiles(registry, (model, output) -> List.of("other"));
	}

}
