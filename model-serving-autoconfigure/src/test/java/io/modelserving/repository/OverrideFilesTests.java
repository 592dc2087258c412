package io.modelserving.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Quoted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link OverrideFiles}.
 */
class OverrideFilesTests {

	private static final byte[] CONTENT = { 1, 2, 3 };

	private final OverrideFiles files = new OverrideFiles(10);

	@AfterEach
	void deleteFiles() {
		this.files.close();
	}

	@Test
	void whenFilesAreStoredThenOnlyThisProcessMayReadThem() throws IOException {
		Path directory = this.files.store("m", Map.of("1/model.onnx", CONTENT, "2/deep/weights.bin", CONTENT));
		assertThat(directory.resolve("1/model.onnx")).hasBinaryContent(CONTENT);
		assertThat(directory.resolve("2/deep/weights.bin")).hasBinaryContent(CONTENT);
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory))).isEqualTo("rwx------");
	}

	@ParameterizedTest
	@ValueSource(strings = { "../1/model.onnx", "1/../../model.onnx", "1/..", "/1/model.onnx", "/etc/passwd",
			"1//model.onnx", "1/./model.onnx", "1/.hidden", "1\\..\\..\\model.onnx", "1/a\\b", "C:/model.onnx",
			"01/model.onnx", "0/model.onnx", "model.onnx", "1", "1/", "v1/model.onnx", "", "1/a\0b", "1/a\nb",
			"1/a/b/c/d/e/model.onnx", "model.yml" })
	void whenANameIsNotAPlainOneThenNothingIsWritten(String name) {
		assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> this.files.store("m", Map.of(name, CONTENT)))
			.withMessageStartingWith("file %s: a name like 1/model.onnx is needed", Quoted.name(name));
	}

	@Test
	void whenAFileIsADirectoryTooThenNothingIsWritten() {
		assertThatExceptionOfType(InvalidInput.class)
			.isThrownBy(() -> this.files.store("m", Map.of("1/model.onnx", CONTENT, "1/model.onnx/a", CONTENT)))
			.withMessage("file \"1/model.onnx\" is a directory, too");
	}

	@Test
	void whenFilesAreTooLargeTogetherThenTheLimitAndItsPropertyAreSaid() {
		assertThatExceptionOfType(InvalidInput.class)
			.isThrownBy(() -> this.files.store("m", Map.of("1/a", new byte[6], "1/b", new byte[5])))
			.withMessage("the files have 11 bytes; model-serving.repository-control.max-file-override-size allows 10");
	}

	@Test
	void whenFilesAreNotNeededAnyMoreThenTheyAreDeleted() throws IOException {
		Path first = this.files.store("m", Map.of("1/model.onnx", CONTENT));
		Path second = this.files.store("m", Map.of("1/model.onnx", CONTENT));
		Path other = this.files.store("n", Map.of("1/model.onnx", CONTENT));
		this.files.retain("m", List.of("classpath:other", second.resolve("1/model.onnx").toString()));
		assertThat(first).doesNotExist();
		assertThat(second).exists();
		this.files.retain("m", List.of());
		assertThat(second).doesNotExist();
		assertThat(other).exists();
		this.files.close();
		assertThat(other).doesNotExist();
	}

}
