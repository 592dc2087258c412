package io.modelserving.repository;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link DirectoryFingerprints}.
 */
class DirectoryFingerprintsTests {

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
		assertThat(DirectoryFingerprints.of(this.directory).files().keySet()).containsExactly("1/model.onnx",
				"1/weights/a.bin", "2/model.onnx.sha256", "model.yml");
	}

	@Test
	void whenAVersionIsALinkThenItIsFollowed() throws IOException {
		Path elsewhere = OnnxFiles.adding(this.directory.resolve("elsewhere/model.onnx"), 1);
		Path model = Files.createDirectory(this.directory.resolve("model"));
		Files.createSymbolicLink(model.resolve("1"), elsewhere.getParent());
		Files.createSymbolicLink(model.resolve("2"), this.directory.resolve("nowhere"));
		assertThat(DirectoryFingerprints.of(model).files()).containsOnlyKeys("1/model.onnx");
	}

	@Test
	void whenTheDirectoryCannotBeReadThenThatIsNotTakenForAnEmptyOne() throws IOException {
		Path loop = this.directory.resolve("m");
		Files.createSymbolicLink(loop, loop);
		assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> DirectoryFingerprints.of(loop))
			.isNotInstanceOf(NoSuchFileException.class);
		assertThatExceptionOfType(NoSuchFileException.class)
			.isThrownBy(() -> DirectoryFingerprints.of(this.directory.resolve("nowhere")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "1", "1/model.onnx", "2/weights", "model.yml" })
	void whenWhatCountsCannotBeReadThenAllCannot(String file) throws IOException {
		AccessDeniedException denied = new AccessDeniedException(file);
		assertThatExceptionOfType(AccessDeniedException.class)
			.isThrownBy(() -> DirectoryFingerprints.failed(Path.of(file), denied));
		DirectoryFingerprints.failed(Path.of(file), new NoSuchFileException(file));
	}

	@ParameterizedTest
	@ValueSource(strings = { "lost+found", ".git", "1/.snapshot", "1/model.onnx.tmp", "notes/1", "README.md" })
	void whenWhatDoesNotCountCannotBeReadThenItIsPassedOver(String file) {
		assertThatNoException()
			.isThrownBy(() -> DirectoryFingerprints.failed(Path.of(file), new AccessDeniedException(file)));
	}

	@Test
	void whenTheModelIsAFileThenItsChangeConcernsAll() throws IOException {
		Path file = OnnxFiles.adding(this.directory.resolve("model.onnx"), 1);
		ModelFingerprint before = DirectoryFingerprints.of(file);
		Files.write(file, new byte[5000]);
		assertThat(DirectoryFingerprints.of(file).since(before).concerns(1)).isTrue();
	}

}
