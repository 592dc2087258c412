package io.modelserving.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DirectoryStamps}.
 */
class DirectoryStampsTests {

	@TempDir
	private Path directory;

	@Test
	void whenFilesAreOfVersionsOrSettingsThenTheyCountAndOthersDoNot() throws IOException {
		for (String file : new String[] { "1/model.onnx", "1/weights/a.bin", "2/model.onnx.sha256", "model.yml",
				"1/model.onnx.tmp", "1/.model.onnx.x7f3", "2/model.onnx.part", "2/model.onnx~", ".3/model.onnx",
				"03/model.onnx", "notes/readme.txt", "labels.txt", "README.md" }) {
			Path path = this.directory.resolve(file);
			Files.createDirectories(path.getParent());
			Files.writeString(path, file);
		}
		assertThat(DirectoryStamps.of(this.directory).files().keySet()).containsExactly("1/model.onnx",
				"1/weights/a.bin", "2/model.onnx.sha256", "model.yml");
	}

	@Test
	void whenAVersionIsALinkThenItIsFollowed() throws IOException {
		Path elsewhere = OnnxFiles.adding(this.directory.resolve("elsewhere/model.onnx"), 1);
		Path model = Files.createDirectory(this.directory.resolve("model"));
		Files.createSymbolicLink(model.resolve("1"), elsewhere.getParent());
		Files.createSymbolicLink(model.resolve("2"), this.directory.resolve("nowhere"));
		assertThat(DirectoryStamps.of(model).files()).containsOnlyKeys("1/model.onnx");
	}

	@Test
	void whenTheModelIsAFileThenItsChangeConcernsAll() throws IOException {
		Path file = OnnxFiles.adding(this.directory.resolve("model.onnx"), 1);
		ModelStamp before = DirectoryStamps.of(file);
		Files.write(file, new byte[5000]);
		assertThat(DirectoryStamps.of(file).since(before).concerns(1)).isTrue();
	}

}
